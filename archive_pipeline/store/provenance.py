"""What a stored result was made from, so that an unchanged stage is not computed again.

A result is a function of the file's content, the parameters, the model and the code version of its stage. Its
fingerprint hashes exactly these: its own and, through the fingerprints of its inputs, those of every stage before it.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

METADATA_KEY = b"archive_pipeline"


@dataclass(frozen=True)
class Provenance:
    """Stored in the Parquet metadata of every lake table.

    `inputs` maps the name of an input to its fingerprint (or, for the source file, its sha256). `elapsed_s` is how long
    the computation took, `processor_s` what it took of the processors of its process and of what that started (a
    decoder; not the encoder's process); they and `notes` (facts worth keeping, such as the device) take no part in the
    fingerprint.
    """

    stage: str
    code_version: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    elapsed_s: float = 0.0
    processor_s: float = 0.0
    notes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """Hexadecimal, 32 characters."""
        made_from = [self.stage, self.code_version, dict(self.parameters), dict(self.inputs)]
        canonical = json.dumps(made_from, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(canonical.encode()).hexdigest()[:32]

    def to_json(self) -> bytes:
        return json.dumps(asdict(self) | {"fingerprint": self.fingerprint}, sort_keys=True).encode()

    @classmethod
    def from_json(cls, text: bytes) -> "Provenance":
        values = json.loads(text)
        values.pop("fingerprint", None)
        return cls(**values)
