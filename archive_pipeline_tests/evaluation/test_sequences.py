"""Questions about two neighbours, and the rank of the first pair that is right, by hand."""

from itertools import pairwise

import numpy as np

from archive_pipeline.encoders import BUNDLED_MODEL, get_encoder
from archive_pipeline.evaluation.ranking import ShotTable
from archive_pipeline.evaluation.score import OURS
from archive_pipeline.evaluation.sequences import FIRST_ALONE, sequence_queries, sequence_scores
from archive_pipeline.evaluation.truth import SequenceQuery, Span, TextQuery
from archive_pipeline.search.model import Vector, unit
from archive_pipeline_tests.evaluation.test_questions import SHOTS

BOAT, HOUSE, DOG = "a red boat", "a house at night", "a dog"


def test_a_query_asks_for_two_neighbours_in_one_language() -> None:
    queries = sequence_queries(SHOTS, seed=1, n=50)
    assert len(queries) == 50
    after = {first.span: then.span for first, then in pairwise(SHOTS)}
    for query in queries:
        assert query.first.texts.keys() == query.then.texts.keys()
        assert len(query.first.texts) == 1
        pairs = {(first, after.get(first)) for first in query.first.relevant}
        assert any(then in query.then.relevant and first.path == then.path for first, then in pairs if then)
    assert queries == sequence_queries(SHOTS, seed=1, n=50)


def _vector(text: str) -> Vector:
    return unit(get_encoder(BUNDLED_MODEL, "cpu").encode_texts([text])[0])


def _figures(within_s: float) -> dict[str, float]:
    """The better boat has no house after it; in the second video a house comes ten seconds after a boat like a dog."""
    boat, house, dog = (_vector(text) for text in (BOAT, HOUSE, DOG))
    vectors = np.stack([boat, dog, unit(boat + dog), dog, house])
    table = ShotTable(
        ("a", "b"), np.array([0, 0, 1, 1, 1]), np.array([0, 5, 0, 5, 15.0]), np.array([5, 9, 5, 15, 20.0]), vectors
    )
    first = TextQuery({"en": BOAT}, frozenset({Span("a", 0, 5), Span("b", 0, 5)}))
    then = TextQuery({"en": HOUSE}, frozenset({Span("b", 15, 20)}))
    scores = sequence_scores(
        [SequenceQuery(first, then, within_s)], get_encoder(BUNDLED_MODEL, "cpu"), table, [None] * 5
    )
    return {score.system: score.value for score in scores if score.metric == "mrr"}


def test_the_second_question_tells_two_answers_to_the_first_apart() -> None:
    assert _figures(within_s=10) == {OURS: 1, FIRST_ALONE: 0.5}


def test_a_pair_too_far_apart_is_not_found() -> None:
    assert _figures(within_s=9) == {OURS: 0, FIRST_ALONE: 0}
