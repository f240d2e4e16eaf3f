"""What is burned into a picture after editing: a headline in its lower third, the timecode in a corner, grain."""

from fractions import Fraction
from random import Random

from PIL import Image, ImageChops

from archive_pipeline.simulator.painting.lettering import write
from archive_pipeline.simulator.planes import BLACK, Planes, flat

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
        seconds, ff = divmod(frame, self._nominal)
        text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}:{ff:02}"
        strip = flat((self._cell * len(text), self._tall // 2 * 2))
        for i, character in enumerate(text):
            strip.luma.paste(self._cells[character], (i * self._cell, 0))
        picture.paste(strip, *self._at)


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
