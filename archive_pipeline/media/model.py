"""How a video is sampled, and what comes of it."""

from dataclasses import dataclass

from archive_pipeline.media.cuts import DEFAULT_DETECTOR, Cut
from archive_pipeline.media.leader import Leader


@dataclass(frozen=True)
class SamplingParameters:
    """How a video is sampled."""

    fps: float = 3.0
    """Sampled frames per second, 0.05 to 60."""

    detector: str = DEFAULT_DETECTOR
    """Name of the cut detector."""

    picture_side: int = 336
    """Pixels of a picture's shortest side, the input of the largest usual CLIP models; smaller videos stay so."""

    jpeg_qscale: int = 3
    """ffmpeg's `-q:v`, 2 (best) to 31: 3 takes about 27 KB for 597×336."""

    def __post_init__(self) -> None:
        for name, value, lowest, highest in (
            ("fps", self.fps, 0.05, 60),
            ("picture_side", self.picture_side, 16, 4096),
            ("jpeg_qscale", self.jpeg_qscale, 2, 31),
        ):
            if not lowest <= value <= highest:
                raise ValueError(f"{name} is {value}; allowed is {lowest} to {highest}")


@dataclass(frozen=True)
class Sample:
    """A sampled frame."""

    frame: int
    """Number of the sample, from 0; -1 for one that was taken by itself and has no place among the others yet."""

    pts_s: float
    """Presentation time in seconds, on the clock that a player shows."""

    source_frame: int
    """Number of the source frame, from 0 in order of presentation."""

    jpeg: bytes
    """The picture in display orientation, sample aspect ratio applied, deinterlaced."""

    leader: Leader | None = None
    """What it is where it shows nothing: black, one colour, colour bars."""


@dataclass(frozen=True)
class Decoding:
    """What decoding found; the columns of `sql/lake/decoding.sql`, and the cuts."""

    n_source_frames: int
    start_s: float
    end_s: float
    decoded_share: float
    """Of the span that the container promises, 0 to 1: what is missing, lost or not whole is not in it."""
    warnings: tuple[str, ...]
    cuts: tuple[Cut, ...]
