"""Reading the NUT stream of a decode: raw thumbnails and JPEG pictures, each with its exact time."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

import av
import numpy as np
from numpy.typing import NDArray

from archive_pipeline.media.command import PICTURES

_END_OF_JPEG = b"\xff\xd9"


@dataclass(frozen=True)
class Thumbnail:
    """One source frame, tiny."""

    pts_s: float
    pixels: NDArray[np.uint8]
    """RGB `(height, width, 3)`."""


@dataclass(frozen=True)
class Picture:
    """One source frame as JPEG; comes right after the thumbnail of the same frame."""

    pts_s: float
    jpeg: bytes


def read_stream(pipe: IO[bytes], thumbnail_size: tuple[int, int]) -> Iterator[Thumbnail | Picture]:
    """What the command of `decode_command` writes, in order of time, until it ends or breaks off."""
    width, height = thumbnail_size
    try:
        container = av.open(f"pipe:{pipe.fileno()}", format="nut", options={"protocol_whitelist": "pipe"})
    except av.FFmpegError:
        return  # not even a header: no frame was decoded
    with container:
        ticks = [stream.time_base for stream in container.streams]
        packets = container.demux()
        while True:
            try:
                packet = next(packets)
            except (StopIteration, av.FFmpegError):
                return
            if not packet.size or packet.pts is None:
                continue
            tick = ticks[packet.stream_index]
            assert tick is not None
            pts_s, content = packet.pts * tick.numerator / tick.denominator, bytes(packet)
            is_picture = packet.stream_index == PICTURES
            if not (content.endswith(_END_OF_JPEG) if is_picture else len(content) == height * width * 3):
                return  # cut short: the decoder crashed or was killed while it wrote
            if is_picture:
                yield Picture(pts_s, content)
            else:
                yield Thumbnail(pts_s, np.frombuffer(content, np.uint8).reshape(height, width, 3))
