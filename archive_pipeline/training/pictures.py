"""Training pictures: single frames as the simulator's programmes show them, at the size that the model takes."""

from fractions import Fraction
from io import BytesIO
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from archive_pipeline.simulator.casting import cast_place, cast_subjects
from archive_pipeline.simulator.facts import Facts
from archive_pipeline.simulator.overlays import TimecodeBurner
from archive_pipeline.simulator.painting.cards import paint_card
from archive_pipeline.simulator.painting.lettering import write
from archive_pipeline.simulator.painting.scene import paint_still
from archive_pipeline.simulator.planes import flat
from archive_pipeline.simulator.world import CARDS

SIDE = 112  # the model's input: every picture is squashed to a square of this side
_HEIGHT = 144  # painted at this height, then degraded and squashed


def cast_picture(random: Random, *, held_out: bool | None = False) -> Facts:
    """What a training picture shows. By default no combination that is held out from training occurs."""
    if random.random() < 0.03:
        return Facts(card=random.choice(list(CARDS)))
    return cast_subjects(random, cast_place(random), held_out=held_out)


def paint_picture(facts: Facts, random: Random) -> Image.Image:
    """One frame of the facts, SIDE × SIDE, with the framings, mattes, overlays and damages of the archives."""
    if facts.card is not None:
        words = f"{random.choice(('NEWS', 'HOY', 'REVIEW', 'ARCHIVE'))} {random.randint(1, 99)}"
        return _degrade(paint_card(facts.card, (round(_HEIGHT * 16 / 9), _HEIGHT), words, random), random)
    shape = random.choices(("16:9", "4:3", "pillarbox", "letterbox"), weights=(5, 3, 1, 1))[0]
    picture = paint_still(facts, 4 / 3 if shape in ("4:3", "pillarbox") else 16 / 9, _HEIGHT, random)
    picture = _moved(picture, random)
    if random.random() < 0.12:
        _burn_headline(picture, random)
    if shape == "pillarbox":
        picture = _matte(picture, round(picture.height * 16 / 9), picture.height)
    elif shape == "letterbox":
        picture = _matte(picture, picture.width, round(picture.width * 3 / 4))
    if random.random() < 0.25:
        _burn_timecode(picture, random)
    return _degrade(picture, random)


def to_input(picture: Image.Image) -> Image.Image:
    """What the model's own transform does: squashed to SIDE × SIDE with bicubic interpolation."""
    return picture.resize((SIDE, SIDE), Image.Resampling.BICUBIC)


class PictureSet:
    """`n` pictures in a memory-mapped folder that processes fill while another already trains on them.

    `pixels` is uint8 (n, SIDE, SIDE, 3), `drawn` uint8 (n,): 1 where there is a picture.
    """

    def __init__(self, folder: Path, n: int, seed: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._seed = seed
        self.pixels = _mapped(folder / "pixels.raw", (n, SIDE, SIDE, 3))
        self.drawn = _mapped(folder / "drawn.raw", (n,))

    def facts(self, number: int) -> Facts:
        """What the picture shows, whether or not it is drawn yet."""
        return cast_picture(Random(f"{self._seed}/facts/{number}"))

    def draw(self, part: int = 0, parts: int = 1) -> None:
        """Draw the pictures `part`, `part + parts`, … that are not drawn yet."""
        for number in range(part, len(self.drawn), parts):
            if not self.drawn[number]:
                picture = paint_picture(self.facts(number), Random(f"{self._seed}/paint/{number}"))
                self.pixels[number] = np.asarray(picture)
                self.drawn[number] = 1


def _mapped(file: Path, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    size = int(np.prod(shape))
    with file.open("ab") as handle:
        if handle.tell() < size:
            handle.truncate(size)
    return np.memmap(file, dtype=np.uint8, mode="r+", shape=shape)


def _moved(picture: Image.Image, random: Random) -> Image.Image:
    """Nearer by up to a fifth, as a zoom ends or a subject leaves the frame."""
    if random.random() < 0.5:
        return picture
    width, height = picture.size
    share = random.uniform(0.80, 1.0)
    left, top = random.uniform(0, width * (1 - share)), random.uniform(0, height * (1 - share))
    box = (left, top, left + width * share, top + height * share)
    return picture.resize(picture.size, Image.Resampling.BILINEAR, box)


def _burn_headline(picture: Image.Image, random: Random) -> None:
    width, height = picture.size
    letters = write(f"{random.choice(('NOTICIAS', 'WORLD', 'CITY', 'SEMANA'))} {random.randint(1, 99)}", height // 16)
    left, top, tall = width // 20, round(height * 0.84), height // 10
    picture.paste((28, 28, 28), (left, top, left + letters.width + tall, top + tall))
    picture.paste((255, 255, 255), (left + tall // 2, top + (tall - letters.height) // 2), letters)


def _burn_timecode(picture: Image.Image, random: Random) -> None:
    width, height = picture.size
    strip = flat((width, height // 8 // 2 * 2))
    TimecodeBurner(Fraction(25), height).burn(strip, random.randrange(90000))
    text = strip.luma.crop((0, 0, round(height * 0.5), strip.luma.height))
    picture.paste(text.convert("RGB"), (0, 0), text.point([255 if value > 16 else 0 for value in range(256)]))


def _matte(picture: Image.Image, width: int, height: int) -> Image.Image:
    whole = Image.new("RGB", (width, height))
    whole.paste(picture, ((width - picture.width) // 2, (height - picture.height) // 2))
    return whole


def _degrade(picture: Image.Image, random: Random) -> Image.Image:
    """What coding does: blur, grain, blocks. Squashed to the model's input."""
    if random.random() < 0.25:
        picture = picture.filter(ImageFilter.BoxBlur(random.uniform(0.2, 0.9)))
    if random.random() < 0.3:
        noise = np.random.default_rng(random.getrandbits(64)).normal(0, random.uniform(2, 7), picture.size[::-1])
        pixels = np.asarray(picture).astype(np.float32) + noise[..., None].astype(np.float32)
        picture = Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
    if random.random() < 0.7:
        kept = BytesIO()
        picture.save(kept, "JPEG", quality=random.randint(45, 92))
        picture = Image.open(kept).convert("RGB")
    return to_input(picture)
