"""Videos with known truth, composed and encoded by ffmpeg: for judging, by other code than that for training."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg
import numpy as np

from archive_pipeline.media.cuts.training.shots import ShotRange, ranges_of_fold

SIZE = (480, 272)
RATES = ("24", "25", "30000/1001", "50", "60", "25/2")
_XFADES = (
    "fade",
    "fade",
    "fade",
    "fadeblack",
    "fadewhite",
    "wipeleft",
    "wipeup",
    "smoothright",
    "circleopen",
    "coverleft",
)
_LOOKS = (
    *["null"] * 5,
    "hue=s=0",
    "eq=contrast=0.45:brightness=-0.1",
    "noise=alls=24:allf=t",
    "crop=iw*0.6:ih*0.6:(iw-ow)*min(n/150\\,1):(ih-oh)/2",  # a pan
    "crop=iw*0.8:ih*0.8:(iw-ow)*(0.5+0.4*sin(n*1.3)):(ih-oh)*(0.5+0.4*sin(n*0.9))",  # a shaking hand
    "zoompan=z=min(1+0.008*on\\,2):d=1:x=iw/2-iw/zoom/2:y=ih/2-ih/zoom/2",
    "eq=brightness=0.7*between(mod(n\\,40)\\,18\\,20):eval=frame",  # flashes
    "pad=iw*4/3:ih:(ow-iw)/2:0",
    "trim=end_frame=1,loop=-1:1",  # a still
)
_WHOLE = (
    *["null"] * 3,
    "hue=s=0",
    "noise=alls=16:allf=t",
    "drawbox=0:0:iw:ih*0.12:black:fill,drawbox=0:ih*0.88:iw:ih*0.12:black:fill",
)
_CODECS = (
    ("mp4", "-c:v libx264 -preset veryfast -crf 20"),
    ("mp4", "-c:v libx264 -preset veryfast -crf 38"),
    ("mpg", "-c:v mpeg2video -b:v 500k"),
    ("mp4", "-c:v libx264 -preset veryfast -crf 24 -flags +ilme+ildct"),
    ("avi", "-c:v mpeg4 -q:v 12"),
)


@dataclass(frozen=True)
class Recipe:
    """What compositions are made of."""

    looks: tuple[str, ...]
    """Filters of single shots."""
    codecs: tuple[tuple[str, str], ...]
    """Suffixes and options."""
    one_clip: bool = False
    """Whether all shots of a composition come from one clip."""


ORDINARY = Recipe(_LOOKS, _CODECS)
_LOW_BIT_RATES = (
    ("mp4", "-c:v libx264 -preset veryfast -b:v 90k -maxrate 120k -bufsize 240k"),
    ("mp4", "-c:v libx264 -preset veryfast -crf 40"),
    ("mpg", "-c:v mpeg2video -b:v 350k"),
    ("avi", "-c:v mpeg4 -b:v 150k"),
)
DIFFICULT = {
    "dark": Recipe(
        (
            "lutyuv=y=16+(val-16)*0.12",
            "lutyuv=y=16+(val-16)*0.2",
            "lutyuv=y=16+(val-16)*0.3:u=128+(val-128)*0.4:v=128+(val-128)*0.4,noise=alls=6:allf=t",
            "lutyuv=y=16+219*pow((val-16)/219\\,3)",
        ),
        _LOW_BIT_RATES,
    ),
    "alike": Recipe(
        (
            "null",
            "crop=iw*0.75:ih*0.75:0:0",
            "crop=iw*0.75:ih*0.75:iw*0.25:ih*0.25",
            "crop=iw*0.55:ih*0.55:iw*0.2:ih*0.2",
        ),
        _LOW_BIT_RATES,
        one_clip=True,
    ),
    "flat": Recipe(("hue=s=0,eq=contrast=0.3", "eq=contrast=0.25:brightness=0.2", "hue=s=0.3"), _LOW_BIT_RATES),
}
"""What detectors miss: cuts between dark pictures, between pictures of one place, between pictures of low contrast."""


@dataclass(frozen=True)
class Segment:
    """Raw frames of one shot."""

    path: Path
    n_frames: int
    what: tuple[ShotRange, str]
    """The shot and its look: two segments of the same would have no visible cut between them."""


@dataclass(frozen=True)
class Encoded:
    """A composed file and its truth in frames: gradual as (last old frame, first new frame)."""

    path: Path
    hard: tuple[int, ...]
    gradual: tuple[tuple[int, int], ...]


def encode_fold(
    footage: Path, fold: int, n_videos: int, folder: Path, recipe: Recipe = ORDINARY, seed: int = 7, kind: str = ""
) -> list[Encoded]:
    """`n_videos` compositions of 12 shots each of the clips of one fold; the same every time."""
    ranges = ranges_of_fold(footage, fold)
    return [
        encode(np.random.default_rng([seed, fold, number]), ranges, folder, f"fold{fold}_{kind}{number}", 12, recipe)
        for number in range(n_videos)
    ]


def encode(
    rng: np.random.Generator,
    shots: Sequence[ShotRange],
    folder: Path,
    name: str,
    n_shots: int,
    recipe: Recipe = ORDINARY,
) -> Encoded:
    """A composition of `n_shots` shots drawn from (file, first frame, frame after the last) ranges."""
    rate = str(rng.choice(RATES))
    if recipe.one_clip:
        one = shots[int(rng.integers(len(shots)))][0]
        shots = [shot for shot in shots if shot[0] == one]
    segments: list[Segment] = []
    for i in range(n_shots):
        segments.append(_segment(rng, shots, folder / f"{name}_{i}.yuv", recipe, segments[-1] if segments else None))
    over, _, under = rate.partition("/")
    tick = f"{under or 1}/{over}"
    graph, hard, gradual = [], [], []
    last, length, free = "0:v", segments[0].n_frames, segments[0].n_frames - 4
    for i, new in enumerate(segments[1:], 1):
        m = _transition_length(rng, min(free, new.n_frames - 4), frames_a_second(rate))
        if m:
            length_s, at_s = m / frames_a_second(rate), (length - m) / frames_a_second(rate)
            graph.append(f"[{last}][{i}:v]xfade={rng.choice(_XFADES)}:{length_s:.6f}:{at_s:.6f},settb={tick}[x{i}]")
            gradual.append((length - m, length))
        else:
            graph.append(f"[{last}][{i}:v]concat=n=2,settb={tick}[x{i}]")
            hard.append(length)
        last, length, free = f"x{i}", length + new.n_frames - m, new.n_frames - m - 4
    codecs = recipe.codecs[:1] if rate == "25/2" else recipe.codecs
    suffix, codec = codecs[int(rng.integers(len(codecs)))]
    graph.append(f"[{last}]{rng.choice(_WHOLE)},format=yuv420p[out]")
    path = folder / f"{name}.{suffix}"
    inputs = [
        [*f"-f rawvideo -pix_fmt yuv420p -s {SIZE[0]}x{SIZE[1]} -r {rate} -i".split(), str(s.path)] for s in segments
    ]
    command = [word for words in inputs for word in words]
    command += ["-filter_complex", ";".join(graph), "-map", "[out]", "-r", rate, *codec.split(), str(path)]
    _ffmpeg(command)
    for segment in segments:
        segment.path.unlink()
    return Encoded(path, tuple(hard), tuple(gradual))


def _transition_length(rng: np.random.Generator, room: int, fps: float) -> int:
    """Frames from the last old one to the first new one: 0.3 to 2 s, or 0 for a hard cut."""
    if room < 6 or rng.random() < 0.55:
        return 0
    return max(4, min(room, round(float(rng.uniform(0.3, 2.0)) * fps)))


def frames_a_second(rate: str) -> float:
    """Frames a second of `25` or `30000/1001`."""
    over, _, under = rate.partition("/")
    return float(over) / float(under or 1)


def _segment(
    rng: np.random.Generator, shots: Sequence[ShotRange], raw: Path, recipe: Recipe, last: Segment | None
) -> Segment:
    while True:
        shot = shots[int(rng.integers(len(shots)))]
        path, first, after = shot
        longest = min(after - first, 120)
        n = int(rng.integers(2, 9)) if rng.random() < 0.1 else int(rng.integers(10, longest + 1))
        first += int(rng.integers(after - first - n + 1))
        chosen = str(rng.choice(recipe.looks))
        if last is None or (shot, chosen) != last.what:
            break
    look = f"trim=start_frame={first}:end_frame={first + n},settb=1/25,setpts=N,{chosen},trim=end_frame={n}"
    look += f",settb=1/25,setpts=N,scale={SIZE[0]}:{SIZE[1]},setsar=1,format=yuv420p"
    first_video = ["-i", str(path.resolve()), "-map", "0:v:0"]  # as `thumbnails`: ffmpeg prefers the largest
    _ffmpeg([*first_video, "-vf", look, "-fps_mode", "passthrough", "-f", "rawvideo", str(raw)])
    return Segment(raw, raw.stat().st_size // (SIZE[0] * SIZE[1] * 3 // 2), (shot, chosen))


def _ffmpeg(arguments: list[str]) -> None:
    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-v", "fatal", "-nostdin", *arguments], check=True)
