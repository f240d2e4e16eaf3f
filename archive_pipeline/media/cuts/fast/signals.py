"""What is measured once on every thumbnail, and between it and the one before."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

WIDTH, HEIGHT = 48, 27
BLOCK = 3
"""Side in pixels of the squares whose mean colours make the coarse picture: 16 × 9 of them, blind to small motion."""
COARSE_SHAPE = (HEIGHT // BLOCK, WIDTH // BLOCK)
N_LUMA = COARSE_SHAPE[0] * COARSE_SHAPE[1]
"""Leading columns of a coarse picture that are luma."""
HISTOGRAM_LEVELS = 4
_MATCH_ROWS, _MATCH_COLUMNS = 9, 8
_SEARCH = 2
_PER_MATCH_BLOCK = np.float32(1 / (_MATCH_ROWS * _MATCH_COLUMNS))


@dataclass(frozen=True)
class Signals:
    """Measurements of `n` consecutive frames; every array has one row a frame."""

    coarse: Floats
    """(n, 9·16·3) mean colour of squares: luma, then two colour differences, 0 to 255 scale."""
    histogram: Floats
    """(n, 64) share of the pixels in each of 4 × 4 × 4 colours."""
    level: Floats
    """(n, 3) mean luma, standard deviation of luma, mean saturation."""
    step: Floats
    """(n, 4) change from the frame before: mean |luma|; after motion is compensated in blocks, their mean and their
    largest; the part of pixels that changed by more than 24."""

    def __len__(self) -> int:
        return len(self.coarse)

    @property
    def last(self) -> "Signals":
        return self._taken(np.array([len(self) - 1]))

    def window(self, first: int, last: int) -> "Signals":
        """Frames `first` to `last` (exclusive); rows beyond either end repeat the outermost frame, without change."""
        rows = np.arange(first, last)
        inside = np.clip(rows, 0, len(self) - 1)
        window = self._taken(inside)
        window.step[(rows < 0) | (rows >= len(self))] = 0
        return window

    def held(self, n_held: NDArray[np.intp], before: "Signals") -> "Signals":
        """Before each frame the one before it `n_held` (n,) times more; `before` is that of the first."""
        at = np.repeat(np.arange(len(self)), n_held + 1)
        is_copy = np.ones(len(at), dtype=bool)
        is_copy[np.cumsum(n_held + 1) - 1] = False
        rows = Signals.joined([before, self])._taken(at + 1 - is_copy)
        rows.step[is_copy] = 0
        return rows

    def _taken(self, rows: NDArray[np.intp]) -> "Signals":
        return Signals(*(getattr(self, field.name)[rows] for field in fields(Signals)))

    @staticmethod
    def joined(parts: "list[Signals]") -> "Signals":
        """One after the other."""
        return Signals(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Signals)))


def measure(thumbnails: NDArray[np.uint8], before: NDArray[np.uint8]) -> Signals:
    """Signals of `(n, 27, 48, 3)` RGB thumbnails; `before` is the thumbnail that precedes them (27, 48, 3)."""
    n = len(thumbnails)
    luma = _luma(thumbnails)
    coarse = _coarse(thumbnails)
    pixels = luma.reshape(n, -1)
    mean = pixels.mean(axis=1)
    spread = np.sqrt(np.maximum(np.einsum("np,np->n", pixels, pixels) / np.float32(pixels.shape[1]) - mean**2, 0))
    blue, red = coarse[:, 1].reshape(n, -1), coarse[:, 2].reshape(n, -1)
    saturation = np.sqrt(blue**2 + red**2).mean(axis=1)
    level = np.stack([mean, spread, saturation], axis=1)
    return Signals(coarse.reshape(n, -1), _histograms(thumbnails), level, _steps(luma, _luma(before[None])))


def _luma(thumbnails: NDArray[np.uint8]) -> Floats:
    """(n, 27, 48) Rec. 601 luma."""
    red, green, blue = (thumbnails[..., i].astype(np.float32) for i in range(3))
    luma: Floats = np.float32(0.299) * red + np.float32(0.587) * green + np.float32(0.114) * blue
    return luma


def _coarse(thumbnails: NDArray[np.uint8]) -> Floats:
    """(n, 3, 9, 16) means of squares: luma, blue difference, red difference."""
    n = len(thumbnails)
    rows, columns = COARSE_SHAPE
    bands = thumbnails.reshape(n, rows, BLOCK, WIDTH * 3).sum(axis=2, dtype=np.uint16)
    pixels = bands.reshape(n, rows, columns, BLOCK, 3).astype(np.float32)
    rgb = (pixels[:, :, :, 0] + pixels[:, :, :, 1] + pixels[:, :, :, 2]) / np.float32(BLOCK**2)
    luma = np.float32(0.299) * rgb[..., 0] + np.float32(0.587) * rgb[..., 1] + np.float32(0.114) * rgb[..., 2]
    return np.stack([luma, np.float32(0.564) * (rgb[..., 2] - luma), np.float32(0.713) * (rgb[..., 0] - luma)], axis=1)


def _histograms(thumbnails: NDArray[np.uint8]) -> Floats:
    n = len(thumbnails)
    bins = HISTOGRAM_LEVELS**3
    level = (thumbnails >> 6).astype(np.int32)
    colour = (level[..., 0] * HISTOGRAM_LEVELS + level[..., 1]) * HISTOGRAM_LEVELS + level[..., 2]
    colour = colour.reshape(n, -1) + bins * np.arange(n, dtype=np.int32)[:, None]
    counts = np.bincount(colour.ravel(), minlength=n * bins).reshape(n, bins)
    return (counts / np.float32(WIDTH * HEIGHT)).astype(np.float32)


def _steps(luma: Floats, before: Floats) -> Floats:
    """Frames lie along the last axis here, so that every sum over pixels adds long contiguous rows."""
    frames = np.ascontiguousarray(np.moveaxis(np.rint(np.concatenate([before, luma])).astype(np.int16), 0, -1))
    now, last = frames[..., 1:], frames[..., :-1]
    padded = np.pad(last, ((_SEARCH, _SEARCH), (_SEARCH, _SEARCH), (0, 0)), mode="edge")
    best: NDArray[np.int16] | None = None
    for dy in range(2 * _SEARCH + 1):
        for dx in range(2 * _SEARCH + 1):
            error = np.abs(now - padded[dy : dy + HEIGHT, dx : dx + WIDTH])
            blocks = error.reshape(HEIGHT // _MATCH_ROWS, _MATCH_ROWS, WIDTH // _MATCH_COLUMNS, _MATCH_COLUMNS, -1)
            total = blocks.sum(axis=3, dtype=np.int16).sum(axis=1, dtype=np.int16)  # at most 72 · 255 = 18,360
            best = total if best is None else np.minimum(best, total, out=best)
            if dy == dx == _SEARCH:
                plain = error
    assert best is not None
    matched = best.reshape(-1, best.shape[-1]).astype(np.float32) * _PER_MATCH_BLOCK
    return np.stack(
        [
            plain.reshape(-1, len(luma)).mean(axis=0, dtype=np.float32),
            matched.mean(axis=0),
            matched.max(axis=0),
            (plain.reshape(-1, len(luma)) > 24).mean(axis=0, dtype=np.float32),
        ],
        axis=1,
    )
