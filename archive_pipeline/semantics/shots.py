"""Semantic shots: runs in time of near frames inside a scene."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from archive_pipeline.semantics.changes import novelty, peaks
from archive_pipeline.semantics.condense import variation
from archive_pipeline.semantics.pieces import Piece, cut_into_pieces, join_short_pieces
from archive_pipeline.semantics.timeline import Cuts, Span, check_embeddings, check_times
from archive_pipeline.semantics.transitions import settled

_STILL_SHARE = 0.25  # of a video shows no change of subject; with half, short videos and dissolves lost boundaries


@dataclass(frozen=True)
class ShotParameters:
    """Where a scene is divided, hard cuts apart.

    Thresholds are shares of the video's own `variation`. Defaults were chosen on made-up programmes of 400 s in five
    styles and two spaces at 1 and 3 frames a second, with 5 % of the hard and 20 % of the gradual cuts withheld and
    false gradual ones added (precision 0.987, recall 0.937 of all shot boundaries), and corrected on real clips of one
    shot, whose movement comes in bursts.
    """

    min_shot_s: float = 0.2
    """Shorter pieces join a neighbour."""
    window_s: float = 1.0
    """Length of the windows whose means are compared, at least two frames: longer ones blur short shots (recall of
    changes without a cut 0.62 at 1 s, 0.41 at 1.5 s), shorter ones see flashes."""
    novelty_threshold: float = 0.35
    """Windows further apart than this are different subjects. Precision / recall, measured with a stricter noise floor,
    0.971 / 0.940 at 0.3, 0.986 / 0.929 at 0.35, 0.995 / 0.899 at 0.5. A pan across a whole place divides when it takes
    less than about 3 s."""
    noise_factor: float = 4.0
    """Windows nearer than this many times what the calmest quarter of the video shows are the same subject: in a video
    of one shot the variation is movement. Seventeen real clips of one shot reach at most 3.4 (by histograms of colour
    and edges), clips with cuts 5.6 to 60. Recall of changes without a cut 0.75, 0.70, 0.63 at 3, 4, 5."""
    gradual_weight: float = 0.4
    """Both thresholds are multiplied by this where the detector saw a gradual change. Of all gradual changes 0.84,
    0.81, 0.74 divide at 0.4, 0.5, 0.7 (0.2 were withheld)."""

    def __post_init__(self) -> None:
        for name in ("min_shot_s", "window_s", "novelty_threshold", "noise_factor", "gradual_weight"):
            if not getattr(self, name) >= 0:
                raise ValueError(f"{name} must be at least 0, got {getattr(self, name)}")


@dataclass(frozen=True)
class Shots:
    """The shots of one video."""

    table: pl.DataFrame
    """The columns of `sql/tables/shots.sql` but video_id, shot_id and the timecodes, which `identify_shots` adds."""
    frames: pl.DataFrame
    """The columns of `sql/tables/frames.sql` without video_id."""
    embeddings: NDArray[np.float32]
    """(n_shots, d) mean of the embeddings of the frames that show the shot (`_shown`), re-normalised."""


def divide_into_shots(
    embeddings: ArrayLike,
    pts_s: ArrayLike,
    scenes: pl.DataFrame,
    cuts: Cuts,
    span: Span,
    parameters: ShotParameters | None = None,
    leaders: Sequence[str | None] | None = None,
) -> Shots:
    """Divide each scene at its hard cuts and where its subject changes.

    A change without a hard cut is a peak of the novelty curve (see `changes`); it lies in the middle of the gradual
    change that covers it, else at the first sample of the new subject; a frame inside a gradual change belongs to the
    side of the middle that it lies on, and is neither key frame nor part of the mean where the shot has others. Pieces
    shorter than `min_shot_s` or without a sample join a neighbour inside their scene, so every shot has a sample; shots
    tile the span.

    `embeddings` (n, d) unit rows, `pts_s` (n,) increasing, `scenes` from `diarize`, `leaders` what each frame is
    instead of a picture (`media.leader`; by default all are pictures). Raises ValueError where they do not fit
    together.
    """
    parameters = parameters or ShotParameters()
    times = check_times(pts_s, span)
    rows = check_embeddings(embeddings, len(times))
    _check_scenes(scenes, times, span)
    borders = scenes["start_s"].to_numpy()[1:]
    hard = cuts.hard_s[(cuts.hard_s > span[0]) & (cuts.hard_s < span[1])]
    stretches = cut_into_pieces(np.union1d(borders, hard), borders, hard, times, span)
    counts_as = settled(times, cuts)
    soft = _soft_boundaries(rows, counts_as, times, stretches, cuts, parameters)
    edges = np.unique(np.concatenate([borders, hard, soft]))
    pieces = cut_into_pieces(edges, borders, hard, times, span)
    pieces = join_short_pieces(pieces, rows, parameters.min_shot_s)
    blank = np.array(leaders or [None] * len(times), dtype=object)
    return _describe(pieces, rows, times, scenes, blank, counts_as == np.arange(len(times)))


def _check_scenes(scenes: pl.DataFrame, times: NDArray[np.float64], span: Span) -> None:
    starts, ends = scenes["start_s"].to_numpy(), scenes["end_s"].to_numpy()
    tiles = len(starts) and (starts[0], ends[-1]) == span and (starts[1:] == ends[:-1]).all() and (starts < ends).all()
    if not tiles:
        raise ValueError(f"scenes must tile the span {span} in order")
    if len(np.unique(np.searchsorted(starts, times, side="right"))) < len(starts):
        raise ValueError("each scene must hold at least one frame")


def _soft_boundaries(
    rows: NDArray[np.float32],
    counts_as: NDArray[np.intp],
    times: NDArray[np.float64],
    stretches: list[Piece],
    cuts: Cuts,
    p: ShotParameters,
) -> list[float]:
    """Times at which the subject changes without a hard cut."""
    fps = (len(times) - 1) / (times[-1] - times[0]) if len(times) > 1 else 1.0
    width = max(2, round(p.window_s * fps))
    curves = [novelty(rows[counts_as[s.first : s.stop]], width) for s in stretches]
    ordinary = np.concatenate([curve[~np.isnan(curve)] for curve in curves])
    if not len(ordinary):
        return []
    threshold = max(p.novelty_threshold * variation(rows), p.noise_factor * float(np.quantile(ordinary, _STILL_SHARE)))
    found: list[float] = []
    for stretch, curve in zip(stretches, curves, strict=True):
        gradual = _gradual_inside(stretch, cuts)
        for i in peaks(curve, p.gradual_weight * threshold, width):
            at = _within_gradual(times, stretch.first + i, gradual)
            if at is not None:
                found.append(at)
            elif curve[i] > threshold:
                found.append(float(times[stretch.first + i]))
    return found


def _gradual_inside(stretch: Piece, cuts: Cuts) -> NDArray[np.float64]:
    """The gradual changes whose middle lies in the stretch."""
    middles = cuts.gradual_s.mean(axis=1) if len(cuts.gradual_s) else np.empty(0)
    return cuts.gradual_s[(middles > stretch.start_s) & (middles < stretch.end_s)]


def _within_gradual(times: NDArray[np.float64], first: int, gradual: NDArray[np.float64]) -> float | None:
    """The middle of the gradual change during which frame `first` takes over; None where there is none."""
    for begin_s, complete_s in gradual:
        if begin_s <= times[first] and complete_s >= times[first - 1]:
            return float((begin_s + complete_s) / 2)
    return None


def _shown(leaders: NDArray[np.object_], pure: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which frames of a shot stand for it: pictures, or else bars, outside transitions, else any that is not blank."""
    pictures = leaders == None  # noqa: E711 (by element)
    bars = leaders == "bars"
    return next((mask for mask in (pictures & pure, bars & pure, pictures, bars, pure) if mask.any()), pictures | True)


def _describe(
    pieces: list[Piece],
    rows: NDArray[np.float32],
    times: NDArray[np.float64],
    scenes: pl.DataFrame,
    leaders: NDArray[np.object_],
    pure: NDArray[np.bool_],
) -> Shots:
    starts = np.array([piece.start_s for piece in pieces])
    scene = np.searchsorted(scenes["start_s"].to_numpy(), starts, side="right") - 1
    class_of = scenes["class"].to_numpy()[scene].astype(np.int32)
    sizes = np.array([piece.stop - piece.first for piece in pieces])
    parts = [slice(piece.first, piece.stop) for piece in pieces]
    shown = [np.flatnonzero(_shown(leaders[part], pure[part])) for part in parts]
    means = np.stack([rows[part][here].mean(axis=0, dtype=np.float64) for part, here in zip(parts, shown, strict=True)])
    lengths = np.linalg.norm(means, axis=1, keepdims=True)
    pooled = (means / np.maximum(lengths, 1e-12)).astype(np.float32)
    keyframes, cohesion, leader = [], [], []
    for part, here, embedding in zip(parts, shown, pooled, strict=True):
        cosines = rows[part][here] @ embedding
        keyframes.append(times[part][here[int(np.argmax(cosines))]])
        cohesion.append(min(1.0, float(cosines.mean())))
        leader.append(Counter(leaders[part][here]).most_common(1)[0][0])
    shot = np.arange(len(pieces), dtype=np.int32)
    scene_number = scenes["scene"].to_numpy()[scene].astype(np.int32)
    table = pl.DataFrame(
        {
            "shot": shot,
            "scene": scene_number,
            "class": class_of,
            "start_s": starts,
            "end_s": np.array([piece.end_s for piece in pieces]),
            "n_frames": sizes.astype(np.int32),
            "keyframe_s": np.array(keyframes, dtype=np.float64),
            "cohesion": np.array(cohesion, dtype=np.float64),
            "leader": pl.Series(leader, dtype=pl.String),
        }
    )
    frames = pl.DataFrame(
        {
            "frame": np.arange(len(times), dtype=np.int32),
            "pts_s": times,
            "class": np.repeat(class_of, sizes),
            "scene": np.repeat(scene_number, sizes),
            "shot": np.repeat(shot, sizes),
        }
    )
    return Shots(table, frames, pooled)
