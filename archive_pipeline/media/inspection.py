"""Opens an untrusted file with PyAV and tells its facts: runs in a process of its own, which `probe` may kill.

`python -m archive_pipeline.media.inspection` reads `{"url": …}` on stdin and writes one JSON object, `facts` or
`error`. It imports PyAV and nothing else that is slow.
"""

import json
import resource
import sys
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice
from typing import Any

import av
from av.container import InputContainer
from av.stream import Discard, Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from archive_pipeline.errors import ArchiveError, MediaError, PassingError
from archive_pipeline.media.display import display_size, sane_aspect_ratio
from archive_pipeline.media.facts import MediaFacts
from archive_pipeline.media.ffmpeg import DEMUXERS, DISCONTINUOUS, PROTOCOLS
from archive_pipeline.media.guard import die_with_parent
from archive_pipeline.media.timeline import Timeline, Unwinder, timeline

_MEMORY_BYTES = 8 * 2**30
_SCANNED_BYTES = 2 * 2**30  # of video packets; beyond, the start of the file stands for the rest
_FRAMES_LOOKED_AT = 8  # at the start and in the middle, to see whether they are interlaced
_INTERLACED_SHARE = 0.2
_RATE_TOLERANCE = 0.02
_DEFAULT_RATE = 25.0
_FIRST_BOXES = frozenset({b"ftyp", b"mdat", b"moov", b"free", b"skip", b"wide", b"styp", b"uuid"})
_INTERLACED_FIELD_ORDERS = frozenset({2, 3, 4, 5})  # AVFieldOrder: TT, BB, TB, BT


def inspect(url: str) -> MediaFacts:
    """The facts of the file. Raises MediaError or PassingError."""
    with _opened(url) as container:
        scan = _scan(container, _best_video(container))
    with _opened(url) as container:  # anew: a program stream cannot be wound back to its very first packet
        stream = _best_video(container)
        return _facts(container, stream, _some_frames(container, stream), scan)


def _opened(url: str) -> InputContainer:
    options = {"protocol_whitelist": PROTOCOLS, "format_whitelist": DEMUXERS}
    with av.logging.Capture() as log:
        try:
            return av.open(url, options=options, metadata_errors="replace")
        except av.FFmpegError as error:
            raise _explained(error, "\n".join(message for _, _, message in log), _head(url)) from error


def _head(url: str) -> bytes:
    try:
        with open(url.removeprefix("file:"), "rb") as file:  # noqa: PTH123 (as libav opened it)
            return file.read(4096)
    except OSError:
        return b""


def _explained(error: av.FFmpegError, log: str, head: bytes) -> ArchiveError:
    """The error that a person understands for what libav said."""
    if isinstance(error, (FileNotFoundError, PermissionError)) or error.errno in (5, 116):  # EIO, ESTALE
        return PassingError(
            "read_failed", f"The file cannot be read ({error.strerror}). Check the disk and the permissions."
        )
    if "not on whitelist" in log or _is_text(head):
        return MediaError(
            "not_a_video", "The file is no video but a playlist, a script, a picture or another format. Remove it."
        )
    if "moov atom not found" in log and head[4:8] in _FIRST_BOXES:
        return MediaError(
            "index_missing",
            "The file has no index (moov atom): its recording or copying was not finished. Get it again or repair it.",
        )
    return MediaError(
        "unreadable", f"The file is no video, damaged or encrypted ({error.strerror}). Get a readable copy."
    )


def _is_text(head: bytes) -> bool:
    return all(byte >= 32 or byte in b"\t\n\r\f\x1b" for byte in head)


def _best_video(container: InputContainer) -> VideoStream:
    """The stream that a player shows: the first default one, else the largest; never a cover picture."""
    videos = [
        stream
        for stream in container.streams.video
        if not stream.disposition & (Disposition.attached_pic | Disposition.timed_thumbnails)
    ]
    if not videos:
        raise MediaError("no_video_stream", "The file holds no video stream, only sound, pictures or data.")
    usable = [stream for stream in videos if stream.codec_context is not None]
    if not usable:
        raise MediaError("codec_unknown", "No decoder for the file's video codec. Convert it to a common one.")
    default = [stream for stream in usable if stream.disposition & Disposition.default]
    return default[0] if default else max(usable, key=lambda stream: stream.width * stream.height)


def _some_frames(container: InputContainer, stream: VideoStream) -> list[VideoFrame]:
    """A few decoded frames from the start and the middle; none where nothing decodes."""
    stream.codec_context.options = {"max_pixels": str(2**28)}
    frames = _decoded(container, stream)
    if frames and container.duration and container.duration > 4_000_000:
        try:
            container.seek((container.start_time or 0) + container.duration // 2)
            frames += _decoded(container, stream)
        except av.FFmpegError:
            pass
    return frames


def _decoded(container: InputContainer, stream: VideoStream) -> list[VideoFrame]:
    try:
        return list(islice(container.decode(stream), _FRAMES_LOOKED_AT))
    except (av.FFmpegError, ValueError):
        return []


def _scan(container: InputContainer, stream: VideoStream) -> tuple[Timeline | None, bool]:
    """The stream's timeline and whether it covers the whole file."""
    tick_s = float(stream.time_base or 0)
    rate = stream.average_rate or stream.guessed_rate
    frame_s = float(1 / rate) if rate else 0.04
    unwinder = Unwinder(frame_s) if container.format.name in DISCONTINUOUS else None
    for other in container.streams:
        if other.index != stream.index:
            other.discard = Discard.all
    pts_s, last_s, length_s, size = [], float("-inf"), frame_s, 0
    for packet in _packets(container, stream):
        size += packet.size
        pts = packet.pts if packet.pts is not None else packet.dts
        if pts is None or packet.is_discard:
            continue
        at_s = pts * tick_s
        if unwinder and packet.dts is not None:
            at_s += unwinder.offset_at(packet.dts * tick_s)
        pts_s.append(at_s)
        if at_s > last_s:
            last_s, length_s = at_s, (packet.duration or 0) * tick_s or frame_s
        if size > _SCANNED_BYTES:
            return timeline(pts_s, tick_s, length_s), False
    return timeline(pts_s, tick_s, length_s), True


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


def _facts(
    container: InputContainer, stream: VideoStream, frames: list[VideoFrame], scan: tuple[Timeline | None, bool]
) -> MediaFacts:
    line, is_complete = scan
    first = frames[0] if frames else None
    width, height = (first.width, first.height) if first else (stream.width, stream.height)
    if not width or not height:
        raise MediaError("no_video_stream", "The file announces a video stream but none of its pictures is there.")
    rotation = round(-first.rotation / 90) * 90 % 360 if first else 0
    ratio = sane_aspect_ratio(float(stream.sample_aspect_ratio or 0))
    displayed = display_size(width, height, ratio, rotation)
    frame_rate = _frame_rate(stream, line)
    zero_s = _zero_s(container, stream, first, line)
    start_s = (line.start_s if line else float((stream.start_time or 0) * (stream.time_base or 0))) - zero_s
    audio = next(iter(container.streams.audio), None)
    timecode = _timecode(container, stream)
    return MediaFacts(
        container=container.format.name,
        video_codec=stream.codec_context.codec.canonical_name,
        stream_index=stream.index,
        width=displayed[0],
        height=displayed[1],
        rotation=rotation,
        sample_aspect_ratio=ratio,
        frame_rate=frame_rate,
        is_vfr=bool(line and line.is_vfr),
        is_interlaced=_is_interlaced(stream, frames),
        zero_s=zero_s,
        start_s=start_s,
        duration_s=_duration_s(container, stream, line, is_complete) or 1 / frame_rate,
        has_audio=audio is not None,
        audio_codec=audio.codec_context.codec.canonical_name if audio and audio.codec_context else None,
        source_timecode=timecode,
        drop_frame=None if timecode is None else ";" in timecode or "." in timecode,
    )


def _frame_rate(stream: VideoStream, line: Timeline | None) -> float:
    """The nominal average where the packets bear it out (raw DV claims 60,000 frames a second), else theirs."""
    nominal = float(stream.average_rate or stream.guessed_rate or 0)
    if line is None:
        return nominal or _DEFAULT_RATE
    return nominal if abs(nominal - line.mean_rate) < _RATE_TOLERANCE * line.mean_rate else line.mean_rate


def _zero_s(container: InputContainer, stream: VideoStream, first: VideoFrame | None, line: Timeline | None) -> float:
    """What a player shows as zero, in whole ticks of the stream's clock (libav rounds starts to microseconds).

    A first frame before it, which edit lists and open groups of pictures can cause, becomes the zero.
    """
    tick_s = float(stream.time_base or 0)
    zero_s = 0.0
    if container.format.name in DISCONTINUOUS and tick_s:
        zero_s = round((container.start_time or 0) / av.time_base / tick_s) * tick_s
    if first is not None and first.pts is not None:
        return min(zero_s, first.pts * tick_s)
    return min(zero_s, line.start_s) if line else zero_s


def _duration_s(
    container: InputContainer, stream: VideoStream, line: Timeline | None, is_complete: bool
) -> float | None:
    """What the container promises for this stream, else what its packets cover."""
    promised = float(stream.duration * stream.time_base) if stream.duration and stream.time_base else None
    in_container = container.duration / av.time_base if container.duration else None
    if container.format.name in DISCONTINUOUS:  # the promise is a guess from the last packet; wrong after a jump
        return line.duration_s if line and is_complete else promised or in_container
    tagged = _tagged_end_s(stream)
    end_s = tagged if tagged is not None else in_container
    if promised is None and end_s is not None and line:
        promised = end_s - line.start_s
    covered = line.duration_s if line else None  # longer than promised where frames are reordered at an uneven rate
    return max((length for length in (promised, covered) if length), default=in_container)


def _tagged_end_s(stream: VideoStream) -> float | None:
    """The end that Matroska writers note per stream, `DURATION=00:00:02.600000000`."""
    try:
        hours, minutes, seconds = stream.metadata["DURATION"].split(":")
        return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
    except (KeyError, ValueError):
        return None


def _is_interlaced(stream: VideoStream, frames: list[VideoFrame]) -> bool:
    if frames:
        return sum(frame.interlaced_frame for frame in frames) > _INTERLACED_SHARE * len(frames)
    return stream.codec_context.field_order in _INTERLACED_FIELD_ORDERS


def _timecode(container: InputContainer, stream: VideoStream) -> str | None:
    """The video stream's own timecode, else the one of a timecode track, else the container's."""
    tagged = [stream.metadata, *(other.metadata for other in container.streams), container.metadata]
    return next((tags["timecode"] for tags in tagged if tags.get("timecode")), None)


def main() -> None:
    die_with_parent()
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    av.logging.set_level(av.logging.ERROR)
    try:
        answer = {"facts": asdict(inspect(json.load(sys.stdin)["url"]))}
    except ArchiveError as error:
        answer = {"error": {"code": error.code, "message": error.message, "permanent": error.permanent}}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
