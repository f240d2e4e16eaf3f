"""Pictures and words on one scale."""

import numpy as np
import pytest
from scipy.stats import norm

from archive_pipeline.search.evidence import Background, word_nats
from archive_pipeline.search.languages import understood

_RNG = np.random.default_rng(5)


def _unit_rows(n: int, d: int = 64) -> np.ndarray:
    rows = _RNG.standard_normal((n, d)).astype(np.float32) + 0.2
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_a_cosine_counts_as_the_tail_of_chance_whatever_the_encoder_gives() -> None:
    shots, questions = _unit_rows(4000), _unit_rows(20)
    vector = questions[0]
    nats = Background.of(shots, questions).nats(shots @ vector, vector, 1.0)
    for share in (0.1, 0.01, 0.001):  # of the shots are so far out that chance has as many there
        limit = norm.isf(share) ** 2 / 2
        assert np.mean(nats > limit) == pytest.approx(share, rel=0.5)


def test_an_encoder_whose_cosines_are_all_high_gains_nothing_by_it() -> None:
    shots, questions = _unit_rows(500), _unit_rows(20)
    offset = np.full(shots.shape[1], 0.5, np.float32)
    plain = Background.of(shots, questions).nats(shots @ questions[0], questions[0], 1.0)
    raised = Background.of(shots + offset, questions).nats((shots + offset) @ questions[0], questions[0], 1.0)
    assert raised == pytest.approx(plain, abs=1e-3)


def test_what_the_encoder_does_not_understand_counts_less() -> None:
    shots, questions = _unit_rows(50), _unit_rows(5)
    background = Background.of(shots, questions)
    cosines = shots @ questions[0]
    assert background.nats(cosines, questions[0], 0.5) == pytest.approx(background.nats(cosines, questions[0], 1) / 2)
    assert not background.nats(cosines, questions[0], 0).any()


def test_a_single_shot_is_no_surprise_and_no_error() -> None:
    [shot] = _unit_rows(1)
    background = Background.of(shot[None], _unit_rows(5))
    assert background.nats(np.array([1.0], np.float32), shot, 1.0) == pytest.approx(0, abs=1e-6)


def test_words_count_by_the_share_of_the_question_that_they_are() -> None:
    assert word_nats(6.0, 12.0) == word_nats(3.0, 6.0) == word_nats(12.0, 12.0) / 2


@pytest.mark.parametrize(
    ("text", "taught", "share"),
    [
        ("a red boat", {"red", "boat"}, 1),
        ("a red boat of dockers", {"red", "boat"}, 2 / 3),
        ("una huelga", {"red"}, 0),
        ("the of", {"red"}, 1),
        ("anything", None, 0.7),
    ],
)
def test_how_much_of_a_question_is_understood(text: str, taught: set[str] | None, share: float) -> None:
    assert understood(text, taught) == pytest.approx(share)
