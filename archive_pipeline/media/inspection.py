"""Opens an untrusted file with PyAV and tells its facts: runs in a process of its own, which `probe` may kill.

It imports PyAV and nothing else that is slow.
"""

import struct
from dataclasses import asdict
from itertools import islice
from typing import Any

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from archive_pipeline.errors import MediaError
from archive_pipeline.media.colour import Colour, colour
from archive_pipeline.media.container import best_video, opened
from archive_pipeline.media.display import Orientation, display_size, orientation, sane_aspect_ratio
from archive_pipeline.media.facts import MediaFacts
from archive_pipeline.media.isolation import serve
from archive_pipeline.media.programmes import chosen, note_of
from archive_pipeline.media.times import Scan, scan, stream_times

_FRAMES_LOOKED_AT = 8  # at the start and in the middle, to see whether they are interlaced
_INTERLACED_SHARE = 0.2
_INTERLACED_FIELD_ORDERS = frozenset({2, 3, 4, 5})  # AVFieldOrder: TT, BB, TB, BT


def inspect(url: str) -> MediaFacts:
    """The facts of the file. Raises MediaError or PassingError."""
    with opened(url) as container:
        packets = scan(container, best_video(container))
    with opened(url) as container:  # anew: a program stream cannot be wound back to its very first packet
        stream = best_video(container)
        return _facts(container, stream, _some_frames(container, stream), packets)


def _facts(container: InputContainer, stream: VideoStream, frames: list[VideoFrame], scanned: Scan) -> MediaFacts:
    first = frames[0] if frames else None
    width, height = (first.width, first.height) if first else (stream.width, stream.height)
    if not width or not height:
        raise MediaError("no_video_stream", "The file announces a video stream but none of its pictures is there.")
    turned = _orientation(first) if first else Orientation()
    ratio = sane_aspect_ratio(float(stream.sample_aspect_ratio or 0))
    displayed = display_size(width, height, ratio, turned.rotation)
    choice = chosen(container)
    sounds = (sound for sound in container.streams.audio if not choice or sound.index in choice[0].streams)
    audio = next(sounds, None)
    timecode = _timecode(container, stream)
    return MediaFacts(
        container=container.format.name,
        video_codec=stream.codec_context.codec.canonical_name,
        stream_index=stream.index,
        width=displayed[0],
        height=displayed[1],
        rotation=turned.rotation,
        is_mirrored=turned.is_mirrored,
        note=" ".join(filter(None, (turned.note, note_of(container)))) or None,
        sample_aspect_ratio=ratio,
        is_interlaced=_is_interlaced(stream, frames),
        has_audio=audio is not None,
        audio_codec=audio.codec_context.codec.canonical_name if audio and audio.codec_context else None,
        source_timecode=timecode,
        drop_frame=None if timecode is None else ";" in timecode or "." in timecode,
        **asdict(_colour(first) if first else Colour(is_colour_matrix_assumed=False)),
        **asdict(stream_times(container, stream, scanned, first)),
    )


def _colour(frame: VideoFrame) -> Colour:
    """As the decoder tells: it knows the bitstream, the container, and what a codec prescribes (JPEG, VP8)."""
    pixels = frame.format
    is_yuv = len(pixels.components) > 2 and not (pixels.is_rgb or pixels.has_palette or pixels.name.startswith("xyz"))
    told = (frame.colorspace, frame.color_range, frame.color_primaries, frame.color_trc)
    return colour(*map(int, told), lines=frame.height, is_yuv=is_yuv)


def _orientation(frame: VideoFrame) -> Orientation:
    matrix: Any = frame.side_data.get("DISPLAYMATRIX")
    return orientation(None if matrix is None else struct.unpack("=9i", bytes(matrix)))


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


def _is_interlaced(stream: VideoStream, frames: list[VideoFrame]) -> bool:
    if frames:
        return sum(frame.interlaced_frame for frame in frames) > _INTERLACED_SHARE * len(frames)
    return stream.codec_context.field_order in _INTERLACED_FIELD_ORDERS


def _timecode(container: InputContainer, stream: VideoStream) -> str | None:
    """The video stream's own timecode, else the one of a timecode track, else the container's."""
    tagged = [stream.metadata, *(other.metadata for other in container.streams), container.metadata]
    return next((tags["timecode"] for tags in tagged if tags.get("timecode")), None)


def main() -> None:
    av.logging.set_level(av.logging.ERROR)
    serve(lambda url: asdict(inspect(url)))


if __name__ == "__main__":
    main()
