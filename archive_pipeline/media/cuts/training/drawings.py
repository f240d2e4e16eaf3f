"""Drawn shots: still textures, title cards, flat colours and simple vector scenes with moving things."""

import cv2
import numpy as np
from numpy.typing import NDArray

from archive_pipeline.media.cuts.training.shots import HEIGHT, WIDTH, Shot

Picture = NDArray[np.uint8]
_FONTS = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_TRIPLEX)


def drawn_shot(rng: np.random.Generator, n_frames: int) -> Shot:
    """A shot of `n_frames` frames of a random kind."""
    kind = rng.choice(["scene", "scene", "scene", "texture", "card", "flat"])
    if kind == "scene":
        return Shot("drawn scene", _scene(rng, n_frames))
    picture = {"texture": _texture, "card": _card, "flat": _flat}[str(kind)](rng)
    return Shot(f"drawn {kind}", np.broadcast_to(picture, (n_frames, *picture.shape)))


def _colour(rng: np.random.Generator, low: int = 0, high: int = 256) -> tuple[int, int, int]:
    r, g, b = (int(c) for c in rng.integers(low, high, 3))
    return r, g, b


def text(rng: np.random.Generator, picture: Picture, colour: tuple[int, int, int]) -> None:
    """Write something in place."""
    words = "".join(chr(c) for c in rng.integers(65, 91, int(rng.integers(3, 16))))
    at = (int(rng.integers(0, WIDTH // 2)), int(rng.integers(12, HEIGHT)))
    font = _FONTS[int(rng.integers(len(_FONTS)))]
    cv2.putText(picture, words, at, font, float(rng.uniform(0.3, 1.2)), colour, int(rng.integers(1, 3)), cv2.LINE_AA)


def _flat(rng: np.random.Generator) -> Picture:
    if rng.random() < 0.2:  # colour bars
        bars = np.array([[c >> 2 & 1, c >> 1 & 1, c & 1] for c in range(8)], dtype=np.uint8)[::-1] * 191
        return np.broadcast_to(np.repeat(bars, WIDTH // 8, axis=0), (HEIGHT, WIDTH, 3)).copy()
    colour = (0, 0, 0) if rng.random() < 0.6 else _colour(rng)
    return np.full((HEIGHT, WIDTH, 3), colour, dtype=np.uint8)


def _card(rng: np.random.Generator) -> Picture:
    picture = np.full((HEIGHT, WIDTH, 3), (0, 0, 0) if rng.random() < 0.5 else _colour(rng, 0, 120), dtype=np.uint8)
    for _ in range(int(rng.integers(1, 6))):
        text(rng, picture, _colour(rng, 140))
    return picture


def _texture(rng: np.random.Generator) -> Picture:
    """Natural statistics: noise with a 1/f^a spectrum, in a random palette."""
    fy, fx = np.fft.fftfreq(HEIGHT)[:, None], np.fft.rfftfreq(WIDTH)[None]
    amplitude = 1 / np.maximum(np.hypot(fy, fx), 1 / WIDTH) ** rng.uniform(1.0, 2.0)
    layers = []
    for _ in range(3):
        noise = np.fft.irfft2(np.fft.rfft2(rng.standard_normal((HEIGHT, WIDTH))) * amplitude, s=(HEIGHT, WIDTH))
        layers.append(noise / noise.std())
    mixed = np.stack(layers, axis=-1) @ rng.normal(0, 1, (3, 3)) * rng.uniform(10, 45) + rng.uniform(40, 200, 3)
    return np.clip(mixed, 0, 255).astype(np.uint8)


def _background(rng: np.random.Generator) -> Picture:
    if rng.random() < 0.25:
        return _texture(rng)
    top, bottom = np.array(_colour(rng)), np.array(_colour(rng))
    ramp = np.linspace(0, 1, HEIGHT)[:, None, None]
    picture = np.ascontiguousarray(
        np.broadcast_to(top * (1 - ramp) + bottom * ramp, (HEIGHT, WIDTH, 3)).astype(np.uint8)
    )
    horizon = int(rng.integers(HEIGHT // 3, HEIGHT))
    cv2.rectangle(picture, (0, horizon), (WIDTH, HEIGHT), _colour(rng), -1)
    for _ in range(int(rng.integers(0, 14))):
        x, y = int(rng.integers(0, WIDTH)), int(rng.integers(0, horizon + 1))
        w = int(rng.integers(4, 50))
        if rng.random() < 0.6:
            cv2.rectangle(picture, (x, y), (x + w, horizon), _colour(rng), -1)
        else:
            cv2.circle(picture, (x, y), w // 2, _colour(rng), -1, cv2.LINE_AA)
    return picture


def _scene(rng: np.random.Generator, n_frames: int) -> NDArray[np.uint8]:
    background = _background(rng)
    n_things = int(rng.integers(0, 6))
    at = rng.uniform((0, 0), (WIDTH, HEIGHT), (n_things, 2))
    speed = rng.normal(0, 1, (n_things, 2)) * rng.choice([0, 0.3, 1, 3], (n_things, 1)) * (1.0, 0.4)
    size = rng.uniform(4, 35, (n_things, 2))
    colours = [_colour(rng) for _ in range(n_things)]
    round_ = rng.random(n_things) < 0.5
    n_drops, drop = int(rng.choice([0, 0, 0, 40, 120])), _colour(rng, 150)
    held = int(rng.choice([1, 1, 1, 2, 3]))  # animation on ones, twos, threes
    frames = np.empty((n_frames, HEIGHT, WIDTH, 3), dtype=np.uint8)
    for i in range(n_frames):
        if i % held:
            frames[i] = frames[i - 1]
            continue
        picture = background.copy()
        for k in range(n_things):
            x, y = (at[k] + speed[k] * i) % (WIDTH, HEIGHT)
            if round_[k]:
                centre, radii = (int(x), int(y)), (int(size[k, 0]), int(size[k, 1]))
                cv2.ellipse(picture, centre, radii, 0, 0, 360, colours[k], -1, cv2.LINE_AA)
            else:
                corner = (int(x + size[k, 0]), int(y + size[k, 1]))
                cv2.rectangle(picture, (int(x), int(y)), corner, colours[k], -1)
        for x, y in rng.integers(0, (WIDTH, HEIGHT), (n_drops, 2)):
            cv2.line(picture, (int(x), int(y)), (int(x) + 1, int(y) + 5), drop, 1)
        frames[i] = picture
    return frames
