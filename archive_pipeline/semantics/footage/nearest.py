"""The nearest of many small vectors, block by block, so that memory does not grow with their number: of all of them
or, where these are told, of those in the cells around each question.

Cells are an inverted file (Jégou, Douze and Schmid 2011, without its codes): each vector belongs to the nearest of some
centres, and a question looks into the cells of the centres that are nearest to it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SCALE = 127
N_CELLS = 1024
_PROBED = (
    64  # of these cells, by each question: 0.997 of the pairs of shots of videos that share footage (docs/reuse.md)
)
_BLOCK, _QUESTIONS = 16_384, 1024  # rows and questions at a time: 64 MB of scores
_CELLS_BLOCK, _CELLS_QUESTIONS = 1 << 28, 8192  # bytes of rows, a few hundred of each cell, and questions at a time
_GROUP = 16  # columns

Stored = NDArray[np.int8]
Vectors = NDArray[np.float32]
_Found = tuple[NDArray[np.float32], NDArray[np.int64]]


@dataclass(frozen=True)
class Cells:
    """`centres` (N_CELLS, d) unit vectors; `of_rows` (m,): the number of each row's own."""

    centres: Vectors
    of_rows: NDArray[np.uint16]


def quantized(vectors: NDArray[np.float32]) -> Stored:
    """Unit vectors as whole numbers, each with its largest value at 127: what lengths say is lost, and not needed."""
    largest = np.abs(vectors).max(axis=1, keepdims=True, initial=0)
    found: Stored = np.rint(vectors / np.maximum(largest, 1e-6) * SCALE).astype(np.int8)
    return found


def centres_of(stored: Stored) -> Vectors:
    """Of the cells of rows (m, d), m at least N_CELLS: some of them, drawn, and moved once to the middle of their
    cells. More of Lloyd's steps find no more."""
    centres = _unit(stored[np.random.default_rng(0).permutation(len(stored))[:N_CELLS]])
    own = cells_of(stored, centres)
    sums = np.zeros_like(centres)
    for part in _blocks(len(stored), ()):
        np.add.at(sums, own[part.start : part.stop], _unit(stored[part.start : part.stop]))
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    return np.where(lengths > 0, sums / np.maximum(lengths, 1e-6), centres).astype(np.float32)


def cells_of(stored: Stored, centres: Vectors) -> NDArray[np.uint16]:
    """(m,) the cell of each row (m, d)."""
    found = np.empty(len(stored), np.uint16)
    for part in _blocks(len(stored), ()):
        found[part.start : part.stop] = (_unit(stored[part.start : part.stop]) @ centres.T).argmax(axis=1)
    return found


def nearest(
    questions: Vectors, stored: Stored, k: int, without: Sequence[range] = (), cells: Cells | None = None
) -> _Found:
    """(n, k) cosines of the questions (n, d) with the stored rows (m, d) that are nearest, best first, and these rows'
    numbers; a row of -1 is none. `without`: rows that are not looked at, in order. `cells` of the rows: only those
    around each question are looked at.
    """
    at_once = _CELLS_QUESTIONS if cells else _QUESTIONS
    parts = [
        _nearest_in(cells, part, stored, k, without) if cells else _nearest(part, stored, k, without)
        for part in np.split(questions, range(at_once, len(questions), at_once))
    ]
    cosines, rows = zip(*parts, strict=True)
    return np.concatenate(cosines), np.concatenate(rows)


def _nearest(questions: Vectors, stored: Stored, k: int, without: Sequence[range]) -> _Found:
    found = _none(len(questions), k)
    for part in _blocks(len(stored), without):
        scores, best = _best(questions @ _unit(stored[part.start : part.stop]).T, k)
        found = _merged(found, (scores, best + part.start), k)
    return found


def _nearest_in(cells: Cells, questions: Vectors, stored: Stored, k: int, without: Sequence[range]) -> _Found:
    probed = np.argpartition(-(questions @ cells.centres.T), _PROBED, axis=1)[:, :_PROBED]
    asking = [np.nonzero(probed == cell) for cell in range(len(cells.centres))]
    found = _none(len(questions), k)
    for part in _blocks(len(stored), without, _CELLS_BLOCK // stored.shape[1]):
        own = cells.of_rows[part.start : part.stop]
        order = np.argsort(own, kind="stable")
        bounds = np.searchsorted(own[order], np.arange(len(cells.centres) + 1))
        block = stored[part.start : part.stop]
        scores, rows = _none(len(questions) * _PROBED, k)
        for (who, probe), first, last in zip(asking, bounds[:-1], bounds[1:], strict=True):
            if len(who) and first < last:
                within = order[first:last]
                cosines, columns = _best(questions[who] @ _unit(block[within]).T, k)
                best = np.argpartition(-cosines, min(k, cosines.shape[1]) - 1, axis=1)[:, :k]
                places = who * _PROBED + probe
                scores[places, : best.shape[1]] = np.take_along_axis(cosines, best, axis=1)
                rows[places, : best.shape[1]] = within[np.take_along_axis(columns, best, axis=1)] + part.start
        found = _merged(found, (scores.reshape(len(questions), -1), rows.reshape(len(questions), -1)), k)
    return found


def _none(n: int, k: int) -> _Found:
    return np.full((n, k), -np.inf, np.float32), np.full((n, k), -1, np.int64)


def _unit(rows: Stored) -> Vectors:
    block = rows.astype(np.float32)
    block /= np.maximum(np.linalg.norm(block, axis=1, keepdims=True), 1e-6)
    return block


def _best(scores: NDArray[np.float32], k: int) -> _Found:
    """The k largest of each row, or all, and their columns; first the k groups of columns with the largest of all."""
    n, width = scores.shape
    n_groups = width // _GROUP
    if n_groups <= k:
        return scores, np.broadcast_to(np.arange(width), scores.shape)
    grouped = scores[:, : n_groups * _GROUP].reshape(n, _GROUP, n_groups)
    groups = np.argpartition(grouped.max(axis=1), n_groups - k, axis=1)[:, -k:]
    columns = (groups[:, None, :] + n_groups * np.arange(_GROUP)[None, :, None]).reshape(n, -1)
    rest = np.broadcast_to(np.arange(n_groups * _GROUP, width), (n, width - n_groups * _GROUP))
    columns = np.concatenate([columns, rest], axis=1)
    return np.take_along_axis(scores, columns, axis=1), columns


def _merged(known: _Found, new: _Found, k: int) -> _Found:
    scores, rows = np.concatenate([known[0], new[0]], axis=1), np.concatenate([known[1], new[1]], axis=1)
    order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(scores, order, axis=1), np.take_along_axis(rows, order, axis=1)


def _blocks(n: int, without: Iterable[range], height: int = _BLOCK) -> Iterator[range]:
    start = 0
    for hole in [*without, range(n, n)]:
        for first in range(start, hole.start, height):
            yield range(first, min(first + height, hole.start))
        start = hole.stop
