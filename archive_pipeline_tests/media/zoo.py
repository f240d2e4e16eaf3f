"""Small videos of every kind, made with ffmpeg: what an archive holds, and what goes wrong in one."""

import struct
import subprocess
from collections.abc import Callable
from pathlib import Path
from random import Random

Maker = Callable[[Path, Path], None]
"""Makes the video at the second path with the ffmpeg at the first."""


def source(size: str = "320x240", rate: str = "25", seconds: float = 2) -> list[str]:
    """ffmpeg's arguments for a moving test picture."""
    return ["-f", "lavfi", "-i", f"testsrc2=s={size}:r={rate}:d={seconds}"]


def run(ffmpeg: Path, *arguments: str | Path) -> None:
    command = [ffmpeg, "-v", "error", "-nostdin", "-y", *arguments]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, timeout=900)


def encoded(*arguments: str, **of_source: str | float) -> Maker:
    """A test picture (`source`) with `arguments` for the encoder."""
    return lambda ffmpeg, path: run(ffmpeg, *source(**of_source), "-pix_fmt", "yuv420p", *arguments, path)  # type: ignore[arg-type]


def titled(title: bytes, *arguments: str) -> Maker:
    """Two seconds that bear a title in bytes that are no UTF-8, which no ffmpeg would write."""

    def make(ffmpeg: Path, path: Path) -> None:
        stand_in = "T" * len(title)
        encoded(*arguments, "-metadata", f"title={stand_in}")(ffmpeg, path)
        content = path.read_bytes()
        assert content.count(stand_in.encode()) == 1
        path.write_bytes(content.replace(stand_in.encode(), title))

    return make


def black(seconds: float) -> Maker:
    """A small black video: cheap to make, long enough to be in the middle of it."""
    picture = ("-f", "lavfi", "-i", f"color=black:s=320x180:r=25:d={seconds}")
    return lambda ffmpeg, path: run(ffmpeg, *picture, "-c:v", "mpeg4", path)


def rotated(degrees: int) -> Maker:
    """A 320×240 H.264 video that players turn clockwise by `degrees`."""

    def make(ffmpeg: Path, path: Path) -> None:
        upright = path.with_suffix(".upright.mp4")
        encoded(*_H264)(ffmpeg, upright)
        run(ffmpeg, "-display_rotation", str(-degrees), "-i", upright, "-c", "copy", path)

    return make


def displayed(a: float, b: float, c: float, d: float) -> Maker:
    """A 320×180 H.264 video of four colours (red green / blue white) with this display matrix (a b 0, c d 0, 0 0 1).

    In an MP4, or what ffmpeg makes of that in another container.
    """

    def make(ffmpeg: Path, path: Path) -> None:
        plain = path.with_name(f"{path.stem}.{path.suffix[1:]}.plain.mp4")
        quarters = "color=red:s=160x90[r];color=lime:s=160x90[g];color=blue:s=160x90[b];color=white:s=160x90[w]"
        together = "[r][g][b][w]xstack=4:layout=0_0|w0_0|0_h0|w0_h0"
        run(ffmpeg, "-filter_complex", f"{quarters};{together}", "-t", "1", "-pix_fmt", "yuv420p", *_H264, plain)
        content = bytearray(plain.read_bytes())
        matrix = content.index(b"tkhd") + 44  # of version 0: 4 of flags, 20 of times and ids, 8 reserved, 8 of layer
        assert struct.unpack_from(">9i", content, matrix)[:5] == (1 << 16, 0, 0, 0, 1 << 16)
        numbers = [max(-(1 << 31), min(round(number * (1 << 16)), (1 << 31) - 1)) for number in (a, b, 0, c, d)]
        struct.pack_into(">5i", content, matrix, *numbers)
        if path.suffix == ".mp4":
            path.write_bytes(content)
        else:
            plain.write_bytes(content)
            run(ffmpeg, "-i", plain, "-c", "copy", path)

    return make


def _concatenated(*parts: Maker, suffix: str = ".ts") -> Maker:
    """The files that `parts` make, one after the other, byte for byte."""

    def make(ffmpeg: Path, path: Path) -> None:
        pieces = []
        for number, part in enumerate(parts):
            piece = path.with_name(f"{path.stem}.{number}{suffix}")
            part(ffmpeg, piece)
            pieces.append(piece.read_bytes())
        path.write_bytes(b"".join(pieces))

    return make


def _cut_off(whole: Maker, share: float) -> Maker:
    """What `whole` makes, only its first `share`."""

    def make(ffmpeg: Path, path: Path) -> None:
        whole(ffmpeg, path)
        content = path.read_bytes()
        path.write_bytes(content[: int(share * len(content))])

    return make


def _scratched(whole: Maker, begin: float, end: float) -> Maker:
    """What `whole` makes, with noise from share `begin` to share `end` of its bytes."""

    def make(ffmpeg: Path, path: Path) -> None:
        whole(ffmpeg, path)
        content = bytearray(path.read_bytes())
        low, high = int(begin * len(content)), int(end * len(content))
        content[low:high] = Random(7).randbytes(high - low)
        path.write_bytes(content)

    return make


def _written(content: bytes) -> Maker:
    return lambda _, path: path.write_bytes(content) and None


_H264 = ("-c:v", "libx264", "-preset", "veryfast", "-g", "25", "-bf", "2")
_ENCRYPTED = ("-encryption_scheme", "cenc-aes-ctr", "-encryption_key", "07" * 16, "-encryption_kid", "0a" * 16)
_SOUND = ("-f", "lavfi", "-i", "sine=d=2")
_INTERLACED = ("-vf", "tinterlace=interleave_top,fieldorder=tff", "-flags", "+ildct+ilme")

CODECS: dict[str, Maker] = {
    "h264.mp4": encoded(*_H264),
    "hevc.mp4": encoded("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none"),
    "hevc_10bit.mkv": encoded(
        "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-pix_fmt", "yuv420p10le"
    ),
    "vp9.webm": encoded("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8"),
    "av1.mkv": encoded("-c:v", "libsvtav1", "-preset", "12", "-svtav1-params", "fast-decode=1"),
    "mpeg2_interlaced.mxf": encoded(
        *_INTERLACED, "-c:v", "mpeg2video", "-b:v", "8M", "-timecode", "10:00:00:00", size="720x576", rate="50"
    ),
    "dv.dv": lambda ffmpeg, path: run(ffmpeg, *source("720x576"), *_SOUND, "-target", "pal-dv", path),
    "prores.mov": encoded("-c:v", "prores_ks", "-profile:v", "0", "-timecode", "01:00:00;00", rate="30000/1001"),
    "mjpeg.avi": encoded("-c:v", "mjpeg", "-pix_fmt", "yuvj420p"),
    "mpeg1.mpg": encoded("-c:v", "mpeg1video"),
    "mpeg2.vob": encoded("-c:v", "mpeg2video", "-f", "vob"),
    "mpeg4.avi": encoded("-c:v", "mpeg4", "-bf", "2"),
    "theora.ogv": encoded("-c:v", "libtheora"),
    "wmv2.wmv": encoded("-c:v", "wmv2"),
    "flv1.flv": encoded("-c:v", "flv1"),
    "h263.3gp": encoded("-c:v", "h263", size="352x288", rate="30000/1001"),
    "h264.m2ts": encoded(*_H264),
    "rv20.rm": encoded("-c:v", "rv20"),
    "mpeg2.wtv": encoded("-c:v", "mpeg2video"),
    "raw.y4m": encoded("-c:v", "rawvideo", size="160x120"),
}

SHAPES: dict[str, Maker] = {
    "one_frame.mp4": encoded(*_H264, "-frames:v", "1"),
    "one_frame.ts": encoded(*_H264, "-frames:v", "1"),
    "one_frame_interlaced.mxf": encoded(
        *_INTERLACED, "-c:v", "mpeg2video", "-frames:v", "1", size="720x576", rate="50"
    ),
    "fifth_of_a_second.mp4": encoded(*_H264, seconds=0.2),
    "nine_hundredths.mp4": encoded(*_H264, seconds=0.09, rate="100/3"),
    "odd.mp4": encoded("-vf", "scale=121:81", "-c:v", "mpeg4", size="122x82"),
    "odd_large.mkv": encoded(
        "-vf", "scale=801:451,setsar=1", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv444p"
    ),
    "anamorphic_pal.mpg": encoded("-c:v", "mpeg2video", "-aspect", "16:9", "-f", "vob", size="720x576"),
    "anamorphic_ntsc.mp4": encoded("-c:v", "mpeg4", "-aspect", "4:3", size="720x480", rate="30000/1001"),
    "tall.mp4": encoded("-c:v", "mpeg4", size="64x1024"),
    "quarter_turn.mp4": rotated(90),
    "half_turn.mp4": rotated(180),
    "three_quarter_turn.mp4": rotated(270),
    "cover.mp4": lambda ffmpeg, path: _with_cover(ffmpeg, path),
    "two_videos.mp4": lambda ffmpeg, path: run(
        ffmpeg, *source("160x120"), *source("320x240", "10"), "-map", "0", "-map", "1", "-c:v", "mpeg4",
        "-disposition:v:0", "0", "-disposition:v:1", "default", path,
    ),
}  # fmt: skip

TIMES: dict[str, Maker] = {
    "vfr.mp4": encoded("-vf", "select='lt(n,20)+not(mod(n,5))'", "-fps_mode", "vfr", *_H264, seconds=4),
    "vfr.mkv": encoded("-vf", "select='lt(n,20)+not(mod(n,7))'", "-fps_mode", "vfr", *_H264, seconds=4),
    "slideshow.mp4": encoded("-c:v", "mpeg4", rate="1/5", seconds=15),
    "delayed.mp4": lambda ffmpeg, path: run(
        ffmpeg, *_SOUND, "-itsoffset", "1.3", *source(), "-map", "0", "-map", "1", "-c:v", "mpeg4", path
    ),
    "edit_list.mp4": lambda ffmpeg, path: _edited(ffmpeg, path),
    "late_sound_first.ts": lambda ffmpeg, path: run(
        ffmpeg, *_SOUND, "-itsoffset", "0.7", *source(), "-map", "0", "-map", "1", *_H264, path
    ),
    "large_start.ts": encoded(*_H264, "-output_ts_offset", "50000"),
    "wrap.ts": encoded(*_H264, "-output_ts_offset", "95441.2"),  # 33 bits of 1/90000 s end at 95,443.7 s
    "reset.ts": _concatenated(
        encoded(*_H264, "-output_ts_offset", "5000"), encoded(*_H264), encoded(*_H264, "-output_ts_offset", "90")
    ),
    "grown.ts": _concatenated(encoded(*_H264), encoded(*_H264, "-output_ts_offset", "2", size="640x480")),
}

DAMAGED: dict[str, Maker] = {
    "truncated.mp4": _cut_off(encoded(*_H264, "-movflags", "faststart", seconds=10), 0.5),
    "truncated.mkv": _cut_off(encoded(*_H264, seconds=10), 0.5),
    "truncated.ts": _cut_off(encoded(*_H264, seconds=10), 0.5),
    "scratched.mp4": _scratched(encoded(*_H264, "-movflags", "faststart", seconds=10), 0.4, 0.5),
    "scratched.ts": _scratched(encoded(*_H264, seconds=10), 0.4, 0.5),
    "scratched.mpg": _scratched(encoded("-c:v", "mpeg2video", seconds=10), 0.4, 0.5),
    "scratched.avi": _scratched(encoded("-c:v", "mpeg4", seconds=10), 0.4, 0.5),
    "scratched.mkv": _scratched(encoded(*_H264, seconds=10), 0.4, 0.5),
    "scratched.webm": _scratched(encoded("-c:v", "libvpx", "-deadline", "realtime", seconds=10), 0.4, 0.5),
    "scratched.asf": _scratched(encoded("-c:v", "mpeg4", seconds=10), 0.4, 0.5),
    "scratched.mxf": _scratched(encoded("-c:v", "mpeg2video", seconds=10), 0.4, 0.5),
}
"""Ten seconds each, of which part can be decoded."""

HOPELESS: dict[str, tuple[str, Maker]] = {
    "empty.mp4": ("empty_file", _written(b"")),
    "text.mp4": ("not_a_video", _written(b"Dear archive,\nthis is a letter.\n" * 100)),
    "missing_moov.mp4": ("index_missing", _cut_off(encoded(*_H264, seconds=4), 0.7)),
    "encrypted.mp4": ("encrypted", encoded(*_H264, *_ENCRYPTED)),
    "edited_away.mp4": ("nothing_shown", lambda ffmpeg, path: _edited(ffmpeg, path, shown=False)),
    "noise.mp4": ("unreadable", _written(Random(1).randbytes(100_000))),
    "sound.mp4": ("no_video_stream", lambda ffmpeg, path: run(ffmpeg, *_SOUND, path)),
    "picture.mp4": (
        "not_a_video",
        lambda ffmpeg, path: run(ffmpeg, *source(), "-frames:v", "1", "-f", "image2", "-c:v", "png", path),
    ),
}
"""The error code of what is no video at all."""


def _edited(ffmpeg: Path, path: Path, *, shown: bool = True) -> None:
    """Cut without recoding: the key frame before the cut is kept and hidden by an edit list; everything is where that
    has no length."""
    whole = path.with_suffix(".whole.mp4")
    encoded(*_H264, seconds=6)(ffmpeg, whole)
    run(ffmpeg, "-ss", "1.5", "-i", whole, "-t", "3", "-c", "copy", path)
    if not shown:
        content = bytearray(path.read_bytes())
        at = content.index(b"elst")
        version, n_entries = content[at + 4], int.from_bytes(content[at + 8 : at + 12], "big")
        assert (version, n_entries) == (0, 1)
        content[at + 12 : at + 16] = bytes(4)
        path.write_bytes(content)


def _with_cover(ffmpeg: Path, path: Path) -> None:
    """A video whose file also holds a larger still, as tagging programs add one."""
    video, cover = path.with_suffix(".plain.mp4"), path.with_suffix(".jpg")
    encoded(*_H264)(ffmpeg, video)
    run(ffmpeg, "-f", "lavfi", "-i", "color=red:s=1000x1000", "-frames:v", "1", cover)
    run(
        ffmpeg,
        "-i",
        cover,
        "-i",
        video,
        "-map",
        "0",
        "-map",
        "1",
        "-c",
        "copy",
        "-disposition:v:0",
        "attached_pic",
        path,
    )
