"""Looks at an untrusted file's first picture with PyAV, in a process that `coding` may kill."""

import struct
from typing import Any

import av
from av.video.frame import VideoFrame

from archive_pipeline.media.container import best_video, opened
from archive_pipeline.media.isolation import serve


def inspected(url: str) -> dict[str, Any] | None:
    """The fields of `Coding`; None where no picture decodes. Raises MediaError or PassingError."""
    with opened(url) as container:
        stream = best_video(container)
        stream.codec_context.options = {"max_pixels": str(2**28)}
        try:
            first = next(container.decode(stream), None)
        except (av.FFmpegError, ValueError):
            return None
        if first is None:
            return None
        return {
            "codec": stream.codec_context.codec.canonical_name,
            "pixel_format": first.format.name,
            "width": first.width,
            "height": first.height,
            "is_mirrored": _is_mirrored(first),
        }


def _is_mirrored(frame: VideoFrame) -> bool:
    """Whether the display matrix does more than turn by right angles: 16.16 numbers, a b in row 0 and c d in row 1."""
    matrix: Any = frame.side_data.get("DISPLAYMATRIX")
    if matrix is None:
        return False
    a, b, _, c, d, *_ = struct.unpack("=9i", bytes(matrix))
    return not ((a == d and b == c == 0) or (a == d == 0 and b == -c))


if __name__ == "__main__":
    av.logging.set_level(av.logging.ERROR)
    serve(inspected)
