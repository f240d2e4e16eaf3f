"""What an action looks like in a single frame, drawn behind and before the body that does it."""

from math import cos, pi, sin
from random import Random

from archive_pipeline.simulator.painting.canvas import RGB, Canvas

_FLAMES: tuple[RGB, RGB, RGB] = ((226, 70, 16), (252, 150, 28), (255, 224, 96))


def behind(c: Canvas, action: str, x: float, foot: float, wide: float, high: float, lift: float, r: Random) -> None:
    """Flames that rise over the body, rays about it, or the shadow that a jump leaves on the ground."""
    if action == "burning":
        for size, colour in zip((1.0, 0.78, 0.56), _FLAMES, strict=True):
            _flames(c, colour, x, foot, wide * 1.05 * size, (high + 0.20) * size, r)
    elif action == "glowing":
        star = []
        for i in range(32):
            reach = 0.5 * (1.45 if i % 2 == 0 else 1.15)
            star.append((x + reach * wide * cos(i * pi / 16), foot + high * (reach * sin(i * pi / 16) - 0.5)))
        c.polygon(star, (255, 240, 150))
    elif action == "jumping":
        c.ellipse(x, foot + lift, 0.40 * wide, 0.024, (40, 38, 40))


def before(c: Canvas, action: str, x: float, foot: float, wide: float, high: float, mirrored: bool, r: Random) -> None:
    """Flames at the feet, streaks and dust behind what speeds, arcs under what jumps."""
    side = 1 if mirrored else -1
    if action == "burning":
        for size, colour in zip((1.0, 0.75, 0.5), _FLAMES, strict=True):
            _flames(c, colour, x, foot + 0.02, wide * size, high * 0.30 * size, r)
    elif action == "speeding":
        for i in range(5):
            y = foot - high * (0.12 + 0.19 * i)
            start = x + side * wide * 0.40
            c.line([(start, y), (start + side * r.uniform(0.30, 0.45), y)], 0.016, (246, 246, 246))
        for i in range(3):
            c.ellipse(x + side * (wide * 0.42 + 0.09 * i), foot - 0.02, 0.06, 0.045, (214, 206, 192))
    elif action == "jumping":
        for i in range(2):
            y = foot + 0.035 + 0.04 * i
            half = wide * (0.26 - 0.07 * i)
            c.line([(x - half, y - 0.015), (x, y + 0.01), (x + half, y - 0.015)], 0.016, (246, 246, 246))


def _flames(c: Canvas, colour: RGB, x: float, foot: float, wide: float, high: float, r: Random) -> None:
    tongues = 5
    points = [(x - wide / 2, foot)]
    for i in range(tongues):
        left = x - wide / 2 + wide * i / tongues
        peak = high * (0.7 + 0.3 * sin(pi * (i + 0.5) / tongues)) * r.uniform(0.85, 1.0)
        points += [(left + wide * 0.1, foot - peak), (left + wide / tongues, foot - peak * 0.45)]
    c.polygon([*points[:-1], (x + wide / 2, foot)], colour)
