"""Raw frames into the files that archives keep: H.264 MP4, interlaced MPEG-2 MXF, ProRes MOV, DV."""

import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from archive_pipeline.errors import ArchiveError

_STDERR_CHARACTERS = 600


@dataclass(frozen=True)
class VideoFormat:
    """`interlaced` formats are 25 frames of two fields a second in 720×576, so they take 50 pictures a second."""

    name: str
    suffix: str
    interlaced: bool
    options: tuple[str, ...]


# ultrafast with the B-frames that real files have and it leaves out. Grainy rain at 640×360 on one busy core: 20 × real
# time; CABAC and a finer quantizer 15 ×, superfast 7 ×, veryfast 5 ×.
_H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-bf", "1", "-b_strategy", "0", "-crf", "30")

FORMATS: dict[str, VideoFormat] = {
    made.name: made
    for made in (
        VideoFormat("h264", ".mp4", False, _H264),
        VideoFormat(
            "h264_400k",
            ".mp4",
            False,
            ("-c:v", "libx264", "-preset", "veryfast", "-b:v", "400k", "-maxrate", "400k", "-bufsize", "800k"),
        ),
        VideoFormat(
            "mpeg2",
            ".mxf",
            True,
            ("-c:v", "mpeg2video", "-b:v", "12M", "-flags", "+ildct+ilme", "-timecode", "10:00:00:00"),
        ),
        VideoFormat("prores", ".mov", False, ("-c:v", "prores", "-profile:v", "0", "-timecode", "10:00:00:00")),
        VideoFormat("dv", ".dv", True, ("-c:v", "dvvideo", "-pix_fmt", "yuv420p", "-flags", "+ildct", "-f", "dv")),
    )
}


def encode(
    frames: Iterable[bytes],
    size: tuple[int, int],
    fps: Fraction,
    format_name: str,
    target: Path,
    ffmpeg: Path,
) -> None:
    """Write yuv420p frames of `size` to `target`, under a temporary name beside it until complete.

    `fps` is of frames: an interlaced format is given twice as many pictures. Raises ArchiveError
    `encoding_failed` with ffmpeg's last words.
    """
    chosen = FORMATS[format_name]
    rate = fps * (2 if chosen.interlaced else 1)
    command = [str(ffmpeg), "-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-threads", "1"]
    command += ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{size[0]}x{size[1]}", "-r", str(rate), "-i", "pipe:0"]
    command += ["-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-threads", "1"]
    if chosen.interlaced:
        aspect = "64/45" if size[0] / size[1] > 1.5 else "16/15"
        command += ["-vf", f"scale=720:576,tinterlace=interleave_top,setsar={aspect}"]
    command += chosen.options
    partial = target.with_name(f".{target.stem}.partial{target.suffix}")
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen([*command, str(partial)], stdin=subprocess.PIPE, stderr=complaints)
        assert process.stdin is not None
        try:
            for frame in frames:
                process.stdin.write(frame)
            process.stdin.close()
        except BrokenPipeError:
            pass  # ffmpeg has given up; its own words say why
        except BaseException:
            process.kill()
            process.wait()
            partial.unlink(missing_ok=True)
            raise
        if process.wait() != 0:
            complaints.seek(0)
            words = complaints.read().decode(errors="replace")[-_STDERR_CHARACTERS:]
            partial.unlink(missing_ok=True)
            raise ArchiveError("encoding_failed", f"ffmpeg could not write {target}: {words}")
    partial.replace(target)
