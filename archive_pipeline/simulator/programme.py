"""A programme on paper: which places recur, which takes follow each other, how one changes into the next."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from random import Random
from typing import Literal

from archive_pipeline.simulator.casting import cast_place, cast_subjects
from archive_pipeline.simulator.facts import Facts
from archive_pipeline.simulator.look import Look
from archive_pipeline.simulator.painting.arrangement import FRAMINGS, Framing
from archive_pipeline.simulator.world import SETTINGS

Movement = Literal["static", "pan", "zoom", "moving", "swing"]
Change = Literal["cut", "dissolve", "fade", "wipe"]
Disturbance = Literal[
    "coded", "scaled", "cropped", "letterboxed", "logo", "black_and_white", "mirrored", "faster", "slower"
]
"""coded: once more and coarsely; scaled: made small and large again; cropped: 80 to 92 % of both sides; letterboxed:
smaller, between bars on all sides; faster, slower: 25 pictures a second for 24, and the reverse."""

SPEED: dict[Disturbance, float] = {"faster": 25 / 24, "slower": 24 / 25}

CARD_CLASS = -1  # the place of leaders, colour bars and title cards
_SHORTEST_S, _LONGEST_S = 2.0, 8.0
_CHANGES: dict[Change, int] = {"cut": 78, "dissolve": 9, "fade": 7, "wipe": 6}


@dataclass(frozen=True)
class Take:
    """What one camera sees without interruption, on screen alone or mixed from `start` to `end` (frames).

    A swing pans quickly from one group of subjects to another (`then`) during the frames `turn`: the picture's
    attributes change, and so does the shot, without a cut.
    """

    place: int  # index in the programme's places, or CARD_CLASS
    facts: Facts
    start: int
    end: int
    framing: Framing = "wide"
    movement: Movement = "static"
    title: str | None = None
    then: Facts | None = None
    turn: tuple[int, int] | None = None


@dataclass(frozen=True)
class Join:
    """How a take gives way to the next: a cut at `start` = `end`, or gradually during the frames [start, end)."""

    change: Change
    start: int
    end: int

    @property
    def middle(self) -> int:
        return (self.start + self.end) // 2


@dataclass(frozen=True)
class Loan:
    """A take that shows `source`'s take `index` from `start_s` on, on that programme's clock."""

    number: int
    """Of the source in its archive."""
    source: "Programme"
    index: int
    start_s: float
    disturbance: Disturbance

    @property
    def speed(self) -> float:
        """Seconds of the source that pass in a second."""
        return SPEED.get(self.disturbance, 1.0)

    @property
    def take(self) -> Take:
        return self.source.takes[self.index]


@dataclass(frozen=True)
class Programme:
    """`joins[i]` leads from `takes[i]` to `takes[i + 1]`. `seed` draws its pictures.

    `loans` are the takes that show another programme's, by their place in `takes`.
    """

    seed: str
    fps: Fraction
    n_frames: int
    look: Look
    places: tuple[Facts, ...]
    takes: tuple[Take, ...]
    joins: tuple[Join, ...]
    calm: bool = False  # rain and snow hang still, as the cameras do
    loans: Mapping[int, Loan] = field(default_factory=dict)

    def visible(self, facts: Facts) -> Facts:
        """The facts that a viewer can see: in black and white no colours."""
        if not self.look.black_and_white:
            return facts
        return replace(facts, things=tuple(replace(thing, colour=None) for thing in facts.things))


def write_programme(seed: str, fps: Fraction, seconds: float, look: Look, *, held_out: bool, calm: bool) -> Programme:
    """A programme of `seconds`. `held_out` lets a third of the shots show combinations that training never sees.

    `calm` leaves out what costs time to draw: cameras stand still and nothing is mixed but by cuts and dissolves.
    """
    random = Random(f"{seed}/programme")
    n_frames = max(2, round(seconds * fps))
    settings = random.sample(list(SETTINGS), random.randint(3, 6))
    places = tuple(cast_place(random, setting) for setting in settings)
    spans = _spans(random, fps, n_frames)
    plan = _order(random, len(spans), len(places))
    takes: list[Take] = []
    for (start, end), place in zip(spans, plan, strict=True):
        if place == CARD_CLASS:
            takes.append(_card(random, len(takes), start, end))
        else:
            takes.append(_take(random, places[place], place, start, end, fps, held_out, calm, takes))
    joins = tuple(_join(random, take, fps, calm) for take in takes[1:])
    return Programme(seed, fps, n_frames, look, places, tuple(takes), joins, calm)


def _spans(random: Random, fps: Fraction, n_frames: int) -> list[tuple[int, int]]:
    spans, start = [], 0
    while start < n_frames:
        length = round(random.triangular(_SHORTEST_S, _LONGEST_S, 3.6) * fps)
        end = start + length
        if n_frames - end < _SHORTEST_S * fps:
            end = n_frames
        spans.append((start, end))
        start = end
    return spans


def _order(random: Random, n_takes: int, n_places: int) -> list[int]:
    """The place of every take: scenes of one to four takes, neighbours in different places, cards at the ends."""
    order: list[int] = []
    if n_takes > 4:
        order += [CARD_CLASS] * random.choice((0, 1, 1, 2))
    unseen = random.sample(range(n_places), n_places)
    last = CARD_CLASS
    while len(order) < n_takes:
        place = unseen.pop() if unseen else random.choice([p for p in range(n_places) if p != last])
        order += [place] * random.choices((1, 2, 3, 4), weights=(2, 4, 3, 1))[0]
        last = place
    return order[:n_takes]


def _card(random: Random, index: int, start: int, end: int) -> Take:
    card = random.choice(("leader", "bars", "title")) if index == 0 else "title"
    return Take(CARD_CLASS, Facts(card=card), start, end, title=_headline(random) if card == "title" else None)


def _take(
    random: Random, place: Facts, index: int, start: int, end: int, fps: Fraction, held_out: bool, calm: bool,
    before: list[Take],
) -> Take:  # fmt: skip
    def cast() -> Facts:
        return cast_subjects(random, place, held_out=held_out and random.random() < 1 / 3)

    framing = random.choice(FRAMINGS)
    previous = before[-1] if before and before[-1].place == index else None
    if previous is not None:
        framing = random.choice([f for f in FRAMINGS if f != previous.framing])
    facts = cast()
    if previous is not None and previous.then is None and random.random() < 0.25:
        facts = previous.facts  # the same subjects again, seen from nearer or farther
    title = _headline(random) if random.random() < 0.12 else None
    if calm:
        return Take(index, facts, start, end, framing, "static", title)
    if end - start > 4.4 * fps and random.random() < 0.22:
        middle, half = (start + end) // 2, round(0.3 * fps)
        return Take(index, facts, start, end, framing, "swing", None, cast(), (middle - half, middle + half))
    movement: Movement = random.choices(("static", "pan", "zoom", "moving"), weights=(4, 3, 2, 3))[0]
    return Take(index, facts, start, end, framing, movement, title)


def _join(random: Random, following: Take, fps: Fraction, calm: bool) -> Join:
    change: Change = random.choices(list(_CHANGES), weights=list(_CHANGES.values()))[0]
    if calm and change != "dissolve":
        change = "cut"
    if change == "cut":
        return Join(change, following.start, following.start)
    half = round(random.uniform(0.24, 0.56) * fps)
    return Join(change, following.start - half, following.start + half)


_WORDS = (
    "NEWS",
    "TODAY",
    "WORLD",
    "REVIEW",
    "ARCHIVE",
    "NOTICIAS",
    "CRÓNICA",
    "SEMANA",
    "REVISTA",
    "IMÁGENES",
    "HOY",
    "CITY",
)


def _headline(random: Random) -> str:
    return f"{random.choice(_WORDS)} {random.choice(_WORDS)} {random.randint(1, 99)}"
