"""The one ffmpeg command of a video: thumbnails of every source frame and pictures of some, with exact times."""

from pathlib import Path
from typing import Any

import ffmpeg

from archive_pipeline.media.colour import reading_options
from archive_pipeline.media.decoders import cuda_filters
from archive_pipeline.media.decoders.model import CudaDecoding
from archive_pipeline.media.display import picture_size, turning_filters
from archive_pipeline.media.facts import MediaFacts
from archive_pipeline.media.ffmpeg import DEMUXERS, PROTOCOLS, escaped, media_url
from archive_pipeline.media.rule import clock

THUMBNAILS, PICTURES = 0, 1
"""The streams of the NUT that the command writes."""

_UNNAMED = "file:"  # stands for the path, since ffmpeg-python encodes names as UTF-8, which file names need not be
_TABLE = "table"  # likewise, of whose escapes some are wrong
_LARGEST_FRAME = 2**28  # pixels; 16K video has half of that. A hostile header may claim 2^31


def decode_command(
    binary: Path,
    path: Path,
    facts: MediaFacts,
    *,
    wanted: str,
    counted: str = "1",
    thumbnail_size: tuple[int, int],
    picture_side: int,
    jpeg_qscale: int,
    seek_s: float | None = None,
    cuda: CudaDecoding | None = None,
    table: str | None = None,
) -> list[str]:
    """ffmpeg's arguments: decode `path` once, write one NUT stream to stdout.

    `wanted` is the `select` expression of the frames that become pictures, `counted` of those that become thumbnails,
    `seek_s` the time (on the clock of the container) before whose key frame nothing needs to be decoded. With `cuda`
    the GPU decodes, deinterlaces and shrinks; the last step to either size is the processor's all the same. `table`:
    the file by which small pictures are converted (`tone_map`).
    """
    source = _decoded(facts, seek_s, cuda).filter("setpts", clock(facts)).split()
    counting = source[0] if counted == "1" else source[0].filter("select", counted)
    thumbnails = _turned(_scaled(counting, facts, cuda, table, thumbnail_size).filter("format", "rgb24"), facts)
    size = picture_size(facts.width, facts.height, picture_side)
    pictures = _scaled(
        source[1].filter("select", wanted), facts, cuda, table, size, out_range="pc", out_color_matrix="bt601"
    ).filter("format", "yuvj420p")  # what JFIF prescribes
    pictures = _turned(pictures, facts).filter("setsar", 1)
    written = ffmpeg.output(thumbnails, pictures, "pipe:1", **_encoding(jpeg_qscale)).global_args(
        "-nostdin", "-hide_banner", "-nostats", "-loglevel", "repeat+warning", "-filter_complex_threads", "1"
    )
    arguments = [str(argument) for argument in ffmpeg.compile(written, cmd=str(binary))]
    arguments[arguments.index("-i") + 1] = media_url(path)
    if table:
        graph = arguments.index("-filter_complex") + 1
        arguments[graph] = arguments[graph].replace(f"lut3d={_TABLE}", f"lut3d={escaped(table)}")
    return arguments


def _decoded(facts: MediaFacts, seek_s: float | None, cuda: CudaDecoding | None) -> Any:
    """The chosen video stream as it is coded, deinterlaced where it is interlaced."""
    seeking: dict[str, Any] = {}
    if seek_s is not None:
        seeking = {"ss": f"{seek_s:.6f}", "seek_timestamp": 1, "noaccurate_seek": None}
    source = ffmpeg.input(
        _UNNAMED,
        protocol_whitelist=PROTOCOLS,
        format_whitelist=DEMUXERS,
        copyts=None,
        noautorotate=None,  # what ffmpeg takes for a rotation is not always one: `_turned` does it
        threads=1,  # several videos at once use the cores better than several threads for one
        max_pixels=_LARGEST_FRAME,
        reinit_filter=0,  # a change of size in mid-stream must not restart the filters, which remember times
        **seeking,
        **(cuda_filters.input_options(cuda) if cuda else {}),
    )[str(facts.stream_index)]
    if facts.is_interlaced and cuda:
        return cuda_filters.deinterlaced(source)
    if facts.is_interlaced:
        source = source.filter("scale", "iw", "ih").filter("bwdif", mode="send_frame", deint="interlaced")
    return source


def _scaled(
    frames: Any,
    facts: MediaFacts,
    cuda: CudaDecoding | None,
    table: str | None,
    size: tuple[int, int],
    **written: str,
) -> Any:
    """The pictures so large that they have `size` when they are turned, which costs less when they are small; so does
    converting them by `table`."""
    width, height = size[::-1] if facts.rotation % 180 else size
    frames = cuda_filters.downloaded(frames, cuda, (width, height)) if cuda else frames
    if table is None:
        return frames.filter("scale", width, height, flags="area", **reading_options(facts), **written)
    small = frames.filter("scale", width, height, flags="area", **reading_options(facts))
    return small.filter("format", "gbrp12le").filter("lut3d", _TABLE).filter("scale", **written)


def _turned(frames: Any, facts: MediaFacts) -> Any:
    for name, *arguments in turning_filters(facts.rotation, facts.is_mirrored):
        frames = frames.filter(name, *arguments)
    return frames


def _encoding(jpeg_qscale: int) -> dict[str, Any]:
    return {
        "format": "nut",
        "fps_mode": "passthrough",
        "enc_time_base": "filter",  # the default rounds times to the nominal frame rate
        "max_interleave_delta": 0,  # thumbnails wait for the picture that belongs to them
        "c:v:0": "rawvideo",
        "c:v:1": "mjpeg",
        "q:v:1": jpeg_qscale,
        "threads": 1,
        "map_metadata": -1,  # a title in no known encoding would make our own stream unreadable
        "map_chapters": -1,
        "fflags": "+bitexact",
        "flags:v": "+bitexact",
    }
