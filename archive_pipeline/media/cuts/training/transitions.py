"""Gradual transitions between two runs of frames of the same length."""

import numpy as np
from numpy.typing import NDArray

Frames = NDArray[np.floating]
"""(m, height, width, 3) pictures, or one number a frame or a pixel."""
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
        if rng.random() < 0.5:
            return _slide(old, new, p, covers=True)
        return np.flip(_slide(np.flip(old, 2), np.flip(new, 2), p, covers=True), 2)
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
    faded: Frames = old * out + new * come + between * (1 - out - come)
    return faded


def _direction(rng: np.random.Generator, height: int, width: int) -> Frames:
    """When, from 0 to 1, a straight edge passes each pixel."""
    angle = rng.choice([0, 0.5, 1, 1.5, rng.uniform(0, 2)]) * np.pi
    y, x = np.mgrid[0:height, 0:width]
    along = np.cos(angle) * x / width + np.sin(angle) * y / height
    when: Frames = ((along - along.min()) / np.ptp(along)).astype(np.float32)
    return when


def _radius(rng: np.random.Generator, height: int, width: int) -> Frames:
    """When an opening or closing circle, box, clock hand or blind passes each pixel."""
    y, x = np.mgrid[0:height, 0:width]
    x, y = x / width - 0.5, y / height - 0.5
    far = [np.hypot(x, y), np.maximum(abs(x), abs(y)), abs(x), abs(y), np.arctan2(x, y), (x * rng.integers(3, 9)) % 1]
    field = far[int(rng.integers(len(far)))]
    field = (field - field.min()) / np.ptp(field)
    when: Frames = (field if rng.random() < 0.5 else 1 - field).astype(np.float32)
    return when


def swung(rng: np.random.Generator, old: Frames, new: Frames) -> Frames:
    """The camera swings from one place to another: a change of picture, but no transition between shots."""
    m = len(old)
    p = (np.arange(m, dtype=np.float32) + 1) / (m + 1)
    panned = _slide(old, new, p * p * (3 - 2 * p), covers=False)
    return panned if rng.random() < 0.5 else np.flip(_slide(np.flip(old, 2), np.flip(new, 2), p, covers=False), 2)


def _slide(old: Frames, new: Frames, p: Frames, *, covers: bool) -> Frames:
    """The new picture comes from the right: over the old one, or pushing it out."""
    width = old.shape[2]
    out = np.empty_like(old)
    for i, share in enumerate(p):
        seen = round(float(share) * width)
        kept = old[i][:, : width - seen] if covers else old[i][:, seen:]
        out[i] = np.concatenate([kept, new[i][:, :seen]], axis=1)
    return out
