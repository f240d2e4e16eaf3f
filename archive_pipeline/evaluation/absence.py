"""Nothing near enough: is it said of what is not there, and not said of what is?

What is not there are combinations of what is: the things of one shot in the place, at the time or in the weather of
another, as no shot shows them.
"""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.encoders.protocol import JointEncoder
from archive_pipeline.evaluation.questions import as_query, question_of_width
from archive_pipeline.evaluation.ranking import ShotTable
from archive_pipeline.evaluation.score import Score
from archive_pipeline.evaluation.truth import TrueShot, WordQuery
from archive_pipeline.evaluation.words import ShotWords, background_of, bm25, evidence
from archive_pipeline.search.coverage import MOST_SHOTS, Asked, has_words, terms_of_words
from archive_pipeline.search.languages import content_words
from archive_pipeline.search.words.bm25 import question_of
from archive_pipeline.simulator.captions import describe
from archive_pipeline.simulator.world import LANGUAGES
from archive_pipeline.stages.archive_search import taught_words

_QUERIES = 100
_WIDTHS = (2, 3, 4)  # one attribute alone is always there
_TRIES = 20


def absent_questions(shots: Sequence[TrueShot], seed: int, n: int = _QUERIES) -> list[str]:
    """At most `n` different ones that no shot answers, in English and Spanish by turns."""
    random = Random(f"{seed}/absent")
    pictured = [shot for shot in shots if shot.facts.card is None and shot.facts.things]
    found: dict[str, None] = {}
    for _ in range(n * _TRIES if len(pictured) > 1 else 0):
        one, other = random.sample(pictured, 2)
        mixed = replace(one.facts, setting=other.facts.setting, time=other.facts.time, weather=other.facts.weather)
        question = question_of_width(mixed, random.choice(_WIDTHS), random)
        if question and not as_query(question, shots).relevant:
            found.setdefault(describe(question, LANGUAGES[len(found) % len(LANGUAGES)]))
        if len(found) == n:
            break
    return list(found)


def absence_scores(
    absent: Sequence[str],
    present: Sequence[WordQuery],
    encoder: JointEncoder,
    shots: ShotTable,
    words: Sequence[ShotWords | None],
) -> list[Score]:
    """The share of questions of which is said that nothing comes near, as `search/coverage.py` has it, without an
    index; `words` are the shots' own, in the order of the table."""
    groups = {"absent": list(absent), "present": [text for one in present for text in one.query.texts.values()]}
    return [
        Score(f"nothing_near_{group}", "share", float(_hinted(texts, encoder, shots, words).mean()), len(texts))
        for group, texts in groups.items()
        if texts
    ]


def _hinted(
    texts: Sequence[str], encoder: JointEncoder, shots: ShotTable, words: Sequence[ShotWords | None]
) -> NDArray[np.bool_]:
    vectors = encoder.encode_texts(texts)
    cosines = np.asarray(vectors @ shots.vectors.T, dtype=np.float32)
    said = bm25([question_of(text) for text in texts], words)
    ranked = np.argsort(-evidence(texts, vectors, cosines, said, shots, words, encoder), axis=1)[:, :MOST_SHOTS]
    background, taught = background_of(shots, encoder), taught_words(encoder.name)

    def lacks(text: str, best: NDArray[np.int64]) -> bool:
        asked = list(dict.fromkeys(content_words(text)))
        of_words = encoder.encode_texts(asked)
        steps = background.steps(of_words @ shots.vectors[best].T, of_words)
        own = [words[place] for place in best]
        spoken = has_words(terms_of_words(asked), [one.vector if one else None for one in own])
        return bool(Asked(asked, steps, background.usual, spoken, taught).lacking())

    return np.array([lacks(text, best) for text, best in zip(texts, ranked, strict=True)])
