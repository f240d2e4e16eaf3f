"""Letters as masks, in the typeface that Pillow carries: the same on every machine."""

from functools import lru_cache

from PIL import Image, ImageFont


@lru_cache(maxsize=512)
def write(text: str, height_px: int) -> Image.Image:
    """The text as a mask of mode L, about `height_px` high, with even sides. Shared: do not draw on it."""
    font = ImageFont.load_default(max(6, height_px))
    left, top, right, bottom = font.getbbox(text)
    from PIL import ImageDraw

    size = (round(right - left) // 2 * 2 + 2, round(bottom - top) // 2 * 2 + 2)
    mask = Image.new("L", size)
    ImageDraw.Draw(mask).text((-left, -top), text, fill=255, font=font)
    return mask
