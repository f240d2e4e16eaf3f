"""Are the best concepts of simulated shots right: top-1 of each drawn vocabulary, on all shots and on held-out ones.

A vocabulary's answer is right where it names what the shot shows; of two things that it shows, either. Shots that show
nothing that the vocabulary has a word for (colours in black and white) are not asked about.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from archive_pipeline.encoders import BUNDLED_MODEL
from archive_pipeline.encoders.protocol import JointEncoder
from archive_pipeline.evaluation.results import VideoResult
from archive_pipeline.evaluation.score import Score
from archive_pipeline.evaluation.truth import TrueShot, VideoTruth
from archive_pipeline.language.concepts.phrase_vectors import Vectors, VocabularyVectors, phrases_of
from archive_pipeline.language.concepts.scores import judge
from archive_pipeline.language.concepts.vocabulary import Vocabulary
from archive_pipeline.language.concepts.vocabulary_files import shipped_vocabularies
from archive_pipeline.simulator.facts import Facts
from archive_pipeline.simulator.world import LANGUAGES
from archive_pipeline.store.lake import Lake

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


def concept_scores(pairs: Sequence[tuple[VideoTruth, VideoResult]], lake: Lake, encoder: JointEncoder) -> list[Score]:
    """Of every drawn vocabulary in each language, for the one model that knows the drawn world; else nothing.

    A shot that the pipeline found is judged by the true shot that is on at its middle.
    """
    if encoder.name != BUNDLED_MODEL:
        return []
    facts: list[Facts] = []
    vectors: list[Vectors] = []
    for truth, found in pairs:
        true = [_at(truth.shots or (), middle_s) for middle_s in _middles(found)]
        known = [row for row, fact in enumerate(true) if fact]
        facts += [fact for fact in true if fact]
        vectors.append(found.shot_vectors(lake)[known])
    shipped = shipped_vocabularies()
    scores = []
    for name, language in product(RIGHT, LANGUAGES):
        figure = top_1(facts, np.concatenate(vectors), _read(shipped[name], language, encoder)) if facts else None
        if figure:
            scores.append(Score(f"concepts_{name}", "top_1", figure.every, figure.n_every, language=language))
        if figure and figure.held_out is not None:
            value, n = figure.held_out, figure.n_held_out
            scores.append(Score(f"concepts_{name}", "top_1_held_out", value, n, language=language))
    return scores


def top_1(facts: Sequence[Facts], shots: Vectors, read: VocabularyVectors) -> TopOne | None:
    """`shots` (n, d): unit rows of the shots with those facts. None where none can be asked about."""
    names = list(read.vocabulary.entries)
    right = RIGHT[read.vocabulary.name]
    best = [names[column] for column in judge(shots, read).scores.argmax(1)]
    asked = [(fact.held_out, name in right(fact)) for fact, name in zip(facts, best, strict=True) if right(fact)]
    every = [is_right for _, is_right in asked]
    unseen = [is_right for held_out, is_right in asked if held_out]
    if not every:
        return None
    return TopOne(sum(every) / len(every), len(every), sum(unseen) / len(unseen) if unseen else None, len(unseen))


def _read(vocabulary: Vocabulary, language: str, encoder: JointEncoder) -> VocabularyVectors:
    phrases = phrases_of(vocabulary, frozenset({language}))
    vectors = encoder.encode_texts([phrase.text for phrase in phrases])
    return VocabularyVectors(vocabulary, phrases, vectors, encoder.scale)


def _middles(found: VideoResult) -> list[float]:
    return ((found.shots["start_s"] + found.shots["end_s"]) / 2).to_list()


def _at(shots: Sequence[TrueShot], time_s: float) -> Facts | None:
    return next((shot.facts for shot in shots if shot.span.start_s <= time_s < shot.span.end_s), None)
