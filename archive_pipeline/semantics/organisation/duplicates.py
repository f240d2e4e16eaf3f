"""Near-duplicates, bursts, raw files with their JPEG: which pictures stand for one, and which of them for all."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.semantics.organisation.space import Rows

Pairs = NDArray[np.int64]
ALONE = -1
_CELLS = 1 << 26  # cosines at once: 0.27 GB, and half as much for masks
_MOST_ROWS = 1024


@dataclass(frozen=True)
class DuplicateParameters:
    """Chosen on simulated photographs (seeds 1 to 3)."""

    least_cosine: float = 0.9
    """Of pictures that are compared at all; the hash decides. Every copy had 0.95 and more with archive-tiny."""
    most_neighbours: int = 20
    """Each picture is compared with so many of the nearest after it."""
    burst_gap_s: float = 1.5
    """Pictures of one camera that follow each other sooner are a burst, if they are near as well."""


def near_pairs(embeddings: Rows, parameters: DuplicateParameters, new: NDArray[np.bool_] | None = None) -> Pairs:
    """(m, 2) pairs of rows i < j whose cosine is at least `least_cosine`: of each i the nearest that follow it.

    With `new` (n,) only pairs that have a new row: of each new one the nearest. Exact, in blocks of so many rows that
    memory does not grow with n; the time grows with the square of n, or with n times the number of new rows.
    """
    found = [np.empty((0, 2), np.int64)]
    numbers = np.arange(len(embeddings))
    asked = numbers if new is None else numbers[new]
    height = min(_MOST_ROWS, max(1, _CELLS // max(len(embeddings), 1)))
    for at in range(0, len(asked), height):
        rows = asked[at : at + height]
        first = at if new is None else 0
        others = numbers[first:]
        cosines = embeddings[rows] @ embeddings[first:].T
        is_other = (others > rows[:, None]) if new is None else ~(new & (others <= rows[:, None]))
        near = (cosines >= parameters.least_cosine) & is_other
        for i in np.nonzero(near.sum(axis=1) > parameters.most_neighbours)[0]:
            candidates = np.nonzero(near[i])[0]
            keep = np.argpartition(-cosines[i, candidates], parameters.most_neighbours)[: parameters.most_neighbours]
            near[i] = False
            near[i, candidates[keep]] = True
        of_rows, of_others = np.nonzero(near)
        found.append(np.column_stack([rows[of_rows], others[of_others]]))
    return np.sort(np.concatenate(found), axis=1)


def same_pictures(
    pairs: Pairs,
    differ: Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.int64]],
    most_bits: int,
    taken_s: NDArray[np.float64],
) -> Pairs:
    """Of near pairs those that hold one picture.

    `differ`: in how many bits the hashes of pairs differ; at most `most_bits` for one picture. `taken_s` (n,) seconds,
    NaN where unknown: known times that differ are two exposures, however alike. A picture without a time may look like
    every one of a burst and is a copy of one: of the nearest.
    """
    first, second = pairs[:, 0], pairs[:, 1]
    pairs = pairs[~(np.abs(taken_s[first] - taken_s[second]) > 0)]
    bits = differ(pairs[:, 0], pairs[:, 1])
    pairs, bits = pairs[bits <= most_bits], bits[bits <= most_bits]
    undated = np.isnan(taken_s)
    of_undated = undated[pairs]
    mixed = of_undated.sum(axis=1) == 1
    copies = np.where(of_undated[mixed, 0], pairs[mixed, 0], pairs[mixed, 1])
    order = np.lexsort((bits[mixed], copies))
    copies_once, nearest = np.unique(copies[order], return_index=True)
    both = of_undated.all(axis=1) & ~np.isin(pairs, copies_once).any(axis=1)
    return np.concatenate([pairs[~of_undated.any(axis=1) | both], pairs[mixed][order][nearest]])


def burst_pairs(pairs: Pairs, taken_s: NDArray[np.float64], parameters: DuplicateParameters) -> Pairs:
    """Of near pairs those taken in one breath."""
    apart = np.abs(taken_s[pairs[:, 0]] - taken_s[pairs[:, 1]])
    return pairs[(apart > 0) & (apart <= parameters.burst_gap_s)]


def raw_pairs(paths: Sequence[str], is_raw: NDArray[np.bool_]) -> Pairs:
    """(m, 2) pairs of a raw file and another one that the camera wrote of the same exposure: same folder, same name but
    for the suffix. `paths` of n pictures, `is_raw` (n,)."""
    beside: dict[str, list[int]] = defaultdict(list)
    for i, path in enumerate(paths):
        beside[str(PurePosixPath(path).with_suffix(""))].append(i)
    found = [(raw, other) for same in beside.values() for raw in same for other in same if is_raw[raw] > is_raw[other]]
    return np.sort(np.array(found, dtype=np.int64).reshape(-1, 2), axis=1)


def families(pairs: Pairs, n: int) -> NDArray[np.int64]:
    """(n,) number of the family of each picture, -1 where it is alone. What is paired with one is with all of it."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(pairs), np.int8), (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    _, component = connected_components(graph, directed=False)
    together = np.bincount(component) > 1
    numbers = np.where(together, np.cumsum(together) - 1, ALONE)
    return np.asarray(numbers[component], dtype=np.int64)


def representatives(family: NDArray[np.int64], quality: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(n,) which picture stands for its family: the one of the highest quality, of equals the first."""
    chosen = np.zeros(len(family), bool)
    inside = np.nonzero(family >= 0)[0]
    order = np.lexsort((inside, -quality[inside], family[inside]))
    _, first = np.unique(family[inside][order], return_index=True)
    chosen[inside[order][first]] = True
    return chosen


@dataclass(frozen=True, eq=False)
class Folding:
    """Which of n pictures are shown, and what stands for the others."""

    of: NDArray[np.int64]
    """(n,) what each is a duplicate of: the best of the same exposure or of its burst; itself where it is shown."""
    kept: NDArray[np.int64]
    """(n,) what is shown in its place."""
    same_exposure: NDArray[np.bool_]
    """(n,) whether `of` is the same exposure."""


def fold(same: Pairs, bursts: Pairs, quality: NDArray[np.float64]) -> Folding:
    """Fold pictures by pairs of one exposure and pairs of one burst; the one of the highest `quality` (n,) is shown."""
    n = len(quality)
    of_exposure = _best(families(same, n), quality)
    between = of_exposure[bursts]
    of_burst = _best(families(between[between[:, 0] != between[:, 1]], n), quality)
    same_exposure = of_exposure != np.arange(n)
    return Folding(np.where(same_exposure, of_exposure, of_burst), of_burst[of_exposure], same_exposure)


def _best(family: NDArray[np.int64], quality: NDArray[np.float64]) -> NDArray[np.int64]:
    """(n,) for each the one that stands for its family: itself where it is alone."""
    best = np.arange(len(family))
    stands = representatives(family, quality)
    of_family = np.zeros(int(family.max(initial=ALONE)) + 1, np.int64)
    of_family[family[stands]] = np.nonzero(stands)[0]
    inside = family >= 0
    best[inside] = of_family[family[inside]]
    return best
