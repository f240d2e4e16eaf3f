"""The places: what stands behind the subjects, in muted colours so that a subject's own colour tells.

Each painter fills the ground and whatever rises from it, `width` units wide and one high, below the sky that is there.
"""

from collections.abc import Callable
from math import pi, sin
from random import Random

from archive_pipeline.simulator.painting.canvas import RGB, Canvas, shade

HORIZON = 0.62


def _street(c: Canvas, r: Random, width: float) -> None:
    x = -r.random() * 0.2
    while x < width:
        w, top = r.uniform(0.28, 0.44), r.uniform(0.02, 0.24)
        wall = r.choice([(150, 128, 116), (136, 136, 144), (168, 156, 134), (122, 112, 112)])
        c.rectangle(x, top, x + w, 0.74, wall)
        c.rectangle(x, top, x + w, top + 0.025, shade(wall, 0.7))
        for row in range(4):
            y = top + 0.06 + row * 0.13
            if y < 0.6:
                for column in range(3):
                    left = x + w * (0.12 + column * 0.29)
                    c.rectangle(left, y, left + w * 0.17, y + 0.075, r.choice([(74, 82, 96), (198, 186, 140)]))
        x += w
    c.rectangle(0, 0.74, width, 0.80, (158, 156, 152))
    c.rectangle(0, 0.80, width, 1.0, (78, 78, 82))
    for i in range(int(width / 0.3) + 1):
        c.rectangle(i * 0.3, 0.895, i * 0.3 + 0.15, 0.915, (214, 212, 200))


def _beach(c: Canvas, r: Random, width: float) -> None:
    c.rectangle(0, 0.50, width, 0.78, (84, 138, 156))
    for i in range(14):
        x, y = r.uniform(0, width), 0.53 + 0.016 * i
        c.line([(x, y), (x + 0.2, y)], 0.008, (168, 202, 206))
    shore = [(width * i / 24, 0.76 + 0.014 * sin(i * 1.3)) for i in range(25)]
    c.polygon([*[(x, y - 0.022) for x, y in shore], (width, 1.0), (0, 1.0)], (228, 236, 234))
    c.polygon([*shore, (width, 1.0), (0, 1.0)], (222, 202, 156))
    for _ in range(3):
        x, lean = r.uniform(0, width), r.uniform(-0.1, 0.1)
        c.line([(x, 0.84), (x + lean * 0.6, 0.55), (x + lean, 0.30)], 0.028, (112, 88, 62))
        for dx, dy in ((-0.17, 0.05), (-0.12, -0.06), (0.0, -0.10), (0.12, -0.06), (0.17, 0.05)):
            c.line(
                [(x + lean, 0.30), (x + lean + dx * 0.6, 0.28 + dy), (x + lean + dx, 0.32 + dy)], 0.026, (74, 104, 70)
            )


def _forest(c: Canvas, r: Random, width: float) -> None:
    c.rectangle(0, 0.10, width, 0.80, (64, 84, 66))
    for _ in range(16):
        x, h = r.uniform(0, width), r.uniform(0.5, 0.8)
        for step in range(3):
            top = 0.80 - h + step * h * 0.25
            c.polygon(
                [(x, top), (x - 0.1 - 0.05 * step, top + h * 0.4), (x + 0.1 + 0.05 * step, top + h * 0.4)], (48, 68, 54)
            )
    for i in range(int(width / 0.26) + 1):
        x = i * 0.26 + r.uniform(-0.08, 0.08)
        w = r.uniform(0.03, 0.055)
        c.rectangle(x, 0, x + w, 0.83, (78, 62, 50))
        c.rectangle(x, 0, x + w * 0.35, 0.83, (98, 80, 64))
    for _ in range(18):
        c.ellipse(r.uniform(0, width), r.uniform(-0.04, 0.09), 0.17, 0.10, r.choice([(56, 80, 58), (70, 94, 66)]))
    c.rectangle(0, 0.80, width, 1.0, (82, 84, 56))
    for _ in range(22):
        c.ellipse(r.uniform(0, width), r.uniform(0.82, 1.0), 0.06, 0.014, (104, 92, 60))


def _desert(c: Canvas, r: Random, width: float) -> None:
    for base, colour, height in (
        (0.60, (206, 170, 122), 0.09),
        (0.70, (218, 186, 138), 0.08),
        (0.80, (228, 200, 152), 0.05),
    ):
        phase, length = r.uniform(0, 6), r.uniform(0.8, 1.3)
        ridge = [(width * i / 40, base + height * sin(phase + width * i / 40 / length * 2 * pi)) for i in range(41)]
        c.polygon([*ridge, (width, 1.0), (0, 1.0)], colour)
    for _ in range(5):
        x, y, h = r.uniform(0, width), r.uniform(0.68, 0.86), r.uniform(0.22, 0.36)
        green: RGB = (92, 116, 82)
        c.line([(x, y), (x, y - h)], 0.05, green)
        c.line([(x, y - h * 0.4), (x - 0.09, y - h * 0.4), (x - 0.09, y - h * 0.75)], 0.034, green)
        c.line([(x, y - h * 0.3), (x + 0.09, y - h * 0.3), (x + 0.09, y - h * 0.6)], 0.034, green)


def _mountains(c: Canvas, r: Random, width: float) -> None:
    x = -0.3
    while x < width + 0.2:
        w, top = r.uniform(0.7, 1.0), r.uniform(0.06, 0.22)
        c.polygon([(x, 0.76), (x + w / 2, top), (x + w, 0.76)], (112, 118, 132))
        c.polygon([(x + w / 2, top), (x + w, 0.76), (x + w * 0.62, 0.76)], (88, 94, 110))
        s = (0.76 - top) * 0.34
        k = w / 2 * 0.34
        peak = x + w / 2
        snow = [(peak, top), (peak + k, top + s), (peak + k / 2, top + s * 0.8), (peak, top + s * 1.15)]
        c.polygon([*snow, (peak - k / 2, top + s * 0.8), (peak - k, top + s)], (240, 242, 246))
        x += w * 0.62
    c.rectangle(0, 0.74, width, 1.0, (132, 140, 124))
    for _ in range(24):
        c.ellipse(r.uniform(0, width), r.uniform(0.77, 1.0), 0.05, 0.02, (116, 116, 118))


def _field(c: Canvas, r: Random, width: float) -> None:
    hills = [(width * i / 30, 0.58 + 0.03 * sin(i * 0.55 + r.random() * 0.1)) for i in range(31)]
    c.polygon([*hills, (width, 1.0), (0, 1.0)], (128, 152, 96))
    middle = r.uniform(0.3, 0.7) * width
    for i in range(-14, 15):
        c.polygon(
            [
                (middle + i * 0.10, 0.66),
                (middle + i * 0.10 + 0.045, 0.66),
                (middle + i * 0.36 + 0.16, 1.0),
                (middle + i * 0.36, 1.0),
            ],
            (176, 164, 92),
        )
    for i in range(int(width / 0.18) + 1):
        c.rectangle(i * 0.18, 0.60, i * 0.18 + 0.018, 0.70, (126, 100, 74))
    c.rectangle(0, 0.625, width, 0.637, (126, 100, 74))
    c.rectangle(0, 0.66, width, 0.672, (126, 100, 74))
    for _ in range(3):
        x = r.uniform(0, width)
        c.ellipse(x, 0.56, 0.11, 0.055, (190, 168, 102))
        c.rectangle(x - 0.11, 0.56, x + 0.11, 0.60, (190, 168, 102))


def _stadium(c: Canvas, r: Random, width: float) -> None:
    for row in range(7):
        y = 0.20 + row * 0.065
        c.rectangle(0, y, width, y + 0.065, (116 + 8 * row, 114 + 8 * row, 122 + 8 * row))
        for i in range(int(width / 0.055)):
            tone = r.choice([(196, 176, 166), (150, 140, 150), (92, 88, 100), (214, 206, 196)])
            c.ellipse(i * 0.055 + 0.027 * (row % 2), y + 0.036, 0.015, 0.02, tone)
    c.rectangle(0, 0.655, width, 0.71, (224, 224, 220))
    for i in range(int(width / 0.4) + 1):
        c.rectangle(i * 0.4 + 0.02, 0.665, i * 0.4 + 0.24, 0.70, r.choice([(110, 120, 140), (150, 130, 120)]))
    for i in range(int(width / 0.35) + 1):
        c.rectangle(i * 0.35, 0.71, (i + 1) * 0.35, 1.0, (86, 124, 82) if i % 2 else (98, 138, 92))
    c.rectangle(0, 0.84, width, 0.855, (232, 234, 228))
    for x in (0.25, width - 0.35):
        c.rectangle(x, 0.02, x + 0.025, 0.25, (90, 90, 96))
        c.rectangle(x - 0.09, 0.0, x + 0.115, 0.08, (236, 236, 220))


def _factory(c: Canvas, r: Random, width: float) -> None:
    for _ in range(4):
        x, top = r.uniform(0, width), r.uniform(0.06, 0.16)
        c.polygon([(x, top), (x + 0.07, top), (x + 0.10, 0.55), (x - 0.03, 0.55)], (148, 112, 100))
        c.rectangle(x - 0.005, top + 0.03, x + 0.075, top + 0.07, (214, 208, 200))
        for i in range(4):
            c.ellipse(x + 0.06 + 0.07 * i, top - 0.03 * i, 0.05 + 0.012 * i, 0.035 + 0.008 * i, (172, 168, 168))
    for i in range(int(width / 0.42) + 1):
        x = i * 0.42
        c.polygon([(x, 0.50), (x, 0.34), (x + 0.42, 0.50)], (132, 128, 134))
        c.polygon([(x, 0.48), (x, 0.37), (x + 0.05, 0.39), (x + 0.05, 0.48)], (178, 196, 200))
    c.rectangle(0, 0.49, width, 0.78, (140, 106, 94))
    for i in range(int(width / 0.21) + 1):
        c.rectangle(i * 0.21 + 0.04, 0.54, i * 0.21 + 0.16, 0.68, (70, 82, 92))
        c.rectangle(i * 0.21 + 0.095, 0.54, i * 0.21 + 0.105, 0.68, (140, 106, 94))
    c.rectangle(0, 0.78, width, 1.0, (128, 124, 120))
    c.line([(0, 0.84), (width, 0.84)], 0.014, (92, 90, 92))
    c.line([(0, 0.94), (width, 0.94)], 0.014, (92, 90, 92))


def _room(c: Canvas, r: Random, width: float) -> None:
    paper = r.choice([(204, 188, 160), (178, 188, 176), (196, 176, 172)])
    c.rectangle(0, 0, width, 0.76, paper)
    for i in range(int(width / 0.1) + 1):
        c.rectangle(i * 0.1, 0, i * 0.1 + 0.04, 0.72, shade(paper, 0.94))
    for i in range(int(width / 1.05) + 1):
        x = i * 1.05 + r.uniform(0.05, 0.2)
        c.rectangle(x, 0.10, x + 0.40, 0.50, (240, 236, 226))
        c.rectangle(x + 0.025, 0.125, x + 0.375, 0.475, (182, 206, 220))
        c.rectangle(x + 0.19, 0.12, x + 0.21, 0.48, (240, 236, 226))
        c.polygon([(x - 0.06, 0.06), (x + 0.08, 0.06), (x - 0.02, 0.56), (x - 0.06, 0.56)], (142, 108, 100))
        c.polygon([(x + 0.32, 0.06), (x + 0.46, 0.06), (x + 0.46, 0.56), (x + 0.42, 0.56)], (142, 108, 100))
        c.rectangle(x + 0.60, 0.16, x + 0.84, 0.36, (110, 84, 58))
        c.rectangle(x + 0.625, 0.185, x + 0.815, 0.335, r.choice([(150, 160, 150), (170, 150, 140)]))
    c.rectangle(0, 0.72, width, 0.76, (232, 226, 214))
    c.rectangle(0, 0.76, width, 1.0, (148, 110, 76))
    for i in range(int(width / 0.16) + 1):
        c.line([(i * 0.16, 0.76), (i * 0.16 - 0.05, 1.0)], 0.006, (112, 82, 56))


def _stage(c: Canvas, r: Random, width: float) -> None:
    tone = r.choice([(116, 52, 56), (70, 62, 96)])
    c.rectangle(0, 0, width, 0.78, shade(tone, 0.8))
    for i in range(int(width / 0.12) + 1):
        c.rectangle(i * 0.12, 0.0, i * 0.12 + 0.05, 0.78, tone)
        c.rectangle(i * 0.12 + 0.05, 0.0, i * 0.12 + 0.07, 0.78, shade(tone, 1.2))
    for i in range(int(width / 0.32) + 1):
        c.ellipse(i * 0.32 + 0.16, 0.0, 0.19, 0.13, shade(tone, 0.62))
        c.ellipse(i * 0.32 + 0.16, 0.125, 0.02, 0.012, (222, 190, 96))
    c.rectangle(0, 0.76, width, 1.0, (128, 96, 70))
    for i in range(int(width / 0.8) + 1):
        c.ellipse(i * 0.8 + r.uniform(0.2, 0.5), 0.88, 0.34, 0.08, (184, 152, 112))
    for i in range(int(width / 0.16) + 1):
        c.ellipse(i * 0.16, 0.985, 0.035, 0.03, (252, 236, 170))


BACKDROPS: dict[str, Callable[[Canvas, Random, float], None]] = {
    "street": _street,
    "beach": _beach,
    "forest": _forest,
    "desert": _desert,
    "mountains": _mountains,
    "field": _field,
    "stadium": _stadium,
    "factory": _factory,
    "room": _room,
    "stage": _stage,
}
