"""The times that a container keeps and promises for one of its video streams."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import av
from av.container import InputContainer
from av.stream import Discard
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from archive_pipeline.counting import counted
from archive_pipeline.errors import MediaError
from archive_pipeline.media.ffmpeg import DISCONTINUOUS
from archive_pipeline.media.programmes import chosen
from archive_pipeline.media.timeline import Timeline, Unwinder, timeline

_SCANNED_BYTES = 512 * 2**20  # of video packets; beyond, the start of the file stands for the rest
_SCANNED_BYTES_OF_STREAMS = 4 * _SCANNED_BYTES  # transport and program streams tell their length nowhere else
_RATE_TOLERANCE = 0.02
_DEFAULT_RATE = 25.0
_TIMELESS_SHARE = 0.01


@dataclass(frozen=True)
class Scan:
    """What the packets of a video stream tell."""

    line: Timeline | None
    """None where the stream holds no packet with a time."""

    is_complete: bool
    """Whether it covers the whole file."""

    n_timeless: int
    """Packets that no time is written to, as in a raw stream of H.264, or two of three in a program stream of it."""

    @property
    def times_all(self) -> bool:
        """Whether (nearly) each packet has its time, so that steps between them are frames'."""
        return self.line is not None and self.n_timeless < _TIMELESS_SHARE * self.line.n_frames


@dataclass(frozen=True)
class StreamTimes:
    """The times among the columns of `MediaFacts`."""

    frame_rate: float
    is_vfr: bool
    zero_s: float
    start_s: float
    duration_s: float


def scan(container: InputContainer, stream: VideoStream) -> Scan:
    """Read the packets of a freshly opened container; nothing is decoded. Raises MediaError `encrypted` and
    `nothing_shown`."""
    tick_s = float(stream.time_base or 0)
    rate = stream.average_rate or stream.guessed_rate
    frame_s = float(1 / rate) if rate else 0.04
    unwinder = Unwinder(frame_s) if container.format.name in DISCONTINUOUS else None
    for other in container.streams:
        if other.index != stream.index:
            other.discard = Discard.all
    pts_s, last_s, length_s, size, n_timeless, n_hidden = [], float("-inf"), frame_s, 0, 0, 0
    for packet in _packets(container, stream):
        if packet.has_sidedata("encryption_info"):  # of Common Encryption; decoders make garbage of such packets
            raise MediaError("encrypted", "The video is encrypted (copy protection). Get a copy that is not.")
        size += packet.size
        pts = packet.pts if packet.pts is not None else packet.dts
        n_timeless += pts is None
        n_hidden += packet.is_discard
        if pts is None or packet.is_discard:
            continue
        at_s = pts * tick_s
        if unwinder and packet.dts is not None:
            at_s += unwinder.offset_at(packet.dts * tick_s)
        pts_s.append(at_s)
        if at_s > last_s:
            last_s, length_s = at_s, (packet.duration or 0) * tick_s or frame_s
        if size > (_SCANNED_BYTES_OF_STREAMS if unwinder else _SCANNED_BYTES):
            return Scan(timeline(pts_s, tick_s, length_s), is_complete=False, n_timeless=n_timeless)
    if n_hidden and not pts_s and not n_timeless:
        raise MediaError(
            "nothing_shown",
            f"The file's edit list shows none of its {counted(n_hidden, 'picture')}. Write it without one and put that "
            "in its place: ffmpeg -ignore_editlist 1 -i FILE -c copy NEW_FILE",
        )
    return Scan(timeline(pts_s, tick_s, length_s), is_complete=True, n_timeless=n_timeless)


def _packets(container: InputContainer, stream: VideoStream) -> Iterator[Any]:
    """The packets until the file ends or breaks off."""
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except (StopIteration, av.FFmpegError):
            return
        if packet.size:
            yield packet


def stream_times(
    container: InputContainer, stream: VideoStream, scanned: Scan, first: VideoFrame | None
) -> StreamTimes:
    """The times of the stream whose packets were scanned; `first` is its first decoded frame, where there is one."""
    line = scanned.line
    zero_s = _zero_s(container, stream, line, first)
    frame_rate = _frame_rate(stream, scanned)
    start_s = line.start_s if line else float((stream.start_time or 0) * (stream.time_base or 0))
    return StreamTimes(
        frame_rate=frame_rate,
        is_vfr=line is not None and line.is_vfr and scanned.times_all,
        zero_s=zero_s,
        start_s=start_s - zero_s,
        duration_s=_duration_s(container, stream, scanned, frame_rate) or 1 / frame_rate,
    )


def _frame_rate(stream: VideoStream, scanned: Scan) -> float:
    """The nominal average where the packets bear it out (raw DV claims 60,000 frames a second), else theirs."""
    nominal, line = float(stream.average_rate or stream.guessed_rate or 0), scanned.line
    if line is None or not scanned.times_all:
        return nominal or _DEFAULT_RATE
    return nominal if abs(nominal - line.mean_rate) < _RATE_TOLERANCE * line.mean_rate else line.mean_rate


def _zero_s(container: InputContainer, stream: VideoStream, line: Timeline | None, first: VideoFrame | None) -> float:
    """What a player shows as zero, in whole ticks of the stream's clock (libav rounds starts to microseconds).

    A first frame before it, which edit lists and open groups of pictures can cause, becomes the zero.
    """
    tick_s = float(stream.time_base or 0)
    zero_s = 0.0
    if container.format.name in DISCONTINUOUS and tick_s:
        zero_s = round(_earliest_s(container) / tick_s) * tick_s
    if first is not None and first.pts is not None:
        return min(zero_s, first.pts * tick_s)
    return min(zero_s, line.start_s) if line else zero_s


def _earliest_s(container: InputContainer) -> float:
    """When the first of the container's streams begins; of several programmes, whose clocks differ, of the used one."""
    if choice := chosen(container):
        own = (stream for stream in container.streams if stream.index in choice[0].streams)
        starts = [float(one.start_time * one.time_base) for one in own if one.start_time is not None and one.time_base]
        return min(starts, default=0.0)
    return (container.start_time or 0) / av.time_base


def _duration_s(container: InputContainer, stream: VideoStream, scanned: Scan, frame_rate: float) -> float | None:
    """What the container promises for this stream, else what its packets cover."""
    line = scanned.line
    promised = float(stream.duration * stream.time_base) if stream.duration and stream.time_base else None
    if promised and line and container.format.name == "asf":  # which tells when it ends, and not how long it is
        promised -= line.start_s
    in_container = container.duration / av.time_base if container.duration else None
    if container.format.name in DISCONTINUOUS:  # the promise is a guess from the last packet; wrong after a jump
        return line.duration_s if line and scanned.is_complete else promised or in_container
    tagged = _tagged_end_s(stream)
    end_s = tagged if tagged is not None else in_container
    if promised is None and end_s is not None and line:
        promised = end_s - line.start_s
    covered = line.duration_s if line else None  # longer than promised where frames are reordered at an uneven rate
    counted = scanned.n_timeless / frame_rate  # as the decoder will time them
    return max((length for length in (promised, covered, counted) if length), default=in_container)


def _tagged_end_s(stream: VideoStream) -> float | None:
    """The end that Matroska writers note per stream, `DURATION=00:00:02.600000000`."""
    try:
        hours, minutes, seconds = stream.metadata["DURATION"].split(":")
        return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
    except (KeyError, ValueError):
        return None
