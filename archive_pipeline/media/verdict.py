"""What the end of a decode means: how it failed, or what the decoder complained about."""

import re
import signal
from collections.abc import Sequence

from archive_pipeline.errors import MediaError, PassingError
from archive_pipeline.media.ffmpeg import DISCONTINUOUS
from archive_pipeline.media.process import CORRUPT, Child
from archive_pipeline.media.rule import CLOCK_RESET

_NOISE = re.compile(
    r"deprecated pixel format|Estimating duration from bitrate"  # our own yuvj420p
    r"|Changing video frame properties on the fly|filter context - w:|timescale not set|Guessed Channel Layout"
    r"|No filtered frames for output stream|Failed to avformat_open_input|^Error opening|^Conversion failed"
    r"|^\[(nut|mjpeg|rawvideo|swscaler|auto_scale|vost|out)\b"
)
_RESET = re.compile(r"^(\[.*\] )?-?\d+\.\d+$")  # what `print` in an expression writes


def raise_failure(child: Child, status: int, n_frames: int) -> None:
    """Raise unless the decoder delivered frames and ended by itself. `status` is its exit status."""
    if child.timed_out:
        raise PassingError(
            "decode_timeout", "Decoding took far longer than the video lasts. Is the machine overloaded?"
        )
    if any(
        line.endswith(("Input/output error", "Stale file handle", "No such file or directory")) for line in child.lines
    ):
        raise PassingError("read_failed", "The file could not be read to its end. Check the disk and the network.")
    if status == -signal.SIGKILL:
        raise PassingError("decoder_killed", "The decoder was killed from outside, perhaps for want of memory.")
    if status < 0:
        raise MediaError("decoder_crashed", f"The decoder crashed ({signal.Signals(-status).name}) on this file.")
    if n_frames == 0:
        lines = decoder_warnings(child.lines)
        raise MediaError(
            "no_decodable_frame",
            f"Not one picture can be decoded ({lines[0] if lines else 'no message'}). Damaged or encrypted?",
        )


def is_container_torn(child: Child, container: str) -> bool:
    """Whether packets may be missing of which no decoder was told: the demuxer said something, or, of a stream without
    an index, which is silent about the bytes that it skips, pictures are not whole."""
    said_by = ("[in#", f"[{container}]")  # since ffmpeg 8, and before
    is_silent = container in DISCONTINUOUS and child.counted[CORRUPT] > 0
    return is_silent or any(line.startswith(said_by) for line in child.lines)


def decoder_warnings(lines: Sequence[str]) -> tuple[str, ...]:
    """The lines that tell something of the video, each once."""
    told = (CLOCK_RESET if _RESET.match(line) else line for line in lines if not _NOISE.search(line))
    return tuple(dict.fromkeys(told))
