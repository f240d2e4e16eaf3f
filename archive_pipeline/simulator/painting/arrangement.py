"""Where the subjects of a shot stand in its frame, in units of the frame's height."""

from dataclasses import dataclass
from random import Random
from typing import Literal, get_args

from archive_pipeline.simulator.facts import Facts
from archive_pipeline.simulator.painting.sprites import DRAWINGS

Framing = Literal["wide", "medium", "close"]
FRAMINGS: tuple[Framing, ...] = get_args(Framing)

# Root of a subject's area for one, two and three bodies in the frame: large enough to be told apart at 112 pixels.
_SIZES: dict[Framing, tuple[float, float, float]] = {
    "wide": (0.50, 0.42, 0.37),
    "medium": (0.62, 0.48, 0.41),
    "close": (0.76, 0.54, 0.45),
}
_FLYING = frozenset({"plane", "balloon", "bird"})


@dataclass(frozen=True)
class Body:
    """One drawn thing: `x` of its middle and `foot` of its lowest point, `size` the root of its box's area."""

    thing: int  # index in the facts' things
    x: float
    foot: float
    size: float
    mirrored: bool
    lift: float = 0.0  # how far a jump has raised it above its ground


def arrange(facts: Facts, framing: Framing, aspect: float, random: Random) -> tuple[Body, ...]:
    """Bodies from back to front, side by side within the frame (`aspect` units wide)."""
    row = [index for index, thing in enumerate(facts.things) for _ in range(thing.count or 1)]
    if not row:
        return ()
    if len(facts.things) == 2 and facts.things[0].object == "person" and facts.things[1].object == "umbrella":
        return _under_umbrella(facts, framing, aspect, random)
    if random.random() < 0.5:
        row.reverse()
    slot = aspect / len(row)
    size = _SIZES[framing][min(len(row), 3) - 1] * random.uniform(0.94, 1.12)
    bodies = []
    for place, index in enumerate(row):
        thing = facts.things[index].object
        wide = DRAWINGS[thing][1] ** 0.5
        fitted = min(size, 0.96 * slot / wide, 0.92 * wide)
        free = max(0.0, slot - fitted * wide)
        x = slot * (place + 0.5) + free * random.uniform(-0.35, 0.35)
        foot = random.uniform(0.86, 0.95)
        if thing in _FLYING:
            foot = max(fitted / wide + 0.03, foot - random.uniform(0.05, 0.30))
        lift = 0.0
        if facts.action == "jumping" and index == 0:
            lift = min(random.uniform(0.16, 0.26), max(0.05, foot - fitted / wide - 0.02))
        bodies.append(Body(index, x, foot - lift, fitted, random.random() < 0.5, lift))
    return tuple(bodies)


def _under_umbrella(facts: Facts, framing: Framing, aspect: float, random: Random) -> tuple[Body, ...]:
    people = facts.things[0].count or 1
    size = {"wide": 0.36, "medium": 0.42, "close": 0.48}[framing]
    x = aspect * random.uniform(0.4, 0.6)
    foot = random.uniform(0.93, 0.97)
    head = foot - size / DRAWINGS["person"][1] ** 0.5
    umbrella = Body(1, x, head + 0.30, size * (1.05 if people == 1 else 1.25), random.random() < 0.5)
    step = size * 0.95
    row = [Body(0, x + (i - (people - 1) / 2) * step, foot, size, random.random() < 0.5) for i in range(people)]
    return (umbrella, *row)
