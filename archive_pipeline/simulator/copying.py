"""A picture as a copy shows it: coded again, smaller, cropped, between bars, with a mark, grey or mirrored."""

import io
from collections.abc import Callable
from random import Random

from PIL import Image, ImageOps

from archive_pipeline.simulator.painting.lettering import write
from archive_pipeline.simulator.planes import Planes, flat
from archive_pipeline.simulator.programme import Disturbance

_WHITE = 220
_COARSE = 20  # quality of a JPEG
_SMALL = 3  # times smaller, each side

Copy = Callable[[Planes], Planes]


def copying(disturbance: Disturbance, size: tuple[int, int], random: Random) -> Copy:
    """What makes a picture of any size one of `size` (even numbers), in the same way for a whole shot."""
    if disturbance == "cropped":
        share, x, y = random.uniform(0.80, 0.92), random.random(), random.random()
        return lambda picture: picture.scale(size, _window(picture.size, share, x, y))
    if disturbance == "letterboxed":
        return _boxed(size, random.uniform(0.72, 0.88))
    if disturbance == "logo":
        return _marked(size, random)
    if disturbance == "scaled":
        small = _even(size[0] / _SMALL), _even(size[1] / _SMALL)
        return lambda picture: _fit(_fit(picture, small), size)
    if disturbance == "coded":
        return lambda picture: _each(_fit(picture, size), _coded)
    if disturbance == "mirrored":
        return lambda picture: _each(_fit(picture, size), ImageOps.mirror)
    if disturbance == "black_and_white":
        return lambda picture: grey(_fit(picture, size))
    return lambda picture: _fit(picture, size)


def grey(picture: Planes) -> Planes:
    """Without its colours."""
    neutral = flat(picture.size)
    return Planes(picture.luma, neutral.blue, neutral.red)


def _boxed(size: tuple[int, int], share: float) -> Copy:
    inner = _even(size[0] * share), _even(size[1] * share)
    at = _even((size[0] - inner[0]) / 2), _even((size[1] - inner[1]) / 2)

    def boxed(picture: Planes) -> Planes:
        whole = flat(size)
        whole.paste(_fit(picture, inner), *at)
        return whole

    return boxed


def _marked(size: tuple[int, int], random: Random) -> Copy:
    letters = write(f"TV {random.randint(1, 9)}", size[1] // 14)
    mark = flat((_even(letters.width + size[1] / 20), _even(letters.height + size[1] / 20)), 90)
    mark.luma.paste(_WHITE, ((mark.size[0] - letters.width) // 2, (mark.size[1] - letters.height) // 2), letters)
    room = size[0] - mark.size[0], size[1] - mark.size[1]
    at = [_even(length * random.choice((0.05, 0.95))) for length in room]

    def marked(picture: Planes) -> Planes:
        copy = _fit(picture, size).copy()
        copy.paste(mark, at[0], at[1])
        return copy

    return marked


def _window(size: tuple[int, int], share: float, x: float, y: float) -> tuple[float, float, float, float]:
    left, top = size[0] * (1 - share) * x, size[1] * (1 - share) * y
    return left, top, left + size[0] * share, top + size[1] * share


def _fit(picture: Planes, size: tuple[int, int]) -> Planes:
    return picture if picture.size == size else picture.scale(size, (0, 0, *picture.size))


def _each(picture: Planes, work: Callable[[Image.Image], Image.Image]) -> Planes:
    return Planes(work(picture.luma), work(picture.blue), work(picture.red))


def _coded(plane: Image.Image) -> Image.Image:
    file = io.BytesIO()
    plane.save(file, "JPEG", quality=_COARSE)
    return Image.open(file).convert("L")


def _even(value: float) -> int:
    return round(value / 2) * 2
