"""Features of every frame's boundary with the one before, from the frames around it.

A boundary `t` lies between frames t-1 and t. Most features compare frame t-k with frame t+k-1, for reaches `k` from one
frame to two seconds:

- how far apart the two pictures are (`distance`): a flash is near zero at some reach, a cut at none;
- how straight the way between them was (`straightness`): distance over the summed changes of every step. A dissolve, a
  fade or a wipe goes straight from one picture to the other; motion, however slow, goes to and fro;
- whether the middle looks like the mean of both (`bend`), as it does in a dissolve;
- whether structure survives a change of brightness (`structure`), and colours a change of place (`colours`).

Where lights flash, no two frames at the same distance may look alike though the place is the same. So a few features
say how alike the two most alike pictures are, of several before the boundary and several after it: in what is bright
and dark (`place`), and in the finer structure, which light from one side leaves as it is (`detail`).
"""

import numpy as np

from archive_pipeline.media.cuts.fast.signals import COARSE_SHAPE, N_LUMA, Floats, Signals

REACHES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48)
_HISTOGRAM_REACHES = (1, 2, 4, 8, 16, 32)
_BEND_REACHES = (4, 8, 16, 32)
_MATCH_REACHES = (1, 2, 4, 8, 16)
_ALIKE_REACHES = (2, 4, 8)
_DETAIL_REACHES = (1, 2, 4, 8)
_N_LAGS = 2 * max(_ALIKE_REACHES) - 1
CONTEXT = max(REACHES)
"""Frames needed on either side."""
N_FEATURES = 3 * len(REACHES) + sum(
    map(len, (_HISTOGRAM_REACHES, _BEND_REACHES, _MATCH_REACHES, *[_ALIKE_REACHES] * 2, _DETAIL_REACHES, range(10)))
)
_NOISE = np.float32(0.5)
"""Differences below this (of 255) mean nothing: sensor noise and compression."""


def features(signals: Signals) -> Floats:
    """(n - 2·CONTEXT, N_FEATURES) features of the boundaries of all frames but the outermost `CONTEXT` at each end."""
    n = len(signals) - 2 * CONTEXT
    x = signals.coarse
    luma = x[:, :N_LUMA] - x[:, :N_LUMA].mean(axis=1, keepdims=True)
    contrast = np.sqrt(np.square(luma).mean(axis=1))
    travelled = np.zeros(len(x), dtype=np.float32)
    travelled[1:] = np.cumsum(np.abs(x[1:] - x[:-1]).mean(axis=1), dtype=np.float64)

    def before(k: int) -> slice:
        return slice(CONTEXT - k, CONTEXT - k + n)

    def after(k: int) -> slice:
        return slice(CONTEXT + k - 1, CONTEXT + k - 1 + n)

    columns: list[Floats] = []
    middle = (x[before(1)] + x[after(1)]) / 2
    for k in REACHES:
        b, a = before(k), after(k)
        distance = np.abs(x[a] - x[b]).mean(axis=1)
        columns.append(np.log(distance + _NOISE))
        columns.append((distance + _NOISE / 2) / (travelled[a] - travelled[b] + _NOISE / 2))
        likeness = np.einsum("np,np->n", luma[a], luma[b]) / np.float32(N_LUMA)
        columns.append(1 - likeness / (contrast[a] * contrast[b] + np.float32(4)))
        if k in _BEND_REACHES:
            off = np.abs((x[a] + x[b]) / 2 - middle).mean(axis=1)
            columns.append((off + _NOISE / 4) / (distance + _NOISE))
        if k in _HISTOGRAM_REACHES:
            columns.append(np.abs(signals.histogram[a] - signals.histogram[b]).sum(axis=1) / 2)
        if k in _MATCH_REACHES:
            columns.append(np.log(_matched(x[a, :N_LUMA], x[b, :N_LUMA]) + _NOISE))
    for kind, floor in ((luma, np.float32(4)), (_detail(x[:, :N_LUMA]), np.float32(1))):
        alike = _correlations(kind, floor)
        columns.extend(1 - _most_alike(alike, k, n) for k in _ALIKE_REACHES)
    columns.extend(1 - alike[2 * k - 2, before(k)] for k in _DETAIL_REACHES)
    columns.append(np.log(np.abs(x[after(1)] - x[before(2)]).mean(axis=1) + _NOISE))
    columns.append(np.log(np.abs(x[after(2)] - x[before(1)]).mean(axis=1) + _NOISE))
    here = slice(CONTEXT, CONTEXT + n)
    step, level = signals.step[here], signals.level[here]
    columns.extend(np.log(step[:, i] + _NOISE) for i in range(3))
    columns.append(step[:, 3])
    columns.append((step[:, 1] + _NOISE) / (step[:, 0] + _NOISE))
    columns.append(np.log(level[:, 1] + np.float32(1)))
    columns.extend([level[:, 0] / np.float32(128), level[:, 2] / np.float32(32)])
    return np.stack(columns, axis=1).astype(np.float32, copy=False)


def _matched(after: Floats, before: Floats) -> Floats:
    """(n,) mean difference of coarse luma when each of its squares may find its like one square away."""
    rows, columns = COARSE_SHAPE
    n = len(after)
    now = after.reshape(n, rows, columns)
    padded = np.pad(before.reshape(n, rows, columns), ((0, 0), (1, 1), (1, 1)), mode="edge")
    best = np.abs(now - padded[:, 1:-1, 1:-1])
    for dy in range(3):
        for dx in range(3):
            if (dy, dx) != (1, 1):
                np.minimum(best, np.abs(now - padded[:, dy : dy + rows, dx : dx + columns]), out=best)
    mean: Floats = best.reshape(n, -1).mean(axis=1)
    return mean


def _detail(luma: Floats) -> Floats:
    """(n, 144) coarse luma less the mean of each square and its eight neighbours."""
    rows, columns = COARSE_SHAPE
    padded = np.pad(luma.reshape(-1, rows, columns), ((0, 0), (1, 1), (1, 1)), mode="edge")
    across = padded[:, :, :-2] + padded[:, :, 1:-1] + padded[:, :, 2:]
    around = across[:, :-2] + across[:, 1:-1] + across[:, 2:]
    detail: Floats = luma - around.reshape(len(luma), -1) / np.float32(9)
    return detail


def _correlations(pictures: Floats, floor: np.float32) -> Floats:
    """(_N_LAGS, n) correlation of each picture (n, 144) with the one 1, 2, … frames later.

    `floor` is added to the product of their contrasts, so that noise is not alike and not unlike.
    """
    n = len(pictures)
    contrast = np.sqrt(np.square(pictures).mean(axis=1))
    found = np.zeros((_N_LAGS, n), dtype=np.float32)
    for lag in range(1, _N_LAGS + 1):
        a, b = slice(0, n - lag), slice(lag, n)
        likeness = np.einsum("np,np->n", pictures[a], pictures[b]) / np.float32(N_LUMA)
        found[lag - 1, a] = likeness / (contrast[a] * contrast[b] + floor)
    return found


def _most_alike(alike: Floats, k: int, n: int) -> Floats:
    """(n,) the best correlation of one of the `k` frames before each boundary with one of the `k` after it."""
    best = np.full(n, -1, dtype=np.float32)
    for i in range(1, k + 1):
        for j in range(k):
            np.maximum(best, alike[i + j - 1, CONTEXT - i : CONTEXT - i + n], out=best)
    return best
