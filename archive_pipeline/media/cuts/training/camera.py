"""A virtual camera over a shot: framing, pan, zoom, shake, speed and colour."""

import cv2
import numpy as np
from numpy.typing import NDArray

from archive_pipeline.media.cuts.training.shots import HEIGHT, WIDTH, Shot

OUT_WIDTH, OUT_HEIGHT = 96, 54


def filmed(rng: np.random.Generator, shot: Shot, n_frames: int, still: bool) -> NDArray[np.float32]:
    """(n_frames, 54, 96, 3) of a shot, 0 to 255, played from a random place; to and fro where it is too short."""
    n = len(shot.frames)
    speed = float(rng.choice([0.5, 1, 1, 1, 1, 1, 2])) if n > 1 else 0.0
    there = int(rng.integers(n)) + np.arange(n_frames) * speed
    if rng.random() < 0.08:
        there[:] = there[0]  # a still
    there = np.abs((there.astype(int) + n - 1) % max(2 * n - 2, 1) - (n - 1)) if n > 1 else there.astype(int)
    paths = _path(rng, n_frames, still)
    mirror = -1.0 if rng.random() < 0.5 else 1.0
    out = np.empty((n_frames, OUT_HEIGHT, OUT_WIDTH, 3), dtype=np.float32)
    for i in range(n_frames):
        x, y, zoom = paths[i]
        step = zoom * WIDTH / OUT_WIDTH
        matrix = np.array([[mirror * step, 0, x - mirror * step * OUT_WIDTH / 2], [0, step, y - step * OUT_HEIGHT / 2]])
        out[i] = cv2.warpAffine(
            np.ascontiguousarray(shot.frames[there[i]]),
            matrix,
            (OUT_WIDTH, OUT_HEIGHT),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REFLECT_101,
        )
    return graded(rng, out)


def _path(rng: np.random.Generator, n_frames: int, still: bool) -> NDArray[np.float64]:
    """(n_frames, 3) centre x, y and width of the framing as a share of the picture's."""
    zoom = float(rng.uniform(0.4, 1.0)) if rng.random() < 0.7 else 1.0
    centre = np.array([WIDTH, HEIGHT]) * (0.5 + (1 - zoom) * rng.uniform(-0.5, 0.5, 2))
    path = np.tile([*centre, zoom], (n_frames, 1))
    kind = "none" if still else rng.choice(["none"] * 5 + ["pan", "pan", "zoom", "shake", "shake", "whip"])
    time = np.arange(n_frames)[:, None]
    if kind == "pan":
        path[:, :2] += time * rng.normal(0, 1, 2) * (1, 0.4) * 10 ** rng.uniform(-1, 0.8)
    elif kind == "zoom":
        path[:, 2] *= np.exp(np.arange(n_frames) * rng.normal(0, 0.01))
        path[:, 2] = np.clip(path[:, 2], 0.15, 1.3)
    elif kind == "whip":
        when, length = rng.uniform(0, n_frames), rng.uniform(3, 15)
        path[:, :2] += 1 / (1 + np.exp(-(time - when) / length * 4)) * rng.normal(0, 90, 2) * (1, 0.3)
    if kind == "shake" or rng.random() < 0.1:
        jolts = rng.normal(0, 10 ** rng.uniform(-0.7, 0.7), (n_frames, 2))
        for i in range(1, n_frames):
            jolts[i] += 0.85 * jolts[i - 1]
        path[:, :2] += jolts
    return path


def graded(rng: np.random.Generator, frames: NDArray[np.float32]) -> NDArray[np.float32]:
    """The same grade on a whole shot, and sometimes a slow or sudden change of exposure within it."""
    gain = np.exp(rng.normal(0, 0.15, 3) * (rng.random() < 0.5) + rng.normal(0, 0.25))
    frames = frames * gain.astype(np.float32)
    if rng.random() < 0.15:  # low contrast
        frames = frames * np.float32(rng.uniform(0.25, 0.6)) + np.float32(rng.uniform(0, 110))
    if rng.random() < 0.15:
        exposure = np.exp(np.cumsum(rng.normal(0, 0.03, len(frames))) * rng.choice([0.3, 1.0]))
        frames = frames * exposure[:, None, None, None].astype(np.float32)
    if rng.random() < 0.1:  # the exposure adapts to something that came into view
        when, length = rng.uniform(0, len(frames)), rng.uniform(2, 12)
        adapting = np.exp(rng.normal(0, 0.4) / (1 + np.exp(-(np.arange(len(frames)) - when) / length)))
        frames = frames * adapting[:, None, None, None].astype(np.float32)
    return np.clip(frames, 0, 255)
