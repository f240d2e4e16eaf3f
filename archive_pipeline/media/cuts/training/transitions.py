"""Gradual transitions between two runs of frames of the same length."""

import numpy as np
from numpy.typing import NDArray

Frames = NDArray[np.float32]
KINDS = ("dissolve", "dissolve", "dissolve", "fade", "fade", "wipe", "wipe", "slide", "shape")


def mixed(rng: np.random.Generator, old: Frames, new: Frames, kind: str) -> Frames:
    """(m, h, w, 3) on the way from `old` to `new`, neither of which is seen pure."""
    m = len(old)
    p = (np.arange(m, dtype=np.float32) + 1) / (m + 1)
    if rng.random() < 0.2:
        p = p * p * (3 - 2 * p)
    if kind == "dissolve":
        return old + (new - old) * p[:, None, None, None]
    if kind == "fade":
        return _fade(rng, old, new, p)
    if kind == "slide":
        return _slide(rng, old, new, p)
    field = _direction(rng, *old.shape[1:3]) if kind == "wipe" else _radius(rng, *old.shape[1:3])
    soft = float(rng.choice([0.01, 0.05, 0.2]))
    share = np.clip((p[:, None, None] * (1 + soft) - field) / soft, 0, 1)[..., None].astype(np.float32)
    return old + (new - old) * share


def _fade(rng: np.random.Generator, old: Frames, new: Frames, p: Frames) -> Frames:
    """Out to a colour, which may hold for a moment, and in again."""
    between = np.float32(rng.choice([0, 0, 0, 255, rng.uniform(0, 255)]))
    hold = float(rng.choice([0, 0.1, 0.3]))
    out = np.clip(1 - p / (0.5 - hold / 2), 0, 1)[:, None, None, None]
    come = np.clip((p - 0.5 - hold / 2) / (0.5 - hold / 2), 0, 1)[:, None, None, None]
    return old * out + new * come + between * (1 - out - come)


def _direction(rng: np.random.Generator, height: int, width: int) -> Frames:
    """When, from 0 to 1, a straight edge passes each pixel."""
    angle = rng.choice([0, 0.5, 1, 1.5, rng.uniform(0, 2)]) * np.pi
    y, x = np.mgrid[0:height, 0:width]
    along = np.cos(angle) * x / width + np.sin(angle) * y / height
    return ((along - along.min()) / np.ptp(along)).astype(np.float32)


def _radius(rng: np.random.Generator, height: int, width: int) -> Frames:
    """When an opening or closing circle, box, clock hand or blind passes each pixel."""
    y, x = np.mgrid[0:height, 0:width]
    x, y = x / width - 0.5, y / height - 0.5
    far = [np.hypot(x, y), np.maximum(abs(x), abs(y)), abs(x), abs(y), np.arctan2(x, y), (x * rng.integers(3, 9)) % 1]
    field = far[int(rng.integers(len(far)))]
    field = (field - field.min()) / np.ptp(field)
    return (field if rng.random() < 0.5 else 1 - field).astype(np.float32)


def _slide(rng: np.random.Generator, old: Frames, new: Frames, p: Frames) -> Frames:
    """The new picture pushes the old one out, or slides over it."""
    axis = int(rng.integers(1, 3))
    covers, reverse = rng.random() < 0.5, rng.random() < 0.5
    out = np.empty_like(old)
    for i, share in enumerate(p):
        a, b = (np.flip(v[i], axis - 1) if reverse else v[i] for v in (old, new))
        length = a.shape[axis - 1]
        gone = round(float(share) * length)
        kept = np.arange(length - gone) + (0 if covers else gone)
        both = np.concatenate([np.take(a, kept, axis - 1), np.take(b, np.arange(gone), axis - 1)], axis=axis - 1)
        out[i] = np.flip(both, axis - 1) if reverse else both
    return out
