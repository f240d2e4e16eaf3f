"""What travels: boat, train, car, bicycle, plane, balloon. Drawn in a box one unit high, standing on its floor."""

from archive_pipeline.simulator.painting.canvas import RGB, Canvas, shade

_DARK: RGB = (42, 40, 44)
_GLASS: RGB = (186, 214, 226)
_PALE: RGB = (224, 216, 198)


def boat(c: Canvas, colour: RGB) -> None:  # 1.2 wide
    c.rectangle(0.56, 0.02, 0.60, 0.72, (96, 70, 48))
    c.polygon([(0.62, 0.03), (0.62, 0.64), (1.12, 0.64)], colour)
    c.polygon([(0.54, 0.10), (0.54, 0.64), (0.14, 0.64)], shade(colour, 0.82))
    c.polygon([(0.0, 0.70), (1.2, 0.70), (1.0, 1.0), (0.2, 1.0)], colour)
    c.polygon([(0.02, 0.72), (1.18, 0.72), (1.14, 0.79), (0.06, 0.79)], _PALE)


def train(c: Canvas, colour: RGB) -> None:  # 1.9 wide
    for x, y, r in ((0.42, 0.07, 0.07), (0.28, 0.05, 0.05), (0.53, 0.12, 0.06)):
        c.ellipse(x, y, r, r, (206, 206, 208))
    c.polygon([(0.36, 0.18), (0.58, 0.18), (0.52, 0.40), (0.42, 0.40)], _DARK)
    c.rectangle(0.18, 0.38, 1.02, 0.72, colour)
    c.ellipse(0.20, 0.55, 0.08, 0.17, shade(colour, 0.7))
    c.ellipse(0.75, 0.38, 0.09, 0.09, shade(colour, 0.75))
    c.rectangle(1.0, 0.14, 1.46, 0.76, colour)
    c.rectangle(0.96, 0.10, 1.50, 0.18, _DARK)
    c.rectangle(1.10, 0.26, 1.36, 0.48, _GLASS)
    c.rectangle(1.52, 0.34, 1.88, 0.76, shade(colour, 0.82))
    c.rectangle(0.10, 0.72, 1.90, 0.80, _DARK)
    c.polygon([(0.0, 0.98), (0.18, 0.74), (0.24, 0.98)], _DARK)
    for x, r in ((0.40, 0.13), (0.70, 0.13), (1.02, 0.13), (1.34, 0.13), (1.70, 0.11)):
        c.ellipse(x, 1 - r, r, r, _DARK)
        c.ellipse(x, 1 - r, r * 0.5, r * 0.5, _PALE)


def car(c: Canvas, colour: RGB) -> None:  # 1.9 wide, low
    c.polygon([(0.42, 0.55), (0.66, 0.16), (1.26, 0.16), (1.54, 0.55)], colour)
    c.polygon([(0.55, 0.53), (0.72, 0.24), (0.94, 0.24), (0.94, 0.53)], _GLASS)
    c.polygon([(1.01, 0.53), (1.01, 0.24), (1.22, 0.24), (1.41, 0.53)], _GLASS)
    c.polygon([(0.04, 0.62), (0.14, 0.52), (1.76, 0.52), (1.88, 0.64), (1.88, 0.86), (0.02, 0.86)], colour)
    c.ellipse(1.80, 0.65, 0.06, 0.06, (255, 240, 170))
    c.rectangle(0.02, 0.80, 1.88, 0.87, shade(colour, 0.6))
    for x in (0.46, 1.44):
        c.ellipse(x, 0.82, 0.19, 0.19, _DARK)
        c.ellipse(x, 0.82, 0.09, 0.09, (190, 190, 194))


def bicycle(c: Canvas, colour: RGB) -> None:  # 1.6 wide
    for x in (0.36, 1.24):
        c.ring(x, 0.66, 0.34, 0.07, _DARK)
        c.ring(x, 0.66, 0.28, 0.035, colour)
    frame = [(0.36, 0.66), (0.60, 0.26), (1.06, 0.26), (0.78, 0.68), (0.36, 0.66)]
    c.line(frame, 0.09, colour)
    c.line([(0.78, 0.68), (0.56, 0.18)], 0.09, colour)
    c.line([(1.24, 0.66), (1.04, 0.08)], 0.09, colour)
    c.line([(0.90, 0.10), (1.04, 0.07), (1.20, 0.13)], 0.07, _DARK)
    c.ellipse(0.55, 0.15, 0.15, 0.055, _DARK)
    c.ellipse(0.78, 0.68, 0.08, 0.08, _DARK)


def plane(c: Canvas, colour: RGB) -> None:  # 2.1 wide
    c.polygon([(0.98, 0.46), (1.34, 0.46), (1.02, 0.06), (0.84, 0.06)], shade(colour, 0.75))
    c.polygon([(0.10, 0.06), (0.30, 0.06), (0.54, 0.42), (0.18, 0.50)], colour)
    c.polygon([(0.08, 0.42), (1.70, 0.36), (2.02, 0.52), (1.98, 0.64), (1.70, 0.70), (0.40, 0.62)], colour)
    c.ellipse(1.80, 0.54, 0.28, 0.16, colour)
    c.polygon([(1.74, 0.42), (1.92, 0.44), (2.0, 0.52), (1.74, 0.52)], _GLASS)
    for x in (0.62, 0.82, 1.02, 1.22, 1.42):
        c.ellipse(x, 0.48, 0.045, 0.045, _GLASS)
    c.polygon([(0.92, 0.56), (1.40, 0.56), (0.86, 0.98), (0.62, 0.98)], shade(colour, 0.85))
    c.ellipse(1.16, 0.80, 0.14, 0.06, _DARK)


def balloon(c: Canvas, colour: RGB) -> None:  # 0.8 wide
    c.line([(0.16, 0.50), (0.33, 0.84)], 0.02, _DARK)
    c.line([(0.64, 0.50), (0.47, 0.84)], 0.02, _DARK)
    c.ellipse(0.40, 0.34, 0.38, 0.34, colour)
    c.polygon([(0.08, 0.48), (0.72, 0.48), (0.50, 0.74), (0.30, 0.74)], colour)
    c.ellipse(0.40, 0.34, 0.13, 0.34, shade(colour, 0.72) if sum(colour) > 120 else (84, 84, 90))
    c.polygon([(0.285, 0.48), (0.515, 0.48), (0.44, 0.74), (0.36, 0.74)], shade(colour, 0.72))
    c.rectangle(0.29, 0.84, 0.51, 1.0, (150, 104, 58))
    c.rectangle(0.27, 0.83, 0.53, 0.87, (110, 74, 40))
