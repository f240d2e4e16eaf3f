"""What `archive-tiny` is until its trained weights are in the package: a small untrained model. Goes away with them.

Its pictures are told apart by a shallow random network (good enough to try segmentation); its words mean nothing.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

SEED = 20261121
NOTICE = (
    "archive-tiny is a stand-in here: a small untrained model with random weights from a fixed seed. It finds shots "
    "roughly and understands no words; real work needs a real model (--model)."
)


@dataclass(frozen=True)
class StandIn:
    """The stand-in as the meaning of a name: a configuration without weights."""

    folder: Path = Path(__file__).parent / "archive_tiny_untrained"

    @property
    def identity(self) -> str:
        config = (self.folder / "open_clip_config.json").read_bytes()
        return f"untrained:{hashlib.sha256(config).hexdigest()[:32]}:{SEED}"
