"""Lists an untrusted file's tracks of sound and of subtitles with PyAV, in a process that `tracks` may kill."""

from typing import Any

import av
from av.stream import Disposition, Stream

from archive_pipeline.media.container import opened
from archive_pipeline.media.isolation import serve
from archive_pipeline.media.programmes import chosen

_KINDS = ("audio", "subtitle")


def listed(url: str) -> list[dict[str, Any]]:
    """The fields of `Track`, one mapping for each track; of several programmes those of the one that is used. Raises
    MediaError or PassingError."""
    with opened(url) as container:
        choice = chosen(container)
        own = (stream for stream in container.streams if not choice or stream.index in choice[0].streams)
        return [_fields(stream) for stream in own if stream.type in _KINDS]


def _fields(stream: Stream) -> dict[str, Any]:
    context = stream.codec_context
    return {
        "index": stream.index,
        "kind": stream.type,
        "codec": context.codec.canonical_name if context is not None else "unknown",
        "language": stream.metadata.get("language"),
        "is_default": bool(stream.disposition & Disposition.default),
        "is_forced": bool(stream.disposition & Disposition.forced),
    }


if __name__ == "__main__":
    av.logging.set_level(av.logging.ERROR)
    serve(listed)
