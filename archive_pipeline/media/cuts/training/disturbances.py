"""What happens to pictures that is no transition: flashes, dropouts, captions, darkness, grain, letterbox."""

import cv2
import numpy as np
from numpy.typing import NDArray

from archive_pipeline.media.cuts.training.compression import compressed
from archive_pipeline.media.cuts.training.drawings import text

Frames = NDArray[np.float32]


def disturb_shot(rng: np.random.Generator, frames: Frames) -> Frames:
    """Flashes, dropouts and captions inside one shot."""
    n = len(frames)
    if rng.random() < 0.12 and n > 12:
        frames = _flash(rng, frames)
    if rng.random() < 0.04 and n > 20:  # one to three black or frozen-elsewhere frames
        at = int(rng.integers(6, n - 8))
        frames[at : at + int(rng.integers(1, 4))] = rng.choice([0, 0, 255, 128])
    if rng.random() < 0.2:
        frames = _caption(rng, frames)
    if rng.random() < 0.15:
        frames = _passing(rng, frames)
    return frames


def disturb_video(rng: np.random.Generator, frames: Frames) -> NDArray[np.uint8]:
    """Darkness, low contrast, black and white, grain, compression, letterbox and a fixed logo over a whole video."""
    n, height, width, _ = frames.shape
    kind = rng.random()
    if kind < 0.2:
        frames = _darkened(rng, frames)
    elif kind < 0.3:
        frames = frames * np.float32(rng.uniform(0.2, 0.45)) + np.float32(rng.uniform(0, 120))
    if rng.random() < 0.25:
        tint = np.array([[1, 1, 1], [1.05, 1, 0.85]], dtype=np.float32)[int(rng.integers(2))]
        frames = (frames @ np.array([0.299, 0.587, 0.114], dtype=np.float32))[..., None] * tint
    if rng.random() < 0.3:
        sigma = np.float32(10 ** rng.uniform(0.3, 1.5))
        frames = frames + sigma * rng.standard_normal(frames.shape[:3], dtype=np.float32)[..., None]
    if rng.random() < 0.15:  # flicker of old film
        frames = frames * np.exp(rng.normal(0, rng.uniform(0.005, 0.05), (n, 1, 1, 1))).astype(np.float32)
    pictures = np.clip(frames, 0, 255).astype(np.uint8)
    if rng.random() < (0.7 if kind < 0.3 else 0.3):
        pictures = compressed(rng, pictures)
    if rng.random() < 0.3:
        logo = np.zeros((height, width, 3), dtype=np.uint8)
        text(rng, logo, (255, 255, 255))
        pictures = np.where(logo > 0, logo, pictures)
    if rng.random() < 0.25:
        bar = int(rng.integers(2, 9)) if rng.random() < 0.6 else 0
        pictures[:, : bar + 1] = pictures[:, height - bar - 1 :] = 0
        if not bar:
            side = int(rng.integers(4, 14))
            pictures[:, :, :side] = pictures[:, :, width - side :] = 0
    return pictures


def _darkened(rng: np.random.Generator, frames: Frames) -> Frames:
    """Night: little light, or a curve that leaves only the lights; at times hardly any colour."""
    if rng.random() < 0.6:
        frames = frames * np.float32(rng.uniform(0.08, 0.35))
    else:
        frames = (255 * (np.clip(frames, 0, 255) / 255) ** rng.uniform(1.8, 3.5)).astype(np.float32)
    if rng.random() < 0.3:
        grey = frames.mean(axis=-1, keepdims=True)
        frames = grey + (frames - grey) * np.float32(rng.uniform(0, 0.5))
    return frames


def _flash(rng: np.random.Generator, frames: Frames) -> Frames:
    """Lightning, an explosion, a photographer: bright at once, dark again within a second, whole picture or part."""
    n, height, width, _ = frames.shape
    for _ in range(int(rng.integers(1, 4))):
        at = int(rng.integers(2, n - 2))
        fall = float(rng.uniform(0.3, 6))
        strength = rng.uniform(60, 300) * np.exp(-np.arange(min(n - at, 24)) / fall)
        strength[0] *= rng.uniform(0.3, 1)
        mask = np.ones((height, width), dtype=np.float32)
        if rng.random() < 0.5:
            y, x = np.mgrid[0:height, 0:width]
            spot = np.hypot((y - rng.integers(height)) / height, (x - rng.integers(width)) / width)
            mask = np.exp(-np.square(spot / rng.uniform(0.2, 0.8))).astype(np.float32)
        light = strength[:, None, None, None].astype(np.float32) * mask[None, :, :, None]
        frames[at : at + len(strength)] += light if rng.random() < 0.8 else -light
    return np.clip(frames, 0, 255)


def _caption(rng: np.random.Generator, frames: Frames) -> Frames:
    """A caption, a box or a picture in picture comes and goes, at once or softly, on at most a third of the picture."""
    n, height, width, _ = frames.shape
    w, h = int(width * rng.uniform(0.2, 0.9)), int(height * rng.uniform(0.08, 0.35))
    x, y = int(rng.integers(0, width - w + 1)), int(rng.integers(0, height - h + 1))
    box = np.full((h, w, 3), rng.uniform(0, 255, 3), dtype=np.uint8)
    cv2.putText(box, "WORDS", (2, h - 3), cv2.FONT_HERSHEY_SIMPLEX, h / 30, (255, 255, 255), 1, cv2.LINE_AA)
    first, last = np.sort(rng.integers(-n // 4, n + n // 4, 2))
    ramp = float(rng.choice([0.01, 0.01, 8, 20]))
    time = np.arange(n)
    share = np.clip(np.minimum((time - first) / ramp, (last - time) / ramp), 0, 1) * rng.choice([0.6, 1.0])
    share = share[:, None, None, None].astype(np.float32)
    under = frames[:, y : y + h, x : x + w]
    frames[:, y : y + h, x : x + w] = under + (box.astype(np.float32) - under) * share
    return frames


def _passing(rng: np.random.Generator, frames: Frames) -> Frames:
    """Something large passes between the camera and the scene: a car, a person, a pillar."""
    n, height, width, _ = frames.shape
    size = np.array([rng.uniform(0.1, 0.6) * width, rng.uniform(0.3, 1.2) * height])
    thing = np.full((height, width, 3), rng.uniform(0, 255, 3), dtype=np.float32)
    thing += np.repeat(rng.normal(0, 30, (height, width // 8 + 1, 3)), 8, axis=1)[:, :width].astype(np.float32)
    y, x = np.mgrid[0:height, 0:width]
    centre_y, speed = rng.uniform(0.3, 1.1) * height, rng.choice([-1, 1]) * 10 ** rng.uniform(-0.5, 1.0)
    at = rng.uniform(0, n)
    round_ = rng.random() < 0.5
    for i in range(n):
        across, down = (x - width / 2 - (i - at) * speed) / size[0], (y - centre_y) / size[1]
        inside = across**2 + down**2 < 0.25 if round_ else np.maximum(abs(across), abs(down)) < 0.5
        frames[i][inside] = thing[inside]
    return frames
