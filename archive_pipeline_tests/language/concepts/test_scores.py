"""Scores as their definition has them, for any vectors."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive_pipeline.language.concepts.phrase_vectors import VocabularyVectors
from archive_pipeline.language.concepts.rows import concept_rows, held_concepts
from archive_pipeline.language.concepts.scores import judge, match, score, share
from archive_pipeline_tests.language.concepts.made import DIMENSION, read, unit_rows, vocabulary
from archive_pipeline_tests.thorough import examples

COUNTRIES = {"madrid": "spain", "bilbao": "spain", "paris": "france", "lyon": "france", "nice": "france"}
PLACES = vocabulary("spain", "madrid", "france", "paris", "bilbao", "lyon", "nice", "chile", parents=COUNTRIES)
SEEDS = st.integers(0, 10_000)


@given(seed=SEEDS, n=st.integers(0, 40), scale=st.floats(0.1, 200))
@settings(max_examples=examples(50), deadline=None)
def test_a_softmax_shares_one(seed: int, n: int, scale: float) -> None:
    scores = score(unit_rows(n, seed), read(vocabulary("a", "b", "c"), scale))
    assert scores.shape == (n, 3)
    assert np.isfinite(scores).all()
    np.testing.assert_allclose(scores.sum(1), 1, atol=1e-5)


@given(seed=SEEDS, scale=st.floats(1, 100))
@settings(max_examples=examples(50), deadline=None)
def test_cities_share_what_their_country_has(seed: int, scale: float) -> None:
    names = list(PLACES.entries)
    scores = dict(zip(names, score(unit_rows(20, seed), read(PLACES, scale)).T, strict=True))
    np.testing.assert_allclose(scores["spain"] + scores["france"] + scores["chile"], 1, atol=1e-5)
    for country in ("spain", "france"):
        cities = sum(scores[city] for city, own in COUNTRIES.items() if own == country)
        np.testing.assert_allclose(cities, scores[country], atol=1e-5)


@given(seed=SEEDS, order=st.permutations(["a", "b", "c", "d"]))
@settings(max_examples=examples(50), deadline=None)
def test_the_order_of_a_file_changes_no_score(seed: int, order: list[str]) -> None:
    shots = unit_rows(10, seed)
    one, other = vocabulary("a", "b", "c", "d"), vocabulary(*order)
    scores, reordered = (dict(zip(v.entries, score(shots, read(v)).T, strict=True)) for v in (one, other))
    for name in order:
        np.testing.assert_allclose(scores[name], reordered[name], atol=1e-6)


@given(seed=SEEDS, scale=st.floats(1, 100))
@settings(max_examples=examples(50), deadline=None)
def test_ranks_are_a_permutation_in_order_of_score(seed: int, scale: float) -> None:
    judged = judge(unit_rows(15, seed), read(vocabulary("a", "b", "c", "d"), scale))
    assert (np.sort(judged.ranks, axis=1) == [1, 2, 3, 4]).all()
    in_order = np.take_along_axis(judged.scores, np.argsort(judged.ranks, axis=1), axis=1)
    assert (np.diff(in_order, axis=1) <= 0).all()


@given(seed=SEEDS, temperature=st.floats(0.1, 50))
@settings(max_examples=examples(50), deadline=None)
def test_temperature_changes_how_sure_and_not_which(seed: int, temperature: float) -> None:
    shots = unit_rows(15, seed)
    plain, warm = (judge(shots, read(vocabulary("a", "b", "c", temperature=t))) for t in (1.0, temperature))
    first, second = np.sort(plain.scores, axis=1)[:, ::-1][:, :2].T
    surely = first - second > 1e-3
    assert (plain.scores.argmax(1) == warm.scores.argmax(1))[surely].all()
    is_softer = warm.scores.max(1) <= plain.scores.max(1) + 1e-6
    assert is_softer.all() if temperature >= 1 else (warm.scores.max(1) >= plain.scores.max(1) - 1e-6).all()


def test_phrasings_that_differ_much_weigh_as_much_as_those_that_agree() -> None:
    made = read(vocabulary("a", "b", n_phrases=2))
    one, other = unit_rows(2, 7)
    spread = replace(made, vectors=np.array([one, other, one, one], np.float32))
    np.testing.assert_allclose(np.linalg.norm(spread.entries, axis=1), 1, atol=1e-6)
    assert vocabulary("a", "b").phrasings("a") == ("a 0", "a 1", "a 2"), "and none counts twice"


def test_a_threshold_judges_each_entry_for_itself() -> None:
    made = vocabulary("a", "b", kind="threshold", against=["anything"], threshold=0.5)
    axes = np.eye(DIMENSION, dtype=np.float32)
    rows = [axes[0]] * 3 + [axes[1]] * 3 + [axes[2]]
    both, neither, first = axes[0] + axes[1], axes[2], axes[0] + axes[2] / 3
    shots = np.array([row / np.linalg.norm(row) for row in (both, neither, first)])
    judged = judge(shots, replace(read(made), vectors=np.array(rows)))
    assert judged.holds.tolist() == [[True, True], [False, False], [True, False]]


def test_similarity_is_the_cosine_and_decides_nothing() -> None:
    made = read(vocabulary("a", "b", kind="similarity"))
    shots = unit_rows(5, 1)
    judged = judge(shots, made)
    np.testing.assert_allclose(judged.scores, shots @ made.entries.T, atol=1e-6)
    assert not judged.holds.any()


@pytest.mark.parametrize("scale", [0.01, 1e4])
def test_extreme_scales_stay_finite(scale: float) -> None:
    for kind in ({}, {"kind": "threshold", "against": ["x"]}):
        assert np.isfinite(score(unit_rows(5, 3), read(vocabulary("a", "b", **kind), scale))).all()


def test_vectors_of_another_model_are_refused() -> None:
    with pytest.raises(ValueError, match="no rows of the model's 16 numbers"):
        score(unit_rows(3, 0, dimension=8), read(vocabulary("a", "b")))


def test_share_is_the_softmax() -> None:
    np.testing.assert_allclose(share(np.array([[0.0, np.log(3) / 2]], np.float32), 2.0), [[0.25, 0.75]], atol=1e-6)


@given(seed=SEEDS, bias=st.floats(-20, 5))
@settings(max_examples=examples(50), deadline=None)
def test_with_sigmoids_the_shares_are_the_odds_given_that_exactly_one_holds(seed: int, bias: float) -> None:
    """By enumeration of every set of entries that may hold, each for itself with the model's own probability."""
    cosines, scale = np.random.default_rng(seed).uniform(-0.2, 0.2, (1, 4)).astype(np.float32), 60.0
    own = 1 / (1 + np.exp(-(scale * cosines[0].astype(np.float64) + bias)))
    alone = [np.prod([own[i] if i == j else 1 - own[i] for i in range(4)]) for j in range(4)]
    np.testing.assert_allclose(share(cosines, scale)[0], np.array(alone) / sum(alone), atol=1e-5)
    np.testing.assert_allclose(match(cosines, scale, bias)[0], own, atol=1e-5)


def test_rows_hold_the_best_entries_and_cities_of_the_best_country_only() -> None:
    made: VocabularyVectors = read(PLACES.model_copy(update={"keep": 2}), scale=3.0)
    rows = concept_rows(["s0", "s1", "s2"], unit_rows(3, 11), made)
    for _, own in rows.group_by("shot_id", maintain_order=True):
        countries = [name for name in own["concept"] if name not in COUNTRIES]
        assert countries == own["concept"].to_list()[: len(countries)], "parents come first"
        assert len(countries) == 2
        cities = own.filter(own["concept"].is_in(list(COUNTRIES)) & ~own["holds"])["concept"]
        assert {COUNTRIES[city] for city in cities} <= {countries[0]}
        assert own["rank"][0] == 1
    assert concept_rows([], unit_rows(0, 0), made).is_empty()


def test_what_holds_is_told_by_shot_as_search_filters_it() -> None:
    made = read(vocabulary("a", "b", threshold=0.01))
    rows = concept_rows(["s0", "s1"], unit_rows(2, 4), made)
    held = held_concepts(rows)
    assert {(shot, name) for shot, names in held.items() for name in names} == {
        (row["shot_id"], f"made/{row['concept']}") for row in rows.iter_rows(named=True) if row["holds"]
    }
