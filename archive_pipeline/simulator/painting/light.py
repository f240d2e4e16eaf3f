"""Time of day and weather: the sky, the tint of what it lights, and what falls or hangs in the air."""

from collections.abc import Sequence
from random import Random

from PIL import Image

from archive_pipeline.simulator.painting.canvas import RGB, Canvas

# The sky from top to horizon.
_SKIES: dict[str, tuple[RGB, RGB]] = {
    "dawn": ((132, 136, 190), (250, 196, 208)),
    "day": ((88, 150, 222), (206, 228, 244)),
    "sunset": ((120, 62, 100), (255, 150, 56)),
    "night": ((8, 10, 34), (32, 38, 78)),
}
_OVERCAST: dict[str, tuple[RGB, RGB]] = {
    "rain": ((84, 92, 104), (134, 142, 150)),
    "snow": ((168, 176, 188), (214, 218, 224)),
    "fog": ((186, 188, 190), (206, 206, 206)),
}
_TINTS: dict[str, tuple[float, float, float]] = {
    "dawn": (0.98, 0.82, 0.94),
    "day": (1.0, 1.0, 1.0),
    "sunset": (1.0, 0.72, 0.50),
    "night": (0.30, 0.34, 0.56),
}


def paint_sky(size: tuple[int, int], time: str | None, weather: str | None, random: Random) -> Image.Image:
    """The sky over a place, `size` in pixels, with the sun, the moon and stars or clouds where they belong."""
    upper, lower = _SKIES[time or "day"]
    if weather in _OVERCAST:
        tint = _TINTS[time or "day"]
        upper, lower = (
            _mix(_tinted(grey, tint), own, 0.35) for grey, own in zip(_OVERCAST[weather], (upper, lower), strict=True)
        )
    column = Image.new("RGB", (1, 2))
    column.putpixel((0, 0), upper)
    column.putpixel((0, 1), lower)
    # Only the part between the two rows' centres, so that the colours span the sky above the horizon.
    sky = column.resize((1, size[1]), Image.Resampling.BILINEAR, box=(0, 0.35, 1, 2)).resize(size)
    if weather == "clear":
        _paint_clear(Canvas(sky, size[1]), time, size[0] / size[1], random)
    return sky


def _paint_clear(c: Canvas, time: str | None, width: float, random: Random) -> None:
    x = random.uniform(0.3, width - 0.3)
    if time == "night":
        for _ in range(int(50 * width)):
            c.ellipse(random.uniform(0, width), random.uniform(0, 0.6), 0.005, 0.005, (240, 240, 220))
        for place in (x, (x + width / 2) % width):
            c.ellipse(place, 0.14, 0.07, 0.07, (244, 242, 214))
            c.ellipse(place + 0.03, 0.125, 0.058, 0.06, (16, 19, 46))
    elif time in ("sunset", "dawn"):
        colour = (255, 226, 120) if time == "sunset" else (255, 236, 226)
        for place in (x, (x + width / 2) % width):
            c.ellipse(place, 0.50, 0.13, 0.13, colour)
    else:
        for place in (x, (x + width / 2) % width):
            c.ellipse(place, 0.12, 0.07, 0.07, (255, 246, 190))


def light(picture: Image.Image, time: str | None, share: float) -> Image.Image:
    """An RGBA layer in the light of this time of day, taking `share` (0 to 1) of its tint; indoors (None) as it is."""
    if time in (None, "day"):
        return picture
    return picture.point([*_curve([1 - (1 - value) * share for value in _TINTS[time]]), *range(256)])


def veil(picture: Image.Image, weather: str | None, time: str | None, strength: float) -> Image.Image:
    """Fog over an RGBA layer: its colours move towards the air's by `strength` (0 to 1)."""
    if weather != "fog":
        return picture
    air = _tinted((200, 202, 204), _TINTS[time or "day"])
    curve = [round(v + (a - v) * strength) for a in air for v in range(256)]
    return picture.point([*curve, *range(256)])


def snow_ground(c: Canvas, random: Random, width: float, horizon: float) -> None:
    """Patches of lying snow on the ground in front."""
    for _ in range(int(26 * width)):
        c.ellipse(random.uniform(0, width), random.uniform(horizon + 0.14, 1.0), 0.10, 0.022, (238, 241, 246))


def falling(weather: str | None, size: tuple[int, int], unit_px: float, random: Random) -> Image.Image | None:
    """Rain or snow as a mask (mode L) that repeats in both directions; None where nothing falls."""
    if weather not in ("rain", "snow"):
        return None
    mask = Image.new("L", size)
    width, height = size[0] / unit_px, size[1] / unit_px
    c = _MaskCanvas(mask, unit_px)
    if weather == "rain":
        for _ in range(int(150 * width * height)):
            x, y, length = random.uniform(0, width), random.uniform(0, height), random.uniform(0.05, 0.11)
            c.wrapped_line(x, y, -0.28 * length, length, 0.0055, random.randint(110, 190), width, height)
    else:
        for _ in range(int(170 * width * height)):
            c.flake(random.uniform(0, width), random.uniform(0, height), random.uniform(0.006, 0.013), width, height)
    return mask


class _MaskCanvas:
    def __init__(self, mask: Image.Image, unit_px: float) -> None:
        from PIL import ImageDraw

        self._draw = ImageDraw.Draw(mask)
        self._unit = unit_px

    def wrapped_line(
        self, x: float, y: float, dx: float, dy: float, thick: float, value: int, width: float, height: float
    ) -> None:
        for ox in (0, width) if x + dx < 0 else (0,):
            for oy in (0, -height) if y + dy > height else (0,):
                ends = [
                    ((x + ox) * self._unit, (y + oy) * self._unit),
                    ((x + dx + ox) * self._unit, (y + dy + oy) * self._unit),
                ]
                self._draw.line(ends, fill=value, width=max(1, round(thick * self._unit)))

    def flake(self, x: float, y: float, radius: float, width: float, height: float) -> None:
        u = self._unit
        for ox in (0, -width) if x + radius > width else (0,):
            for oy in (0, -height) if y + radius > height else (0,):
                cx, cy = (x + ox) * u, (y + oy) * u
                self._draw.ellipse((cx - radius * u, cy - radius * u, cx + radius * u, cy + radius * u), fill=235)


def _mix(a: RGB, b: RGB, share: float) -> RGB:
    return (
        round(a[0] + (b[0] - a[0]) * share),
        round(a[1] + (b[1] - a[1]) * share),
        round(a[2] + (b[2] - a[2]) * share),
    )


def _tinted(colour: RGB, tint: Sequence[float]) -> RGB:
    return (round(colour[0] * tint[0]), round(colour[1] * tint[1]), round(colour[2] * tint[2]))


def _curve(tint: Sequence[float]) -> list[int]:
    return [round(value * factor) for factor in tint for value in range(256)]
