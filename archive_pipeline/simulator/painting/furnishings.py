"""What stands: umbrella, flag, windmill, chair, clock, house. Drawn in a box one unit high, standing on its floor."""

from math import cos, pi, sin

from archive_pipeline.simulator.painting.canvas import RGB, Canvas, shade

_DARK: RGB = (42, 40, 44)
_WOOD: RGB = (128, 88, 52)
_PALE: RGB = (236, 230, 214)


def umbrella(c: Canvas, colour: RGB) -> None:  # 1.2 wide
    c.line([(0.60, 0.30), (0.60, 0.90), (0.66, 0.97), (0.74, 0.95), (0.76, 0.86)], 0.05, _DARK)
    c.line([(0.60, 0.0), (0.60, 0.08)], 0.04, _DARK)
    c.pie(0.60, 0.52, 0.60, 0.48, 180, 360, colour)
    c.pie(0.60, 0.52, 0.24, 0.48, 180, 360, shade(colour, 0.8) if sum(colour) > 120 else (80, 80, 86))
    for x in (0.12, 0.36, 0.60, 0.84, 1.08):
        c.pie(x, 0.525, 0.12, 0.07, 180, 360, _PALE)


def flag(c: Canvas, colour: RGB) -> None:  # 0.9 wide
    c.rectangle(0.03, 0.03, 0.09, 1.0, (152, 152, 158))
    c.ellipse(0.06, 0.03, 0.05, 0.03, (232, 200, 80))
    upper = [(0.09 + 0.80 * i / 16, 0.08 + 0.05 * sin(i / 16 * 2 * pi)) for i in range(17)]
    lower = [(x, y + 0.46) for x, y in reversed(upper)]
    c.polygon(upper + lower, colour)
    fold = upper[6:11] + [(x, y + 0.46) for x, y in reversed(upper[6:11])]
    c.polygon(fold, shade(colour, 0.86) if sum(colour) > 120 else (58, 58, 64))


def windmill(c: Canvas, colour: RGB) -> None:  # 1.1 wide: a tower with four sails
    c.polygon([(0.38, 0.34), (0.72, 0.34), (0.86, 1.0), (0.24, 1.0)], colour)
    c.pie(0.55, 0.36, 0.20, 0.16, 180, 360, _DARK)
    c.rectangle(0.47, 0.80, 0.63, 1.0, _DARK)
    c.rectangle(0.50, 0.54, 0.60, 0.66, _PALE)
    for quarter in range(4):
        angle = pi / 4 + quarter * pi / 2
        tip, side = (cos(angle), sin(angle)), (-sin(angle), cos(angle))

        def at(
            along: float, across: float, tip: tuple[float, float] = tip, side: tuple[float, float] = side
        ) -> tuple[float, float]:
            return (0.55 + along * tip[0] + across * side[0], 0.36 + along * tip[1] + across * side[1])

        c.polygon([at(0.12, 0.0), at(0.50, 0.0), at(0.50, 0.15), at(0.12, 0.15)], _PALE)
        c.line([at(0.0, 0.0), at(0.52, 0.0)], 0.035, _DARK)
        c.line([at(0.30, 0.0), at(0.30, 0.15)], 0.018, _DARK)
    c.ellipse(0.55, 0.36, 0.05, 0.05, _DARK)


def chair(c: Canvas, colour: RGB) -> None:  # 0.7 wide, seen from the side with a slatted back
    far = shade(colour, 0.7)
    c.rectangle(0.20, 0.56, 0.28, 0.94, far)
    c.rectangle(0.56, 0.60, 0.64, 0.94, far)
    c.polygon([(0.02, 0.0), (0.12, 0.0), (0.14, 1.0), (0.04, 1.0)], colour)
    c.rectangle(0.26, 0.02, 0.34, 0.56, colour)
    for y in (0.04, 0.20, 0.36):
        c.rectangle(0.06, y, 0.32, y + 0.09, colour)
    c.polygon([(0.04, 0.52), (0.52, 0.52), (0.70, 0.62), (0.06, 0.64)], shade(colour, 0.86))
    c.rectangle(0.06, 0.60, 0.68, 0.68, colour)
    c.rectangle(0.56, 0.64, 0.66, 1.0, colour)


def clock(c: Canvas, colour: RGB) -> None:  # 0.9 wide: an alarm clock with two bells
    for x in (0.20, 0.70):
        c.ellipse(x, 0.12, 0.15, 0.11, shade(colour, 0.75))
        c.line([(0.45 + (x - 0.45) * 0.7, 0.86), (0.45 + (x - 0.45) * 1.2, 1.0)], 0.06, _DARK)
    c.ellipse(0.45, 0.54, 0.43, 0.43, colour)
    c.ellipse(0.45, 0.54, 0.31, 0.31, (246, 244, 236))
    for hour in range(12):
        angle = hour * pi / 6
        c.ellipse(0.45 + 0.26 * cos(angle), 0.54 + 0.26 * sin(angle), 0.022, 0.022, _DARK)
    c.line([(0.45, 0.54), (0.45, 0.30)], 0.035, _DARK)
    c.line([(0.45, 0.54), (0.61, 0.62)], 0.045, _DARK)
    c.ellipse(0.45, 0.54, 0.035, 0.035, _DARK)


def house(c: Canvas, colour: RGB) -> None:  # 1.2 wide
    c.rectangle(0.84, 0.06, 0.96, 0.36, (120, 84, 72))
    c.rectangle(0.12, 0.42, 1.08, 1.0, colour)
    c.polygon([(0.0, 0.46), (0.60, 0.02), (1.2, 0.46)], (104, 62, 50))
    c.polygon([(0.10, 0.44), (0.60, 0.08), (1.1, 0.44)], (128, 78, 62))
    c.rectangle(0.50, 0.66, 0.70, 1.0, _WOOD)
    for x in (0.20, 0.80):
        c.rectangle(x, 0.54, x + 0.20, 0.76, _PALE)
        c.rectangle(x + 0.02, 0.56, x + 0.18, 0.74, (150, 190, 214))
        c.line([(x + 0.10, 0.54), (x + 0.10, 0.76)], 0.02, _PALE)
