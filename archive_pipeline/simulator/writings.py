"""What is written in the pictures of a programme: names under faces, titles, a slate, credits that roll.

Drawn by itself (`simulate --lettered`), so that programmes without it stay as they are.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random
from typing import Literal

from archive_pipeline.simulator.painting.accents import unaccented
from archive_pipeline.simulator.programme import CARD_CLASS, Programme, Take
from archive_pipeline.simulator.topics import TOWNS
from archive_pipeline.simulator.world import LANGUAGES, Language

WritingKind = Literal["lower_third", "title", "credit", "slate", "timecode"]

_CLEAR_S = 0.6  # from the middle of a take's joins: no gradual change is longer
_SHORTEST_S, _LONGEST_S = 1.2, 4.5
_CREDITS_S = 9.0

_FIRST = (
    "José", "Begoña", "Íñigo", "Lucía", "Andrés", "María", "Óscar", "Zoë", "Ramón", "Inés", "Thomas", "Emily", "Hugh",
    "Grace", "Walter", "Agnès", "Jürgen", "Siobhan",
)  # fmt: skip
_LAST = (
    "Núñez", "Ibáñez", "García", "Peña", "Vázquez", "Muñoz", "Yagüe", "Carrión", "Olmedo", "Quintana", "Whitfield",
    "Hargreaves", "O'Neill", "Baxter", "Lockwood", "Pemberton", "Fitzroy", "Marsh",
)  # fmt: skip
_OFFICES: dict[Language, tuple[str, ...]] = {
    "en": ("Mayor of {}", "Trade unionist, {}", "Professor at {}", "Judge in {}", "Baker, {}", "Our reporter in {}"),
    "es": (
        "Alcaldesa de {}", "Sindicalista, {}", "Profesor en {}", "Juez de Instrucción, {}", "Panadero, {}",
        "Enviada especial a {}",
    ),
}  # fmt: skip
_TITLES: dict[Language, tuple[tuple[str, ...], ...]] = {
    "en": (("The Long Winter",), ("HARVEST", "of the South"), ("Letters Home",), ("CHAPTER TWO",), ("Years of Coal",)),
    "es": (("La última cosecha",), ("SEÑALES", "de otro tiempo"), ("El año del río",), ("CAPÍTULO DOS",),
           ("Memoria del carbón",)),
}  # fmt: skip
_JOBS: dict[Language, tuple[str, ...]] = {
    "en": ("Directed by", "Written by", "Camera", "Sound", "Editor", "Music", "Producer", "Research"),
    "es": ("Dirección", "Guión", "Cámara", "Sonido", "Montaje", "Música", "Producción", "Documentación"),
}
_SLATE: dict[Language, tuple[str, ...]] = {
    "en": ("PROD. {title}", "SCENE {n}", "TAKE {m}", "DIRECTOR {name}", "DATE {date}"),
    "es": ("PRODUCCIÓN {title}", "ESCENA {n}", "TOMA {m}", "DIRECTOR {name}", "FECHA {date}"),
}


@dataclass(frozen=True)
class Writing:
    """A line of letters over the pictures from frame `start` to `end`."""

    kind: WritingKind
    text: str
    language: Language
    start: int
    end: int
    top: float
    """Of its line at `start`, as a share of the picture's height; `size` likewise."""
    size: float
    left: float | None = None
    """As a share of the picture's width; None: in the middle."""
    ground: int | None = None
    """Luma of a band behind it; None: bare letters with a shadow."""
    ground_width: float | None = None
    """As a share of the picture's width; None: as wide as the letters."""
    rises: float = 0.0
    """Pictures' heights a second."""


def write_on(programme: Programme) -> tuple[Writing, ...]:
    """The writings of a programme, drawn from its seed; those that its takes have anyway are not among them."""
    random = Random(f"{programme.seed}/writings")
    language = random.choice(LANGUAGES)
    fps = programme.fps
    credits_from = max(0, programme.n_frames - round(_CREDITS_S * fps))
    found: list[Writing] = []
    slated = random.random() < 0.5
    bare = random.random() < 0.4
    for take in programme.takes:
        start, end = take.start + round(_CLEAR_S * fps), take.end - round(_CLEAR_S * fps)
        end = min(end, start + round(_LONGEST_S * fps))
        if take.place == CARD_CLASS or take.title is not None or end >= credits_from:
            continue
        if end - start < _SHORTEST_S * fps:
            continue
        if slated:
            found += _slate(random, language, start, end)
            slated = False
        elif (drawn := random.random()) < 0.5:
            found += _lower_third(random, language, start, end, bare)
        elif drawn < 0.7:
            found += _title(random, language, start, end)
    return (*found, *_credits(random, language, credits_from, programme.n_frames, fps))


def with_plain_title(take: Take) -> Take:
    """Headlines and cards are written in a typeface that has no accents and leaves boxes in their place."""
    return replace(take, title=take.title and unaccented(take.title))


def written_by_takes(take: Take) -> tuple[tuple[WritingKind, str], ...]:
    """The lines that a take has of its own: a headline, or those of a title card."""
    if take.title is None:
        return ()
    if take.place == CARD_CLASS:
        return tuple(("title", line) for line in take.title.split(" ", 1))
    return (("lower_third", take.title),)


def _name(random: Random) -> str:
    return f"{random.choice(_FIRST)} {random.choice(_LAST)}"


def _lower_third(random: Random, language: Language, start: int, end: int, bare: bool) -> Iterator[Writing]:
    office = random.choice(_OFFICES[language]).format(getattr(TOWNS[random.choice(list(TOWNS))], language))
    left, top, ground = random.choice((0.06, 0.1)), random.choice((0.74, 0.78)), None if bare else 36
    yield Writing("lower_third", _name(random), language, start, end, top, 0.06, left, ground)
    yield Writing("lower_third", office, language, start, end, top + 0.095, 0.045, left, ground)


def _title(random: Random, language: Language, start: int, end: int) -> Iterator[Writing]:
    top = random.uniform(0.3, 0.5)
    for number, line in enumerate(random.choice(_TITLES[language])):
        yield Writing("title", line, language, start, end, top + 0.17 * number, random.choice((0.09, 0.12)))


def _slate(random: Random, language: Language, start: int, end: int) -> Iterator[Writing]:
    title = random.choice(_TITLES[language])[0].upper()
    values = {
        "title": title, "n": random.randint(1, 99), "m": random.randint(1, 12), "name": _name(random).upper(),
        "date": f"{random.randint(1, 28)}-{random.randint(1, 12)}-{random.randint(1961, 1999)}",
    }  # fmt: skip
    ground = random.choice((20, 60))
    for number, line in enumerate(_SLATE[language]):
        text = line.format(**values)
        yield Writing("slate", text, language, start, end, 0.2 + 0.115 * number, 0.065, 0.16, ground, 0.68)


def _credits(random: Random, language: Language, start: int, end: int, fps: Fraction) -> Iterator[Writing]:
    jobs = random.sample(_JOBS[language], random.randint(4, 8))
    in_columns = random.random() < 0.5
    step = 0.16 if not in_columns else 0.11
    rises = (1.0 + step * len(jobs)) / float((end - start) / fps)
    for number, job in enumerate(jobs):
        top = 1.0 + step * number
        places = ((0.12, top), (0.55, top)) if in_columns else ((None, top), (None, top + 0.07))
        for text, (left, at) in zip((job, _name(random)), places, strict=True):
            size = 0.05 if in_columns or text != job else 0.042
            yield Writing("credit", text, language, start, end, at, size, left, None, None, rises)
