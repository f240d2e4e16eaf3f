"""The nearest of small vectors: of all of them as brute force has them, in cells nearly all that matter."""

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.semantics.footage.nearest import N_CELLS, Cells, cells_of, centres_of, nearest, quantized


def unit(rows: NDArray[np.floating]) -> NDArray[np.float32]:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def test_the_nearest_are_those_of_brute_force_without_what_is_left_out() -> None:
    random = np.random.default_rng(0)
    stored = quantized(random.standard_normal((70_000, 16)).astype(np.float32))
    questions = random.standard_normal((5, 16)).astype(np.float32)
    scores = questions @ unit(stored).T
    scores[:, 10:40_000] = -np.inf
    cosines, rows = nearest(questions, stored, 7, [range(10, 40_000)])
    np.testing.assert_allclose(cosines, np.sort(scores, axis=1)[:, ::-1][:, :7], rtol=1e-5)
    np.testing.assert_allclose(np.take_along_axis(scores, rows, axis=1), cosines, rtol=1e-5)
    assert (nearest(questions, stored[:3], 7)[1][:, 3:] == -1).all()


def test_copies_are_found_in_cells_and_what_is_left_out_is_not() -> None:
    random = np.random.default_rng(1)
    stored = quantized(random.standard_normal((30_000, 48)).astype(np.float32))
    chosen = random.permutation(len(stored))[:1000]
    copies = unit(unit(stored[chosen]) + 0.35 / np.sqrt(48) * random.standard_normal((1000, 48)))
    centres = centres_of(stored[:16_384])
    cells = Cells(centres, cells_of(stored, centres))
    cosines, rows = nearest(copies, stored, 4, [range(15_000)], cells)
    there = chosen >= 15_000
    assert (rows[there] == chosen[there, None]).any(axis=1).mean() >= 0.99
    assert (rows >= 15_000).all()
    found = np.einsum("nd,nkd->nk", copies, unit(stored)[rows])
    np.testing.assert_allclose(found, cosines, rtol=1e-4)
    assert (np.diff(cosines, axis=1) <= 0).all()
    assert all(len(set(row)) == 4 for row in rows.tolist())


def test_centres_are_of_the_rows_and_every_row_is_in_the_cell_of_its_nearest() -> None:
    random = np.random.default_rng(2)
    stored = quantized(random.standard_normal((4096, 8)).astype(np.float32))
    centres = centres_of(stored)
    assert centres.shape == (N_CELLS, 8)
    np.testing.assert_allclose(np.linalg.norm(centres, axis=1), 1, rtol=1e-5)
    np.testing.assert_array_equal(cells_of(stored, centres), (unit(stored) @ centres.T).argmax(axis=1))
