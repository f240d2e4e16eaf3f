"""Phrases are encoded once for each model, and again where the kept file says nothing."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from archive_pipeline.language.concepts.phrase_vectors import Encoded, read_by_model
from archive_pipeline.language.concepts.trial import try_vocabulary, undecided
from archive_pipeline_tests.language.concepts.made import encode, read, unit_rows, vocabulary


class Counting:
    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, texts: Sequence[str]) -> Encoded:
        self.calls += 1
        return encode(texts)


def test_phrases_are_kept_by_model_and_wording(tmp_path: Path) -> None:
    counting = Counting()
    made = vocabulary("a", "b", kind="threshold", against=["x"])
    first = read_by_model(made, None, "m", counting, tmp_path)
    again = read_by_model(made, None, "m", counting, tmp_path)
    assert counting.calls == 1
    np.testing.assert_array_equal(first.vectors, again.vectors)
    assert (first.scale, len(first.phrases)) == (again.scale, 7)
    read_by_model(made, None, "other", counting, tmp_path)
    read_by_model(vocabulary("a", "b", n_phrases=2), None, "m", counting, tmp_path)
    assert counting.calls == 3


@pytest.mark.parametrize("broken", [b"", b"PK\x03\x04 torn", b"no zip at all"])
def test_a_broken_file_is_made_again(tmp_path: Path, broken: bytes) -> None:
    counting = Counting()
    made = vocabulary("a", "b")
    read_by_model(made, None, "m", counting, tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_bytes(broken)
    read_by_model(made, None, "m", counting, tmp_path)
    read_by_model(made, None, "m", counting, tmp_path)
    assert counting.calls == 2


def test_a_trial_says_what_each_entry_would_select() -> None:
    shots = unit_rows(50, 3)
    made = read(vocabulary("a", "b", "c", threshold=0.4))
    trials = try_vocabulary(shots, made, n_best=2)
    assert [trial.concept for trial in trials] == ["a", "b", "c"]
    assert sum(trial.share_first for trial in trials) == pytest.approx(1)
    for trial in trials:
        assert trial.best[0][1] >= trial.best[1][1]
        assert trial.agreement is not None
        assert -1 <= trial.agreement <= 1
        assert trial.odd_one is not None
        assert trial.odd_one.startswith(trial.concept)
    nothing = undecided(shots, made)
    assert nothing is not None
    assert 0 <= nothing < 1


def test_phrasings_that_say_the_same_agree() -> None:
    made = read(vocabulary("a", "b", n_phrases=2))
    made.vectors[1] = made.vectors[0]
    first, other = try_vocabulary(unit_rows(30, 5), made)
    assert first.agreement == pytest.approx(1)
    assert other.agreement is not None
    assert other.agreement < 0.99
    assert first.odd_one is None, "of two that differ neither is the odd one"


def test_what_decides_nothing_tells_no_share() -> None:
    made = read(vocabulary("a", "b", kind="similarity"))
    assert undecided(unit_rows(3, 1), made) is None
    assert {trial.share_held for trial in try_vocabulary(unit_rows(3, 1), made)} == {None}
