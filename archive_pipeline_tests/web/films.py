"""Small films that ffmpeg makes, in the formats that an archive holds and a browser mostly does not play."""

import subprocess
from pathlib import Path

from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline_tests.web.numbered import numbers

RAMP_RATE = 25
RAMP_S = 8.0


def make_films(folder: Path) -> None:
    """`boat.mp4` (H.264, timecode), `tape.mxf` (MPEG-2, timecode), `master.mov` (ProRes 4:2:2 10 bit, drop frame),
    `news.ts` (interlaced MPEG-2 with sound), `broken.mp4` (no video)."""
    folder.mkdir(parents=True, exist_ok=True)
    h264 = ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-preset", "ultrafast", "-timecode", "10:00:00:00")
    film(folder / "boat.mp4", ("testsrc2", "mandelbrot", "rgbtestsrc", "smptebars"), *h264)
    mpeg2 = ("-c:v", "mpeg2video", "-pix_fmt", "yuv420p", "-q:v", "3")
    film(folder / "tape.mxf", ("smptebars", "testsrc2", "mandelbrot"), *mpeg2, "-timecode", "01:00:00:00")
    prores = ("-c:v", "prores_ks", "-profile:v", "2", "-pix_fmt", "yuv422p10le", "-timecode", "00:59:58;00")
    film(folder / "master.mov", ("rgbtestsrc", "testsrc2"), *prores, rate="30000/1001")
    interlaced = (*mpeg2, "-flags", "+ilme+ildct", "-c:a", "mp2")
    film(folder / "news.ts", ("mandelbrot", "rgbtestsrc"), *interlaced, sound=True, then=",setfield=tff")
    (folder / "broken.mp4").write_bytes(b"this is no video " * 100)


def film(
    target: Path,
    pictures: tuple[str, ...],
    *coding: str,
    rate: str = "25",
    seconds: float = 2.0,
    sound: bool = False,
    then: str = "",
) -> None:
    """The pictures one after the other, with hard cuts between them; `then` are filters on the whole.

    Every frame tells its number (`numbered.py`) in its lowest third.
    """
    command = [str(find_ffmpeg(None)), "-v", "error", "-y"]
    for picture in pictures:
        command += ["-f", "lavfi", "-t", str(seconds), "-i", f"{picture}=size=320x120:rate={rate}"]
    graph = "".join(f"[{i}:v]setsar=1,format=yuv420p[v{i}];" for i in range(len(pictures)))
    graph += "".join(f"[v{i}]" for i in range(len(pictures))) + f"concat=n={len(pictures)}:v=1[pictures];"
    graph += f"{numbers(rate, 320, 60)}[numbers];[pictures][numbers]vstack=shortest=1{then}[out]"
    if sound:
        command += ["-f", "lavfi", "-t", str(seconds * len(pictures)), "-i", "sine=frequency=440"]
    command += ["-filter_complex", graph, "-map", "[out]"] + (["-map", f"{len(pictures)}:a"] if sound else [])
    subprocess.run([*command, *coding, str(target)], check=True)


def brightness_ramp(target: Path) -> None:
    """Eight seconds that grow from black to white: grey level 16 + 25 × seconds."""
    picture = f"color=black:size=160x120:rate={RAMP_RATE}:duration={RAMP_S},geq=lum='16+25*T':cb=128:cr=128"
    coding = ["-c:v", "mpeg2video", "-pix_fmt", "yuv420p", "-q:v", "2", "-g", "12"]
    subprocess.run(
        [str(find_ffmpeg(None)), "-v", "error", "-y", "-f", "lavfi", "-i", picture, *coding, str(target)], check=True
    )
