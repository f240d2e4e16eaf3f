"""Collections that organise themselves: groups that stay themselves, near-duplicates and bursts."""

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from archive_pipeline.semantics.organisation import duplicates, hierarchy
from archive_pipeline.semantics.organisation.duplicates import (
    ALONE,
    DuplicateParameters,
    burst_pairs,
    families,
    fold,
    near_pairs,
    raw_pairs,
    representatives,
    same_pictures,
)
from archive_pipeline.semantics.organisation.grouping import (
    Grouping,
    GroupingParameters,
    Groups,
    medoids,
    organise,
)
from archive_pipeline.semantics.organisation.identity import matched
from archive_pipeline.semantics.organisation.space import means_of

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
    return rows, group, organise(rows)[1]


@pytest.fixture(scope="module")
def grouping() -> Grouping:
    return organise(pictures(300, 1)[0])[0]


def test_groups_are_found_and_levels_are_nested(organised: tuple[np.ndarray, np.ndarray, Groups]) -> None:
    _, group, found = organised
    assert adjusted_rand_score(group, found.labels[:, 1]) > 0.95
    for fine, coarse in ((2, 1), (1, 0)):
        pairs = np.unique(found.labels[:, [fine, coarse]], axis=0)
        assert len(np.unique(pairs[:, 0])) == len(pairs)


def test_two_things_are_told_apart_where_all_is_near_and_one_thing_is_one_where_all_is_far() -> None:
    """A room and a beach, two things in each, three colours of each thing, each a part."""
    axes = np.eye(16)
    rows, part, thing_of, theme_of = [], [], [], []
    for theme, scale in enumerate((0.35, 0.7)):
        for thing in range(2):
            for colour in range(3):
                number = len(thing_of)
                mean = axes[theme] + scale * (axes[2 + thing] + 0.7 * axes[4 + 3 * thing + colour])
                n = 10 if colour else 20
                rows.append(mean + np.random.default_rng(number).normal(0, 0.1 * scale, (n, 16)))
                part += [number] * n
                thing_of.append(2 * theme + thing)
                theme_of.append(theme)
    unit = np.concatenate(rows)
    unit = (unit / np.linalg.norm(unit, axis=1, keepdims=True)).astype(np.float32)
    means = means_of(unit, np.array(part, np.int32), len(thing_of))
    between = np.sqrt(np.maximum(2 - 2 * means @ means.T, 0.0))
    one_thing = np.equal.outer(thing_of, thing_of)
    assert between[:6, :6][~one_thing[:6, :6]].min() < between[6:, 6:][one_thing[6:, 6:]].max()
    found = hierarchy.groups(means, np.bincount(part), np.array(theme_of, np.int32), GroupingParameters().reach)
    assert adjusted_rand_score(thing_of, found) == 1


def test_the_same_pictures_give_the_same_groups(organised: tuple[np.ndarray, np.ndarray, Groups]) -> None:
    rows, _, found = organised
    assert (organise(rows)[1].labels == found.labels).all()


def test_new_pictures_join_the_groups_of_those_like_them(
    organised: tuple[np.ndarray, np.ndarray, Groups], grouping: Grouping
) -> None:
    _, group, found = organised
    new, its_group = pictures(40, 2)
    both = np.concatenate([group, its_group])
    labels = np.concatenate([found.labels[:, 1], grouping.place(new).labels[:, 1]])
    assert adjusted_rand_score(both, labels) > 0.95


def test_what_is_like_nothing_else_belongs_nowhere(grouping: Grouping) -> None:
    odd = -pictures(300, 1)[0].mean(axis=0, keepdims=True)
    placed = grouping.place(odd / np.linalg.norm(odd))
    assert (placed.labels[-1] == -1).all()
    assert placed.certainty[-1] == 0


def test_the_largest_group_of_each_level_is_the_first(organised: tuple[np.ndarray, np.ndarray, Groups]) -> None:
    for labels in organised[2].labels.T:
        sizes = np.bincount(labels[labels >= 0])
        assert (np.diff(sizes) <= 0).all()


@pytest.mark.parametrize("n", [1, 2, 9, 11])
def test_few_pictures_are_organised_too(n: int) -> None:
    found = organise(pictures(n, 3)[0])[1]
    assert found.labels.shape == (n, 3)
    assert found.labels.min() >= -1


def test_equal_pictures_are_one_group() -> None:
    found = organise(np.repeat(pictures(1, 4)[0], 40, axis=0))[1]
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


@pytest.mark.parametrize("cells", [duplicates._CELLS, 20 * 1500])
def test_near_pairs_are_those_of_all_cosines_in_blocks_of_any_height(
    cells: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duplicates, "_CELLS", cells)
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


def test_of_what_is_new_all_pairs_are_found_and_of_what_is_not_none() -> None:
    rows, _ = pictures(400, 5, spread=0.15)
    parameters = DuplicateParameters(least_cosine=0.9, most_neighbours=400)
    new = np.arange(400) % 7 == 0
    expected = [pair for pair in near_pairs(rows, parameters).tolist() if new[pair].any()]
    assert sorted(near_pairs(rows, parameters, new).tolist()) == expected


def test_copies_are_folded_behind_the_best_and_bursts_behind_the_best_of_the_burst() -> None:
    same, bursts = np.array([[0, 1]]), np.array([[0, 2], [1, 2]])
    folding = fold(same, bursts, np.array([1.0, 2.0, 3.0, 0.0]))
    assert folding.of.tolist() == [1, 2, 2, 3]
    assert folding.kept.tolist() == [2, 2, 2, 3]
    assert folding.same_exposure.tolist() == [True, False, False, False]


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
