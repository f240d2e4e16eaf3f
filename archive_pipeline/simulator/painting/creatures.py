"""What lives: horse, dog, bird, person. Drawn in a box one unit high, standing on its floor."""

from archive_pipeline.simulator.painting.canvas import RGB, Canvas, shade

_DARK: RGB = (42, 40, 44)
_SKIN: RGB = (224, 172, 136)


def horse(c: Canvas, colour: RGB) -> None:  # 1.2 wide, facing right on long legs
    far = shade(colour, 0.72)
    for x in (0.34, 0.84):
        c.polygon([(x, 0.58), (x + 0.10, 0.58), (x + 0.13, 1.0), (x + 0.04, 1.0)], far)
    for x in (0.22, 0.74):
        c.polygon([(x, 0.56), (x + 0.13, 0.56), (x + 0.08, 1.0), (x - 0.01, 1.0)], colour)
        c.rectangle(x - 0.01, 0.95, x + 0.09, 1.0, _DARK)
    c.polygon([(0.22, 0.42), (0.10, 0.48), (0.03, 0.82), (0.12, 0.84), (0.18, 0.56)], _DARK)
    c.ellipse(0.54, 0.52, 0.36, 0.15, colour)
    c.polygon([(0.70, 0.44), (0.88, 0.08), (1.02, 0.12), (0.90, 0.56)], colour)
    c.polygon([(0.88, 0.08), (1.02, 0.10), (1.19, 0.30), (1.13, 0.38), (0.92, 0.26)], colour)
    c.polygon([(0.90, 0.11), (0.92, 0.0), (0.98, 0.09)], colour)
    c.polygon([(0.90, 0.03), (0.78, 0.12), (0.62, 0.42), (0.74, 0.44), (0.88, 0.16)], _DARK)
    c.ellipse(1.02, 0.18, 0.02, 0.02, (250, 250, 250))


def dog(c: Canvas, colour: RGB) -> None:  # 1.3 wide, low, tail up, hanging ear, facing left
    far = shade(colour, 0.72)
    c.line([(1.06, 0.50), (1.18, 0.36), (1.20, 0.10)], 0.09, colour)
    for x in (0.52, 0.98):
        c.rectangle(x, 0.66, x + 0.11, 1.0, far)
    for x in (0.38, 0.84):
        c.rectangle(x, 0.66, x + 0.13, 1.0, colour)
        c.ellipse(x + 0.04, 0.97, 0.09, 0.035, colour)
    c.rectangle(0.40, 0.44, 1.08, 0.74, colour)
    c.ellipse(0.42, 0.58, 0.12, 0.16, colour)
    c.ellipse(1.06, 0.58, 0.10, 0.15, colour)
    c.ellipse(0.36, 0.32, 0.22, 0.21, colour)
    c.polygon([(0.30, 0.26), (0.06, 0.34), (0.06, 0.46), (0.32, 0.50)], colour)
    c.ellipse(0.07, 0.37, 0.06, 0.05, _DARK)
    c.polygon([(0.42, 0.14), (0.58, 0.20), (0.60, 0.52), (0.48, 0.52), (0.42, 0.34)], far)
    c.ellipse(0.26, 0.27, 0.03, 0.03, (250, 250, 250) if sum(colour) < 300 else _DARK)
    c.line([(0.33, 0.52), (0.52, 0.56)], 0.06, (250, 250, 250) if sum(colour) < 600 else (200, 40, 40))


def bird(c: Canvas, colour: RGB) -> None:  # 1.5 wide, wings spread upwards, beak to the right
    c.polygon([(0.60, 0.62), (0.04, 0.02), (0.30, 0.10), (0.36, 0.02), (0.56, 0.16), (0.92, 0.56)], shade(colour, 0.8))
    c.polygon([(0.80, 0.60), (0.96, 0.08), (1.10, 0.14), (1.20, 0.02), (1.34, 0.16), (1.06, 0.64)], colour)
    c.polygon([(0.40, 0.66), (0.0, 0.74), (0.06, 0.84), (0.02, 0.94), (0.46, 0.82)], shade(colour, 0.8))
    c.ellipse(0.76, 0.72, 0.40, 0.19, colour)
    c.ellipse(1.16, 0.60, 0.16, 0.15, colour)
    c.polygon([(1.27, 0.54), (1.50, 0.62), (1.27, 0.68)], (250, 170, 30) if colour[0] < 200 else (60, 50, 40))
    c.ellipse(1.19, 0.56, 0.035, 0.035, (250, 250, 250))
    c.ellipse(1.20, 0.56, 0.018, 0.018, _DARK)
    c.line([(0.70, 0.88), (0.62, 1.0)], 0.035, (222, 140, 40))
    c.line([(0.82, 0.88), (0.76, 1.0)], 0.035, (222, 140, 40))


def person(c: Canvas, colour: RGB) -> None:  # 0.56 wide
    c.polygon([(0.17, 0.56), (0.28, 0.56), (0.25, 0.98), (0.13, 0.98)], shade(colour, 0.62))
    c.polygon([(0.28, 0.56), (0.39, 0.56), (0.43, 0.98), (0.31, 0.98)], shade(colour, 0.62))
    c.rectangle(0.08, 0.955, 0.25, 1.0, _DARK)
    c.rectangle(0.31, 0.955, 0.48, 1.0, _DARK)
    c.line([(0.15, 0.27), (0.05, 0.46), (0.08, 0.58)], 0.085, colour)
    c.line([(0.41, 0.27), (0.51, 0.46), (0.48, 0.58)], 0.085, colour)
    c.polygon([(0.12, 0.24), (0.44, 0.24), (0.41, 0.62), (0.15, 0.62)], colour)
    c.ellipse(0.08, 0.60, 0.045, 0.045, _SKIN)
    c.ellipse(0.48, 0.60, 0.045, 0.045, _SKIN)
    c.rectangle(0.24, 0.18, 0.32, 0.26, _SKIN)
    c.ellipse(0.28, 0.12, 0.10, 0.11, _SKIN)
    c.pie(0.28, 0.09, 0.115, 0.09, 180, 360, (58, 40, 30))
    c.ellipse(0.24, 0.12, 0.013, 0.015, _DARK)
    c.ellipse(0.32, 0.12, 0.013, 0.015, _DARK)
