"""What a container says of a video."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from archive_pipeline.media.colour import Colour


@dataclass(frozen=True)
class MediaFacts(Colour):
    """The columns of `sql/lake/media.sql` that probing tells; see there for units."""

    container: str
    """Container format as ffmpeg names it, such as `mov,mp4,m4a,3gp,3g2,mj2`."""

    video_codec: str
    """Codec of the video stream, such as `h264`."""

    stream_index: int
    """Index in the container of the video stream that is used."""

    width: int
    """Display width in pixels: rotation and sample aspect ratio applied."""

    height: int
    """Display height in pixels."""

    rotation: int
    """Clockwise rotation in degrees that a player applies: 0, 90, 180 or 270; after mirroring."""

    sample_aspect_ratio: float
    """Width of a coded pixel over its height."""

    frame_rate: float
    """Average source frames per second."""

    is_vfr: bool
    """Whether the frames are unevenly spaced in time."""

    is_interlaced: bool
    """Whether the source is interlaced."""

    zero_s: float
    """Container time that a player shows as zero: 0, or the first presented time in transport and program streams;
    in any of them the first frame's where that is earlier."""

    start_s: float
    """Presentation time of the first frame in seconds, `zero_s` subtracted."""

    duration_s: float
    """Length of the video stream in seconds as the container tells."""

    has_audio: bool
    """Whether there is an audio stream."""

    audio_codec: str | None
    """Codec of the first audio stream."""

    source_timecode: str | None
    """Start of the timecode track, such as `10:00:00:00`."""

    drop_frame: bool | None
    """Whether the timecode is drop frame; None without a timecode."""

    is_mirrored: bool = False
    """Whether a player exchanges left and right, before it rotates."""

    note: str | None = None
    """What the container asks for that is not done, and which of its programmes is used, as a sentence."""

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "MediaFacts":
        """The facts in a row of the lake table `media`; one of 0.1.0 lacks some."""
        return cls(**{field.name: row[field.name] for field in fields(cls) if field.name in row})
