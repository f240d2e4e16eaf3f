"""Single shots of real clips, cut from the footage at known boundaries; one film never on both sides of a judgement."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import imageio_ffmpeg
import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 192, 108
THUMBNAIL = (48, 27)
FOLDS: tuple[tuple[str, ...], ...] = (
    ("sintel_trailer", "toy_", "flower_bloom.", "beetle"),
    ("tears", "asl_", "butterfly", "nasa_13013."),
    ("bbb_", "city", "friday", "cars", "bee_hls_0", "bottles"),
)
"""Beginnings of file names; clips of one film or one series stay in one fold."""
_ALSO_KNOWN = {
    "bbb_timecode_1.mp4": [(0, 190), (252, 500)],
    "nasa_13013.mp4": [(0, 125), (152, 200), (205, 325)],
}
_FADES = {
    "sintel_trailer_480p.mp4": [
        *[(0, 116), (142, 152), (222, 306), (350, 395)],
        *[(421, 470), (490, 560), (751, 790), (828, 880)],
    ],
    "bbb_first30s.webm": [(0, 60)],
}
"""Frames that fade, or may, seen by eye: `shots.json` is approximate there, or does not list them."""
_AFTER_GRADUAL = 12  # the ends of gradual transitions in shots.json are approximate, by up to 10 frames
_AT_CUT = 1


ShotRange = tuple[Path, int, int]
"""A file, the first frame of a shot and the frame after its last."""


@dataclass(frozen=True)
class Shot:
    """Frames of one shot and where they are from."""

    clip: str
    frames: NDArray[np.uint8]
    """(n, 108, 192, 3) RGB."""


@dataclass(frozen=True)
class Clip:
    """A video as small pictures, with the truth about the boundary before every frame."""

    thumbnails: NDArray[np.uint8]
    """(n, height, width, 3) RGB; 27 × 48 where the judge is to learn from it."""
    truth: NDArray[np.float32]
    """(n, 2) 1 where the boundary is a hard cut, and where it lies inside a gradual transition."""
    weight: NDArray[np.float32]
    """(n, 2) 0 where the truth is not known or a matter of taste."""


def thumbnails(path: Path, width: int, height: int) -> NDArray[np.uint8]:
    """(n, height, width, 3) RGB of every frame of a video, decoded in memory: for short clips."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(path.resolve()), "-map", "0:v:0", "-an"]
    command += ["-fps_mode", "passthrough", "-vf", f"scale={width}:{height}:flags=area", "-f", "rawvideo"]
    command += ["-pix_fmt", "rgb24", "-"]
    raw = subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL).stdout
    return np.frombuffer(raw, dtype=np.uint8).reshape(-1, height, width, 3)


def shots_of_fold(footage: Path, fold: int) -> list[Shot]:
    """The single shots of the clips of one fold."""
    shots = []
    for path, ranges in groupby(ranges_of_fold(footage, fold), key=itemgetter(0)):
        frames = thumbnails(path, WIDTH, HEIGHT)
        shots += [Shot(path.name, frames[first:last]) for _, first, last in ranges]
    return shots


def ranges_of_fold(footage: Path, fold: int) -> list[ShotRange]:
    """Where the single shots of the clips of one fold are."""
    truth = json.loads((footage / "shots.json").read_text())
    ranges: list[ShotRange] = []
    for path in _paths(footage, fold):
        n_frames = len(thumbnails(path, *THUMBNAIL))
        known = _ALSO_KNOWN.get(path.name) or single_shots(
            truth.get(path.name, {}), n_frames, _FADES.get(path.name, ())
        )
        ranges += [(path, first, last) for first, last in known]
    return ranges


def clips_of_fold(footage: Path, fold: int, size: tuple[int, int] = THUMBNAIL) -> list[Clip]:
    """The clips of one fold as they are, `size` (width, height), those with a truth and those that are one shot."""
    truth = json.loads((footage / "shots.json").read_text())
    clips = []
    for path in _paths(footage, fold):
        entry, frames = truth.get(path.name, {}), thumbnails(path, *size)
        labels = np.zeros((len(frames), 2), dtype=np.float32)
        weight = np.ones((len(frames), 2), dtype=np.float32)
        labels[entry.get("hard_cuts", []), 0] = 1
        for first, last in [*entry.get("gradual", []), *entry.get("ignore", [])]:
            after = min([cut for cut in entry.get("hard_cuts", []) if cut > last], default=len(frames))
            weight[max(0, first - 2) : min(last + _AFTER_GRADUAL, after)] = 0
        for first, last in _FADES.get(path.name, []):
            weight[first:last, 1] = 0
        clips.append(Clip(frames, labels, weight))
    return clips


def fold_of(name: str) -> int:
    """The fold of a clip by its file name."""
    return next(fold for fold, names in enumerate(FOLDS) if name.startswith(names))


def _paths(footage: Path, fold: int) -> list[Path]:
    suffixes = {".mp4", ".webm", ".mkv", ".mpg", ".ts"}
    return [p for p in sorted(footage.iterdir()) if p.name.startswith(FOLDS[fold]) and p.suffix in suffixes]


def single_shots(
    truth: dict[str, list[object]], n_frames: int, fades: Sequence[tuple[int, int]] = ()
) -> list[tuple[int, int]]:
    """Ranges (first, after last) without a boundary and without a picture that fades, at least 12 frames long."""
    banned = np.zeros(n_frames + 1, dtype=bool)
    for cut in truth.get("hard_cuts", []):
        banned[int(str(cut)) - _AT_CUT : int(str(cut)) + _AT_CUT] = True
    for interval in [*truth.get("gradual", []), *truth.get("ignore", [])]:
        assert isinstance(interval, list)
        banned[max(0, interval[0] - 2) : interval[1] + _AFTER_GRADUAL] = True
    for first, last in fades:
        banned[first:last] = True
    edges = np.flatnonzero(np.diff(np.concatenate([[True], banned[:n_frames], [True]]).astype(int)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a >= 12]
