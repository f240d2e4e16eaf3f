"""What a part is asked to measure, and where it notes what it found."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from archive_pipeline.durability import write_atomically

Value = float | int | bool | str | list["Value"] | dict[str, "Value"] | None


@dataclass(frozen=True)
class Asked:
    """Passes between processes as JSON."""

    work: str
    """A folder for the programmes, the weights and the archives."""
    device: str
    """Of the encoder, as ARCHIVE_DEVICE."""
    videos: int
    seconds: float
    """Length of each."""
    pictures: int
    """For the encoder, of each model."""
    jobs: int
    models: tuple[str, ...]
    """Names of encoders; an architecture alone has random weights. The first one is that of the ingests."""

    @property
    def has_gpu(self) -> bool:
        return self.device.startswith("cuda")

    @property
    def programmes(self) -> Path:
        return Path(self.work) / "programmes"


@dataclass
class Figures:
    """What was found so far; in the file as soon as it is noted."""

    file: Path
    known: dict[str, Value] = field(default_factory=dict)

    def note(self, **figures: Value) -> None:
        self.known |= figures
        write_atomically(self.file, json.dumps(self.known).encode())
