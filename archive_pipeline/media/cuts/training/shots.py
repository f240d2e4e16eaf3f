"""Single shots of real clips, cut from the footage at known boundaries; one film never on both sides of a judgement."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg
import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 192, 108
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
_AFTER_GRADUAL = 12  # the ends of gradual transitions in shots.json are approximate, by up to 10 frames
_AT_CUT = 1


@dataclass(frozen=True)
class Shot:
    """Frames of one shot and where they are from."""

    clip: str
    frames: NDArray[np.uint8]
    """(n, 108, 192, 3) RGB."""


def thumbnails(path: Path, width: int, height: int) -> NDArray[np.uint8]:
    """(n, height, width, 3) RGB of every frame of a video, decoded in memory: for short clips."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(path.resolve()), "-map", "0:v:0", "-an"]
    command += ["-fps_mode", "passthrough", "-vf", f"scale={width}:{height}:flags=area", "-f", "rawvideo"]
    command += ["-pix_fmt", "rgb24", "-"]
    raw = subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL).stdout
    return np.frombuffer(raw, dtype=np.uint8).reshape(-1, height, width, 3)


def shots_of_fold(footage: Path, fold: int) -> list[Shot]:
    """The single shots of the clips of one fold."""
    truth = json.loads((footage / "shots.json").read_text())
    shots = []
    for path in sorted(footage.iterdir()):
        if path.name.startswith(FOLDS[fold]) and path.suffix in {".mp4", ".webm", ".mkv", ".mpg", ".ts"}:
            frames = thumbnails(path, WIDTH, HEIGHT)
            for first, last in _ALSO_KNOWN.get(path.name) or single_shots(truth.get(path.name, {}), len(frames)):
                shots.append(Shot(path.name, frames[first:last]))
    return shots


def single_shots(truth: dict[str, list[object]], n_frames: int) -> list[tuple[int, int]]:
    """Ranges (first, after last) without a boundary, at least 12 frames long."""
    banned = np.zeros(n_frames + 1, dtype=bool)
    for cut in truth.get("hard_cuts", []):
        banned[int(str(cut)) - _AT_CUT : int(str(cut)) + _AT_CUT] = True
    for interval in [*truth.get("gradual", []), *truth.get("ignore", [])]:
        assert isinstance(interval, list)
        banned[max(0, interval[0] - 2) : interval[1] + _AFTER_GRADUAL] = True
    edges = np.flatnonzero(np.diff(np.concatenate([[True], banned[:n_frames], [True]]).astype(int)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a >= 12]
