"""How a video's pictures are coded, as far as a decoder in hardware must know: beyond what `MediaFacts` keep."""

from dataclasses import dataclass
from pathlib import Path

from archive_pipeline.media.isolation import answer_of


@dataclass(frozen=True)
class Coding:
    """The first picture of a video as a decoder gives it."""

    codec: str
    """As ffmpeg names it, such as `h264`."""

    pixel_format: str
    """As ffmpeg names it, such as `yuv420p10le`."""

    width: int
    """In pixels, neither turned nor stretched."""

    height: int


def coding(path: Path, timeout_s: float = 60) -> Coding | None:
    """None where no picture decodes. Reads the start of the file. Raises as `probe` does."""
    fields = answer_of("archive_pipeline.media.decoders.coding_inspection", path, timeout_s)
    return Coding(**fields) if fields else None
