"""Are the best concepts of simulated shots right: top-1 of each drawn vocabulary, on all shots and on held-out ones.

A vocabulary's answer is right where it names what the shot shows; of two things that it shows, either. Shots that show
nothing that the vocabulary has a word for (colours in black and white) are not asked about.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from archive_pipeline.language.concepts.phrase_vectors import Vectors, VocabularyVectors
from archive_pipeline.language.concepts.scoring import judge
from archive_pipeline.simulator.facts import Facts

_INDOORS = "indoors"

RIGHT: Mapping[str, Callable[[Facts], set[str]]] = {
    "drawn_thing": lambda facts: {thing.object for thing in facts.things},
    "drawn_colour": lambda facts: {thing.colour for thing in facts.things if thing.colour},
    "drawn_place": lambda facts: {place for place in (facts.setting, facts.card) if place},
    "drawn_time": lambda facts: {facts.time or _INDOORS} if facts.setting else set(),
    "drawn_weather": lambda facts: {facts.weather or _INDOORS} if facts.setting else set(),
}
"""Entries of a drawn vocabulary that are right for a shot with these facts."""


@dataclass(frozen=True)
class TopOne:
    """Shares of shots whose best concept is right, 0 to 1, and on how many shots they rest."""

    every: float
    n_every: int
    held_out: float | None
    """Of shots with a combination that training never saw; None where there are none."""
    n_held_out: int


def top_1(facts: Sequence[Facts], shots: Vectors, read: VocabularyVectors) -> TopOne:
    """`shots` (n, d): unit rows of the shots with those facts. ValueError where none can be asked about."""
    names = list(read.vocabulary.entries)
    right = RIGHT[read.vocabulary.name]
    best = [names[column] for column in judge(shots, read).scores.argmax(1)]
    asked = [(fact.held_out, name in right(fact)) for fact, name in zip(facts, best, strict=True) if right(fact)]
    if not asked:
        raise ValueError(f"none of the shots shows anything that {read.vocabulary.name} has a word for")
    every = [is_right for _, is_right in asked]
    unseen = [is_right for held_out, is_right in asked if held_out]
    return TopOne(sum(every) / len(every), len(every), sum(unseen) / len(unseen) if unseen else None, len(unseen))
