"""Pictures and words on one scale."""

import numpy as np
import pytest
from scipy.stats import norm

from archive_pipeline.search.evidence import Background, nats_of_steps, word_nats
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
        assert np.mean(nats > -np.log(2 * share)) == pytest.approx(share, rel=0.5)


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
    whole, half = (background.nats(cosines, questions[0], share) for share in (1, 0.5))
    above = whole > 0
    assert 0 < above.sum() < len(above)
    assert (half[above] < whole[above] / 2).all()
    assert not half[~above].any()
    assert not background.nats(cosines, questions[0], 0).any()


def test_the_farthest_picture_has_much_evidence_and_not_endless() -> None:
    assert nats_of_steps(np.array([0, 1, 2, 3], np.float32)) == pytest.approx(-norm.logsf([0, 1, 2, 3]) - np.log(2))
    assert np.isfinite(nats_of_steps(np.array([1e6], np.float32))).all()


def test_a_single_shot_is_no_surprise_and_no_error() -> None:
    [shot] = _unit_rows(1)
    background = Background.of(shot[None], _unit_rows(5))
    assert background.nats(np.array([1.0], np.float32), shot, 1.0) == pytest.approx(0, abs=1e-6)


def test_words_count_by_the_share_of_the_question_that_they_are() -> None:
    assert word_nats(6.0, 12.0) == word_nats(3.0, 6.0) < word_nats(12.0, 12.0) / 2


@pytest.mark.parametrize(
    ("text", "taught", "share"),
    [
        ("a red boat", {"red", "boat"}, 1),
        ("a red boat of dockers", {"red", "boat"}, 2 / 3),
        ("una huelga", {"red"}, 0),
        ("the of", {"red"}, 1),
        ("anything", None, 0.73),
    ],
)
def test_how_much_of_a_question_is_understood(text: str, taught: set[str] | None, share: float) -> None:
    assert understood(text, taught) == pytest.approx(share)
