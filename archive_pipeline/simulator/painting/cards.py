"""Pictures outside the world: black leader, colour bars, title cards."""

from random import Random

from PIL import Image, ImageDraw

from archive_pipeline.simulator.painting.lettering import write

_BARS = ((192, 192, 192), (192, 192, 0), (0, 192, 192), (0, 192, 0), (192, 0, 192), (192, 0, 0), (0, 0, 192))
_GROUNDS = ((26, 30, 52), (52, 26, 30), (24, 44, 36), (40, 40, 42))


def paint_card(card: str, size: tuple[int, int], text: str | None, random: Random) -> Image.Image:
    """A card of `world.CARDS` as RGB, `size` in pixels."""
    if card == "leader":
        return Image.new("RGB", size)
    picture = Image.new("RGB", size, random.choice(_GROUNDS))
    draw = ImageDraw.Draw(picture)
    if card == "bars":
        for i, colour in enumerate(_BARS):
            draw.rectangle((size[0] * i / 7, 0, size[0] * (i + 1) / 7, size[1]), fill=colour)
        return picture
    inset = size[1] // 14
    draw.rectangle(
        (inset, inset, size[0] - inset, size[1] - inset), outline=(214, 206, 180), width=max(1, size[1] // 90)
    )
    lines = (text or "").split(" ", 1)
    for i, line in enumerate(lines):
        mask = write(line, size[1] // 7)
        picture.paste((238, 234, 220), ((size[0] - mask.width) // 2, round(size[1] * (0.32 + 0.2 * i))), mask)
    return picture
