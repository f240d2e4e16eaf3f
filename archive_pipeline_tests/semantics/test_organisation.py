"""Collections that organise themselves: groups that stay themselves, near-duplicates and bursts."""

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from archive_pipeline.semantics.organisation.duplicates import (
    ALONE,
    DuplicateParameters,
    burst_pairs,
    families,
    near_pairs,
    raw_pairs,
    representatives,
    same_pictures,
)
from archive_pipeline.semantics.organisation.grouping import Groups, add, medoids, organise
from archive_pipeline.semantics.organisation.identity import matched

N_GROUPS = 6


def pictures(n: int, seed: int, spread: float = 0.05) -> tuple[np.ndarray, np.ndarray]:
    """n unit rows in N_GROUPS groups, and the group of each."""
    random = np.random.default_rng(seed)
    centres = np.linalg.qr(np.random.default_rng(7).normal(size=(32, 32)))[0][:N_GROUPS]
    group = random.integers(0, N_GROUPS, n)
    rows = centres[group] + random.normal(0, spread, (n, 32))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32), group


@pytest.fixture(scope="module")
def organised() -> tuple[np.ndarray, np.ndarray, Groups]:
    rows, group = pictures(300, 1)
    return rows, group, organise(rows)


def test_groups_are_found_and_levels_are_nested(organised: tuple[np.ndarray, np.ndarray, Groups]) -> None:
    _, group, found = organised
    assert adjusted_rand_score(group, found.labels[:, 1]) > 0.95
    for fine, coarse in ((2, 1), (1, 0)):
        pairs = np.unique(found.labels[:, [fine, coarse]], axis=0)
        assert len(np.unique(pairs[:, 0])) == len(pairs)


def test_the_same_pictures_give_the_same_groups(organised: tuple[np.ndarray, np.ndarray, Groups]) -> None:
    rows, _, found = organised
    assert (organise(rows).labels == found.labels).all()


def test_new_pictures_join_their_groups_and_the_others_stay(
    organised: tuple[np.ndarray, np.ndarray, Groups],
) -> None:
    rows, _, found = organised
    new, its_group = pictures(40, 2)
    labels = np.vstack([found.labels, np.full((40, 3), -2, np.int32)])
    added = add(np.vstack([rows, new]), labels)
    assert (added.labels[:300] == found.labels).all()
    assert adjusted_rand_score(its_group, added.labels[300:, 1]) > 0.95


def test_what_is_like_nothing_else_belongs_nowhere(organised: tuple[np.ndarray, np.ndarray, Groups]) -> None:
    rows, _, found = organised
    odd = -rows.mean(axis=0, keepdims=True)
    odd /= np.linalg.norm(odd)
    added = add(np.vstack([rows, odd]), np.vstack([found.labels, np.full((1, 3), -2, np.int32)]))
    assert (added.labels[-1] == -1).all()
    assert added.certainty[-1] == 0


@pytest.mark.parametrize("n", [1, 2, 9, 11])
def test_few_pictures_are_organised_too(n: int) -> None:
    found = organise(pictures(n, 3)[0])
    assert found.labels.shape == (n, 3)
    assert found.labels.min() >= -1


def test_equal_pictures_are_one_group() -> None:
    found = organise(np.repeat(pictures(1, 4)[0], 40, axis=0))
    assert len(np.unique(found.labels[:, 1])) == 1


def test_a_medoid_lies_in_its_group(organised: tuple[np.ndarray, np.ndarray, Groups]) -> None:
    rows, _, found = organised
    labels = found.labels[:, 1]
    chosen = medoids(rows, labels)
    assert labels[chosen].tolist() == list(range(labels.max() + 1))


def test_a_group_that_grew_is_still_itself_and_one_that_fell_apart_goes_on_in_its_larger_half() -> None:
    former = np.repeat([0, 1, 2], 10).astype(np.int32)
    now = np.concatenate([np.full(10, 5), np.full(7, 1), np.full(3, 2), np.full(10, 0)]).astype(np.int32)
    assert matched(former, now) == {5: 0, 1: 1, 0: 2}


def test_what_is_too_little_alike_is_a_new_group() -> None:
    assert matched(np.zeros(9, np.int32), np.repeat([0, 1, 2], 3).astype(np.int32)) == {}


def test_near_pairs_are_those_of_all_cosines() -> None:
    rows, _ = pictures(1500, 5, spread=0.15)
    parameters = DuplicateParameters(least_cosine=0.9, most_neighbours=1500)
    expected = np.argwhere(np.triu(rows @ rows.T >= 0.9, 1))
    assert (near_pairs(rows, parameters) == expected).all()


def test_of_many_near_ones_the_nearest_are_compared() -> None:
    rows = pictures(200, 6, spread=0.1)[0]
    rows[150] = rows[0]
    pairs = near_pairs(rows, DuplicateParameters(least_cosine=0.5, most_neighbours=3))
    assert [0, 150] in pairs.tolist()
    assert np.bincount(pairs[:, 0]).max() <= 3


def test_an_undated_copy_belongs_to_the_exposure_that_it_is_most_like() -> None:
    pairs = np.array([[0, 1], [0, 2], [1, 2]])
    bits = {(0, 2): 9, (1, 2): 3, (0, 1): 0}
    taken_s = np.array([10.0, 10.3, np.nan])
    same = same_pictures(pairs, lambda i, j: np.array([bits[p] for p in zip(i, j, strict=True)]), 40, taken_s)
    assert same.tolist() == [[1, 2]]
    assert burst_pairs(pairs, taken_s, DuplicateParameters()).tolist() == [[0, 1]]


def test_a_raw_file_and_its_jpeg_are_one_and_those_of_other_folders_are_not() -> None:
    paths = ["a/IMG_1.CR2", "a/IMG_1.JPG", "b/IMG_1.JPG", "a/IMG_2.JPG", "a/IMG_2.png"]
    assert raw_pairs(paths, np.array([True, False, False, False, False])).tolist() == [[0, 1]]
    assert raw_pairs([], np.zeros(0, bool)).shape == (0, 2)


def test_families_are_transitive_and_the_best_stands_for_them() -> None:
    family = families(np.array([[0, 1], [1, 4]]), 5)
    assert family.tolist() == [0, 0, ALONE, ALONE, 0]
    assert np.nonzero(representatives(family, np.array([1.0, 3.0, 9.0, 9.0, 3.0])))[0].tolist() == [1]
