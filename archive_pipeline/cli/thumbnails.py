"""Pictures in any terminal that has colours: each character is an upper half block, two pixels one above the other."""

import io

from PIL import Image
from rich.color import Color
from rich.style import Style
from rich.text import Text

THUMBNAIL_COLUMNS, THUMBNAIL_LINES = 32, 8  # 32 × 16 pixels: a face, a skyline, a boat; no more


def half_blocks(jpeg: bytes) -> Text:
    """The picture, whole, at most 32 columns wide and 8 lines high."""
    with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as picture:
        rgb = picture.convert("RGB")
    rgb.thumbnail((THUMBNAIL_COLUMNS, 2 * THUMBNAIL_LINES), Image.Resampling.BOX)
    height = rgb.height - rgb.height % 2 or 2
    small = rgb.resize((rgb.width, height), Image.Resampling.BOX) if height != rgb.height else rgb
    pixels = small.tobytes()
    lines = Text()
    for top in range(0, height, 2):
        for column in range(small.width):
            upper, lower = (3 * (row * small.width + column) for row in (top, top + 1))
            style = Style(color=_colour(pixels[upper : upper + 3]), bgcolor=_colour(pixels[lower : lower + 3]))
            lines.append("▀", style)
        if top + 2 < height:
            lines.append("\n")
    return lines


def _colour(pixel: bytes) -> Color:
    return Color.from_rgb(*pixel)
