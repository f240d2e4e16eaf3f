"""Drawing in units of the picture's height instead of pixels."""

from collections.abc import Sequence

from PIL import Image, ImageDraw

RGB = tuple[int, int, int]
Point = tuple[float, float]


def shade(colour: RGB, factor: float) -> RGB:
    """Darker below 1, lighter towards white above 1."""
    if factor <= 1:
        return (round(colour[0] * factor), round(colour[1] * factor), round(colour[2] * factor))
    keep = 2 - factor
    return (
        round(255 - (255 - colour[0]) * keep),
        round(255 - (255 - colour[1]) * keep),
        round(255 - (255 - colour[2]) * keep),
    )


class Canvas:
    """Shapes in units on a Pillow image; one unit is `scale` pixels, (0, 0) its upper left corner."""

    def __init__(self, image: Image.Image, scale: float) -> None:
        self.image = image
        self.scale = scale
        self._draw = ImageDraw.Draw(image)

    def polygon(self, points: Sequence[Point], fill: RGB) -> None:
        self._draw.polygon([(x * self.scale, y * self.scale) for x, y in points], fill=fill)

    def rectangle(self, left: float, top: float, right: float, bottom: float, fill: RGB) -> None:
        self._draw.rectangle((left * self.scale, top * self.scale, right * self.scale, bottom * self.scale), fill=fill)

    def ellipse(self, x: float, y: float, across: float, down: float, fill: RGB) -> None:
        """An ellipse about (x, y) with the half axes `across` and `down`."""
        self._draw.ellipse(
            ((x - across) * self.scale, (y - down) * self.scale, (x + across) * self.scale, (y + down) * self.scale),
            fill=fill,
        )

    def ring(self, x: float, y: float, radius: float, width: float, colour: RGB) -> None:
        self._draw.ellipse(
            (
                (x - radius) * self.scale,
                (y - radius) * self.scale,
                (x + radius) * self.scale,
                (y + radius) * self.scale,
            ),
            outline=colour,
            width=max(1, round(width * self.scale)),
        )

    def pie(self, x: float, y: float, across: float, down: float, start: float, end: float, fill: RGB) -> None:
        """A sector from `start` to `end` degrees, clockwise from three o'clock."""
        self._draw.pieslice(
            ((x - across) * self.scale, (y - down) * self.scale, (x + across) * self.scale, (y + down) * self.scale),
            start,
            end,
            fill=fill,
        )

    def line(self, points: Sequence[Point], width: float, fill: RGB) -> None:
        self._draw.line(
            [(x * self.scale, y * self.scale) for x, y in points],
            fill=fill,
            width=max(1, round(width * self.scale)),
            joint="curve",
        )
