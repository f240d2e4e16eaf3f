"""What is burned into a picture after editing: a headline, writings, the timecode in a corner, grain."""

from collections.abc import Sequence
from fractions import Fraction
from random import Random

from PIL import Image, ImageChops

from archive_pipeline.simulator.painting.accents import write_accented
from archive_pipeline.simulator.painting.lettering import write
from archive_pipeline.simulator.planes import BLACK, Planes, flat, halves
from archive_pipeline.simulator.writings import Writing

_WHITE = 235
_ROOM = 14
_CHARACTERS = "0123456789:"


class TimecodeBurner:
    """Burns HH:MM:SS:FF into the upper left corner."""

    def __init__(self, fps: Fraction, height: int) -> None:
        self._nominal = round(fps)
        size = height // 18
        glyphs = {character: write(character, size) for character in _CHARACTERS}
        self._cell = max(glyph.width for glyph in glyphs.values()) + 2
        self._tall = max(glyph.height for glyph in glyphs.values()) + 4
        self._cells = {character: self._boxed(glyph) for character, glyph in glyphs.items()}
        self._at = (height // 30 // 2 * 2, height // 30 // 2 * 2)

    def _boxed(self, glyph: Image.Image) -> Image.Image:
        cell = Image.new("L", (self._cell, self._tall), BLACK)
        cell.paste(_WHITE, ((self._cell - glyph.width) // 2, self._tall - glyph.height - 2), glyph)
        return cell

    def burn(self, picture: Planes, frame: int) -> None:
        text = burned_timecode(frame, self._nominal)
        strip = flat((self._cell * len(text), self._tall // 2 * 2))
        for i, character in enumerate(text):
            strip.luma.paste(self._cells[character], (i * self._cell, 0))
        picture.paste(strip, *self._at)


def burned_timecode(frame: int, nominal_fps: int) -> str:
    """HH:MM:SS:FF."""
    seconds, ff = divmod(frame, nominal_fps)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}:{ff:02}"


class WritingBurner:
    """Burns in the writings of a programme, each while it is on."""

    def __init__(self, writings: Sequence[Writing], fps: Fraction) -> None:
        self._writings = writings
        self._fps = float(fps)

    def burn(self, picture: Planes, frame: int) -> None:
        for one in self._writings:
            if one.start <= frame < one.end:
                self._burn(picture, one, (frame - one.start) / self._fps)

    def _burn(self, picture: Planes, one: Writing, seconds: float) -> None:
        width, height = picture.size
        letters = write_accented(one.text, round(one.size * height))
        left = (width - letters.width) // 2 if one.left is None else round(one.left * width)
        left, top = left // 2 * 2, round((one.top - one.rises * seconds) * height) // 2 * 2
        if top >= height or top + letters.height <= 0:
            return
        if one.ground is None:
            picture.paste(flat(letters.size), left + 2, top + 2, halves(letters))
        else:
            room = round(one.size * height * 0.35) // 2 * 2
            wide = letters.width if one.ground_width is None else round(one.ground_width * width)
            band = flat((wide // 2 * 2 + 2 * room, round(one.size * height * 1.75) // 2 * 2), one.ground)
            picture.paste(band, left - room, top - room)
        picture.paste(flat(letters.size, _WHITE), left, top, halves(letters))


def burn_headline(picture: Planes, text: str) -> None:
    """White letters on a dark band, as newsreels have them."""
    width, height = picture.size
    band = height // 10 // 2 * 2
    top = round(height * 0.84) // 2 * 2
    letters = write(text, round(band * 0.62))
    strip = flat((min(width, letters.width + band) // 2 * 2, band), 40)
    strip.luma.paste(_WHITE, (band // 2, (band - letters.height) // 2), letters)
    picture.paste(strip, width // 20 // 2 * 2, top)


class Grain:
    """Noise in the luma, different in every frame: a field larger than the picture, looked at from elsewhere."""

    def __init__(self, size: tuple[int, int], deviation: int, random: Random) -> None:
        import numpy as np

        self._size, self._random_seed = size, random.random()
        noise = np.random.default_rng(random.getrandbits(64)).normal(0, deviation, (size[1] + 64, size[0] + 64))
        # Below the room that studio range leaves at both ends, so that a plain sum of bytes never wraps around: ten
        # times as fast as one that saturates.
        self._field = Image.fromarray((noise.round().clip(-_ROOM, _ROOM) % 256).astype("uint8"))

    def applied(self, picture: Planes, frame: int) -> Planes:
        random = Random(f"{self._random_seed}/{frame}")
        x, y = random.randrange(64), random.randrange(64)
        noise = self._field.crop((x, y, x + self._size[0], y + self._size[1]))
        return Planes(ImageChops.add_modulo(picture.luma, noise), picture.blue, picture.red)
