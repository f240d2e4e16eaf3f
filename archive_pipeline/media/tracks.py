"""The tracks of sound and of subtitles in a video file."""

from dataclasses import dataclass
from pathlib import Path

from archive_pipeline.media.isolation import answer_of


@dataclass(frozen=True)
class Track:
    """One stream of a container."""

    index: int
    """In the container."""

    kind: str
    """`audio` or `subtitle`."""

    codec: str
    """Such as `aac` or `mov_text`; `unknown` without a decoder."""

    language: str | None
    """As the container writes it: mostly three letters, `und` for none."""

    is_default: bool
    is_forced: bool
    """Subtitles of what is foreign in the film only."""


def tracks(path: Path, timeout_s: float = 60) -> list[Track]:
    """Those of sound and of subtitles, in the order of the container. Raises as `probe` does."""
    return [Track(**fields) for fields in answer_of("archive_pipeline.media.track_inspection", path, timeout_s)]
