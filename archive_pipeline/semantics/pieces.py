"""A time line cut into pieces, the too short of which join a neighbour of the same scene."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.semantics.timeline import Span


@dataclass(frozen=True)
class Piece:
    """A stretch of time and the frames `first` to `stop - 1` in it, possibly none."""

    start_s: float
    end_s: float
    first: int
    stop: int
    starts_scene: bool
    starts_at_cut: bool
    """Whether a hard cut parts it from the piece before."""

    @property
    def n_frames(self) -> int:
        return self.stop - self.first


def cut_into_pieces(
    edges_s: NDArray[np.float64],
    scene_borders_s: NDArray[np.float64],
    hard_s: NDArray[np.float64],
    times: NDArray[np.float64],
    span: Span,
) -> list[Piece]:
    """Pieces between the edges (sorted, each once, inside the span); a frame at an edge belongs to the later piece."""
    starts = np.concatenate([[span[0]], edges_s])
    ends = np.append(edges_s, span[1])
    firsts = np.searchsorted(times, starts, side="left")
    stops = np.append(firsts[1:], len(times))
    at_scene, at_cut = np.isin(starts, scene_borders_s), np.isin(starts, hard_s)
    columns = zip(starts, ends, firsts, stops, at_scene, at_cut, strict=True)
    return [Piece(float(a), float(b), int(i), int(j), bool(s), bool(c)) for a, b, i, j, s, c in columns]


def join_short_pieces(pieces: list[Piece], rows: NDArray[np.float32], min_s: float) -> list[Piece]:
    """Pieces of at least `min_s` with at least one frame, unless a scene has none but a shorter one.

    The last piece may be shorter where a cut begins it and enough of its scene is before it: no file says for how long
    its last frame stands. A piece joins
    the neighbour that no hard cut parts from it, of two such the one that looks more like it.
    """
    joined: list[Piece] = []
    scene: list[Piece] = []
    *earlier, last = pieces
    begins = next((piece for piece in reversed(pieces) if piece.starts_scene), pieces[0])
    before_it = last.first - begins.first if last.start_s - begins.start_s >= min_s - 1e-6 else 0
    stays = last.starts_at_cut and last.n_frames and last.end_s - last.start_s < min_s and before_it
    for piece in earlier if stays else pieces:
        if piece.starts_scene:
            joined += _join_in_scene(scene, rows, min_s)
            scene = []
        scene.append(piece)
    return joined + _join_in_scene(scene, rows, min_s) + ([last] if stays else [])


def _join_in_scene(scene: list[Piece], rows: NDArray[np.float32], min_s: float) -> list[Piece]:
    scene = list(scene)
    while len(scene) > 1:
        short = [i for i, piece in enumerate(scene) if not piece.n_frames or piece.end_s - piece.start_s < min_s - 1e-6]
        if not short:
            break
        i = min(short, key=lambda k: (scene[k].end_s - scene[k].start_s, k))
        left = i > 0 and (i == len(scene) - 1 or _prefers_left(scene[i - 1], scene[i], scene[i + 1], rows))
        k = i - 1 if left else i
        a, b = scene[k], scene[k + 1]
        scene[k : k + 2] = [Piece(a.start_s, b.end_s, a.first, b.stop, a.starts_scene, a.starts_at_cut)]
    return scene


def _prefers_left(left: Piece, piece: Piece, right: Piece, rows: NDArray[np.float32]) -> bool:
    if piece.starts_at_cut != right.starts_at_cut:
        return right.starts_at_cut
    if piece.n_frames and left.n_frames and right.n_frames:
        means = [rows[p.first : p.stop].mean(axis=0) for p in (left, piece, right)]
        return bool(np.linalg.norm(means[1] - means[0]) <= np.linalg.norm(means[1] - means[2]))
    return left.end_s - left.start_s >= right.end_s - right.start_s
