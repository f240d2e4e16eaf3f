"""Pictures with letters over a background that moves, and where the letters are."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from archive_pipeline.language.visible_text import Box, Line
from archive_pipeline.simulator.painting.lettering import write

WIDTH, HEIGHT = 596, 336


@dataclass(frozen=True)
class Lettering:
    """Letters of 20 pixels that are on in the pictures `first` to `last`, and rise by `rises` pixels in each."""

    text: str
    x: int
    y: int
    first: int
    last: int
    rises: int = 0

    def line(self, place: int) -> Line:
        mask = write(self.text, 20)
        y = self.y - self.rises * place
        box = Box(self.x / WIDTH, y / HEIGHT, (self.x + mask.width) / WIDTH, (y + mask.height) / HEIGHT)
        return Line(self.text, 0.9, box)

    def is_whole(self, place: int) -> bool:
        box = self.line(place).box
        return self.first <= place <= self.last and box.y0 >= 0 and box.y1 <= 1


def pictures(n: int, letterings: Sequence[Lettering], moves: int = 9) -> list[bytes]:
    """`n` JPEGs; the background, of shapes as large as houses, goes by at `moves` pixels a picture."""
    noise = np.random.default_rng(5).integers(0, 200, (21, 200), dtype=np.uint8)
    ground = Image.fromarray(noise).resize((3200, HEIGHT), Image.Resampling.NEAREST)
    ground = ground.filter(ImageFilter.GaussianBlur(1.2))
    found = []
    for place in range(n):
        picture = ground.crop((moves * place, 0, moves * place + WIDTH, HEIGHT))
        for one in letterings:
            if one.first <= place <= one.last:
                at = (one.x, one.y - one.rises * place)
                mask = write(one.text, 20)
                picture.paste(10, (at[0] + 2, at[1] + 2), mask)
                picture.paste(240, at, mask)
        found.append(_jpeg(picture))
    return found


def _jpeg(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    picture.convert("RGB").save(written, "JPEG", quality=85)
    return written.getvalue()
