"""The programmes of a transport stream, as a multiplex of a broadcaster holds several: one of them is the video."""

import re
from dataclasses import dataclass

import av
from av.container import InputContainer
from av.video.stream import VideoStream

_LINE = re.compile(r"^  (?:(Program) (\d+)|(No Program)|Stream #0:(\d+)|    service_name +: (.*))", re.MULTILINE)


@dataclass(frozen=True)
class Programme:
    """One service, and the indices of its streams in the container."""

    number: int
    name: str
    streams: frozenset[int]

    def __str__(self) -> str:
        return f"{self.number} “{self.name}”" if self.name else str(self.number)


def programmes(container: InputContainer) -> list[Programme]:
    """In the order of the stream's own table; none of other formats. PyAV tells them in what it prints alone."""
    if container.format.name != "mpegts":
        return []
    level = av.logging.get_level()
    av.logging.set_level(av.logging.INFO)
    try:
        printed: str = container.dumps_format()  # type: ignore[attr-defined]  # its stubs lack it
    finally:
        av.logging.set_level(level)
    found: list[tuple[int, str, set[int]]] = []
    for begins, number, ends, stream, name in _LINE.findall(printed):
        if ends:
            break
        if begins:
            found.append((int(number), "", set()))
        elif found and stream:
            found[-1][2].add(int(stream))
        elif found and name:
            found[-1] = (found[-1][0], name.strip(), found[-1][2])
    return [Programme(number, name, frozenset(streams)) for number, name, streams in found]


def chosen(container: InputContainer) -> tuple[Programme, list[Programme]] | None:
    """Of several programmes the first that has pictures, and the others; None where there is nothing to choose."""
    known = programmes(container)
    pictured = [
        one for one in known if any(_shows(stream) for stream in container.streams.video if stream.index in one.streams)
    ]
    return (pictured[0], [one for one in known if one != pictured[0]]) if pictured and len(known) > 1 else None


def _shows(stream: VideoStream) -> bool:
    """Whether a decoder knows the stream and found a picture's format in it."""
    return stream.codec_context is not None and bool(stream.codec_context.pix_fmt)


def note_of(container: InputContainer) -> str | None:
    """What was chosen, as a sentence; None where nothing was."""
    if not (choice := chosen(container)):
        return None
    taken, others = choice
    left = ", ".join(map(str, others))
    return f"Of {1 + len(others)} programmes in the file the first with pictures is used, {taken}; not used: {left}."
