"""Questions that no shot answers, and of how many is said that nothing comes near."""

import numpy as np

from archive_pipeline.encoders import BUNDLED_MODEL, get_encoder
from archive_pipeline.evaluation.absence import absence_scores, absent_questions
from archive_pipeline.evaluation.questions import as_query
from archive_pipeline.evaluation.ranking import ShotTable
from archive_pipeline.evaluation.truth import Span, TextQuery, WordQuery
from archive_pipeline.simulator.captions import describe
from archive_pipeline.simulator.world import LANGUAGES
from archive_pipeline_tests.evaluation.test_questions import SHOTS


def test_no_shot_answers_what_is_asked_for_as_absent() -> None:
    absent = absent_questions(SHOTS, seed=1, n=40)
    assert len(absent) == len(set(absent)) == 40
    answered = {describe(shot.facts, language) for shot in SHOTS for language in LANGUAGES}
    assert not answered & set(absent)
    assert absent == absent_questions(SHOTS, seed=1, n=40)
    assert as_query(SHOTS[0].facts, SHOTS).relevant  # or the questions above could not be absent for a reason


def test_the_shares_are_of_the_questions_that_get_the_hint() -> None:
    encoder = get_encoder(BUNDLED_MODEL, "cpu")
    texts = ["a red boat in the rain", "a dog in the snow", "a house at night", "a bird in a forest"]
    n = len(texts)
    shots = ShotTable(("a",), np.zeros(n, int), np.arange(n) * 1.0, np.arange(n) + 1.0, encoder.encode_texts(texts))
    present = [WordQuery("seen", TextQuery({"en": text}, frozenset({Span("a", 0, 1)}))) for text in texts]
    absent = ["a boat in the snow", "a bird at night"]
    scores = {score.task: score for score in absence_scores(absent, present, encoder, shots, [None] * n)}
    assert (scores["nothing_near_absent"].value, scores["nothing_near_absent"].n) == (1, 2)
    assert (scores["nothing_near_present"].value, scores["nothing_near_present"].n) == (0, 4)
