"""What is true of a picture, and when a question about pictures is answered by one."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations

from archive_pipeline.simulator.world import is_held_out


@dataclass(frozen=True)
class Thing:
    """One kind of thing in a picture. In a question None means: whichever."""

    object: str
    colour: str | None = None  # also None where the picture is black and white
    count: int | None = None  # 1 to 3

    def answers(self, question: "Thing") -> bool:
        return (
            question.object == self.object
            and question.colour in (None, self.colour)
            and question.count in (None, self.count)
        )


@dataclass(frozen=True)
class Facts:
    """A picture's attributes, or a question: what is None or absent there may be anything.

    `action` is what the first thing does. `card` names a picture outside the world (`world.CARDS`).
    """

    things: tuple[Thing, ...] = ()
    action: str | None = None
    setting: str | None = None
    time: str | None = None
    weather: str | None = None
    card: str | None = None

    def answers(self, question: "Facts") -> bool:
        """Whether a picture of which these facts are true satisfies every attribute of the question."""
        for name in ("setting", "time", "weather", "card"):
            asked = getattr(question, name)
            if asked is not None and asked != getattr(self, name):
                return False
        if question.action is not None and (question.action != self.action or not self.things):
            return False
        if len(question.things) > len(self.things):
            return False
        return any(
            all(thing.answers(asked) for asked, thing in zip(question.things, order, strict=False))
            and (question.action is None or not question.things or order[0] == self.things[0])
            for order in permutations(self.things)
        )

    @property
    def width(self) -> int:
        """How many attributes are given: the grade of a question."""
        named = sum(value is not None for value in (self.action, self.setting, self.time, self.weather, self.card))
        return named + sum(
            1 + (thing.colour is not None) + (thing.count is not None and thing.count > 1) for thing in self.things
        )

    @property
    def held_out(self) -> bool:
        """Whether any thing of it, in its colour and setting, is a combination that training never sees."""
        return any(self._held_out_things())

    def _held_out_things(self) -> Iterator[bool]:
        for thing in self.things:
            if thing.colour is not None and self.setting is not None:
                yield is_held_out(thing.object, thing.colour, self.setting)
