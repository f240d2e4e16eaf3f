"""Looks at an untrusted file's first picture with PyAV, in a process that `coding` may kill."""

from typing import Any

import av

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
        }


if __name__ == "__main__":
    av.logging.set_level(av.logging.ERROR)
    serve(inspected)
