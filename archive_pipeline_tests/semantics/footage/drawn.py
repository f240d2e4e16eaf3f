"""Pictures of blots, and what copies make of them."""

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageOps

from archive_pipeline.semantics.footage.pictures import Grey
from archive_pipeline.semantics.footage.signature import signatures

SIZE = (240, 135)
Change = Callable[[Image.Image], Image.Image]


def picture(seed: int) -> Image.Image:
    blots = np.random.default_rng(seed).integers(0, 255, (9, 16)).astype(np.uint8)
    return Image.fromarray(blots).resize(SIZE, Image.Resampling.BICUBIC)


def pan(seed: int, n: int) -> list[Image.Image]:
    """A camera that moves over a wide picture."""
    blots = np.random.default_rng(seed).integers(0, 255, (9, 32)).astype(np.uint8)
    wide = Image.fromarray(blots).resize((2 * SIZE[0], SIZE[1]), Image.Resampling.BICUBIC)
    return [wide.crop((int(x), 0, int(x) + SIZE[0], SIZE[1])) for x in np.linspace(0, SIZE[0], n)]


def greys(*pictures: Image.Image) -> Grey:
    return signatures(list(pictures))[0]


def cropped(one: Image.Image) -> Image.Image:
    width, height = one.size
    box = (round(width * 0.03), round(height * 0.11), round(width * 0.88), round(height * 0.96))
    return one.crop(box).resize(one.size)


def letterboxed(one: Image.Image) -> Image.Image:
    whole = Image.new("L", one.size)
    whole.paste(one.resize((192, 108)), (24, 13))
    return whole


def marked(one: Image.Image) -> Image.Image:
    whole = one.copy()
    ImageDraw.Draw(whole).rectangle((200, 8, 232, 24), fill=235)
    return whole


CHANGES: dict[str, Change] = {
    "small": lambda one: one.resize((80, 45)).resize(SIZE),
    "darker": lambda one: one.point([round(40 + 0.5 * level) for level in range(256)]),
    "cropped": cropped,
    "letterboxed": letterboxed,
    "marked": marked,
    "mirrored": ImageOps.mirror,
}


def bars() -> Image.Image:
    whole = Image.new("L", SIZE)
    for number in range(7):
        left = SIZE[0] * number / 7
        ImageDraw.Draw(whole).rectangle((left, 0, left + SIZE[0] / 7, SIZE[1]), fill=235 - 30 * number)
    return whole


def title(first: str, second: str) -> Image.Image:
    whole = Image.new("L", SIZE, 30)
    draw = ImageDraw.Draw(whole)
    draw.rectangle((10, 10, SIZE[0] - 10, SIZE[1] - 10), outline=210, width=2)
    for line, text in enumerate((first, second)):
        draw.text((70, 40 + 30 * line), text, fill=235, font_size=22)
    return whole


def slate(scene: str, take: str, day: str) -> Image.Image:
    """A clapperboard: stripes and lines that all have, and what is written on it."""
    whole = Image.new("L", SIZE, 25)
    draw = ImageDraw.Draw(whole)
    for left in range(0, SIZE[0], 40):
        draw.polygon([(left, 0), (left + 20, 0), (left + 40, 20), (left + 20, 20)], fill=235)
    for line, (name, text) in enumerate((("SCENE", scene), ("TAKE", take), ("DATE", day))):
        draw.line((10, 58 + 34 * line, SIZE[0] - 10, 58 + 34 * line), fill=200)
        draw.text((20, 30 + 34 * line), name, fill=200, font_size=14)
        draw.text((90, 26 + 34 * line), text, fill=235, font_size=22)
    return whole
