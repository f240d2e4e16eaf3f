"""Letters with accents. The typeface that Pillow carries has none, so the marks are drawn above its plain letters."""

import unicodedata
from functools import lru_cache
from math import pi, sin

from PIL import Image, ImageDraw, ImageFont

_FINER = 4  # times as large at first, for smooth marks
_ACUTE, _GRAVE, _TILDE, _DIAERESIS = "\u0301", "\u0300", "\u0303", "\u0308"


@lru_cache(maxsize=512)
def write_accented(text: str, height_px: int) -> Image.Image:
    """Like `lettering.write`, with acute, grave, tilde and diaeresis."""
    size = _FINER * height_px
    font = ImageFont.load_default(size)
    plain = "".join(_parts(letter)[0] for letter in text)
    left, top, right, bottom = font.getbbox(plain)
    room = size * 0.28  # above capitals
    mask = Image.new("L", (round(right - left), round(bottom - top + room)))
    draw = ImageDraw.Draw(mask)
    draw.text((-left, room - top), plain, fill=255, font=font)
    for place, letter in enumerate(text):
        base, mark = _parts(letter)
        if mark:
            x = font.getlength(plain[:place]) + font.getlength(base) / 2 - left
            above = room - top + font.getbbox(base)[1]
            if base == "i":  # the mark takes the place of its dot
                below = room - top + font.getbbox("x")[1]
                draw.rectangle((x - size * 0.1, above - 1, x + size * 0.1, below - size * 0.04), fill=0)
                above = below
            _draw_mark(draw, mark, x, above, size)
    even = (mask.width // _FINER // 2 * 2 + 2, mask.height // _FINER // 2 * 2 + 2)
    return mask.resize(even, Image.Resampling.BOX)


def unaccented(text: str) -> str:
    """Its plain letters."""
    return "".join(_parts(letter)[0] for letter in text)


def _parts(letter: str) -> tuple[str, str]:
    apart = unicodedata.normalize("NFD", letter)
    return apart[0], apart[1:]


def _draw_mark(draw: ImageDraw.ImageDraw, mark: str, x: float, above: float, size: int) -> None:
    pen = round(size * 0.075)
    low, high = above - size * 0.06, above - size * 0.21
    if mark in (_ACUTE, _GRAVE):
        lean = size * (0.07 if mark == _ACUTE else -0.07)
        draw.line((x - lean, low, x + lean, high), fill=255, width=pen)
    elif mark == _DIAERESIS:
        for dot in (x - size * 0.11, x + size * 0.11):
            draw.ellipse((dot - pen * 0.6, high, dot + pen * 0.6, high + pen * 1.2), fill=255)
    elif mark == _TILDE:
        wave = [(x + size * 0.15 * t, (low + high) / 2 - size * 0.045 * sin(pi * t)) for t in _STEPS]
        draw.line(wave, fill=255, width=pen, joint="curve")
    else:
        raise ValueError(f"no way to draw {unicodedata.name(mark)}")


_STEPS = [step / 8 for step in range(-8, 9)]
