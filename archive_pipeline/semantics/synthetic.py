"""Frame embeddings of made-up programmes with known truth, for tests and benchmarks.

A programme returns to its places (a studio, a street); a place is filmed from a few set-ups; a shot shows one set-up
with a subject of its own, and drifts (pan, zoom, moving subject). Shots meet in hard cuts, dissolves and fades; some
changes of subject have no cut; some frames are noise (flashes, motion blur). Encoders differ in how narrow the cone of
their embeddings is and how many directions carry meaning: that is a `Space`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.semantics.timeline import Cuts

Floats = NDArray[np.floating]
Directions = Callable[[int], Floats]
_ROWS = 4096


@dataclass(frozen=True)
class Space:
    """An encoder's habits."""

    name: str
    dimension: int = 768
    background_cosine: float = 0.5
    """Cosine between pictures that have nothing in common: 0.5 for CLIP ViT-L/14, 0.9 and more for untrained models."""
    spectrum_decay: float = 0.5
    """Standard deviation of the k-th direction is k**-decay: 0 is isotropic."""


CLIP_LIKE = Space("clip", 768, 0.5, 0.5)
SIGLIP_LIKE = Space("siglip", 768, 0.2, 0.3)
NARROW_CONE = Space("narrow", 256, 0.97, 0.5)
ISOTROPIC = Space("isotropic", 512, 0.0, 0.0)
SPACES = (CLIP_LIKE, SIGLIP_LIKE, NARROW_CONE, ISOTROPIC)


@dataclass(frozen=True)
class Style:
    """How a programme is edited. Sizes of changes are relative to the difference between two places, 1."""

    n_places: int = 6
    mean_shot_s: float = 5.0
    setups_per_place: int = 3
    setup_change: float = 0.45
    subject_change: float = 0.35
    drift: float = 0.3
    noise: float = 0.12
    gradual_share: float = 0.15
    uncut_share: float = 0.0
    """Share of the changes of subject that no cut marks (a whip pan, a turn to somebody else)."""
    noise_share: float = 0.01
    mean_scene_shots: float = 4.0


@dataclass(frozen=True)
class Programme:
    """Embeddings and what is true of them."""

    embeddings: NDArray[np.float32]
    """(n, d), unit rows."""
    pts_s: NDArray[np.float64]
    span: tuple[float, float]
    cuts: Cuts
    places: NDArray[np.int64]
    """(n,) the place that each frame shows."""
    shots: NDArray[np.int64]
    """(n,) the shot of each frame."""
    boundaries_s: NDArray[np.float64]
    """Start of each shot but the first; the middle of a gradual transition."""
    uncut_s: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    """Those of `boundaries_s` that no cut marks."""


@dataclass(frozen=True)
class _Shot:
    start_s: float
    end_s: float
    place: int
    setup: int
    transition_s: float  # length of the transition into this shot; 0 for a hard cut
    uncut: bool


def programme(
    duration_s: float, fps: float = 3.0, seed: int = 0, space: Space = CLIP_LIKE, style: Style | None = None
) -> Programme:
    """Draw a programme of `duration_s` seconds sampled at `fps`. Same arguments, same arrays."""
    style = style or Style()
    rng = np.random.default_rng(seed)
    pts_s = np.arange(max(1, round(duration_s * fps))) / fps
    shots = list(_edit(duration_s, style, rng))
    spectrum = np.arange(1, space.dimension + 1) ** -space.spectrum_decay
    spectrum /= np.linalg.norm(spectrum)

    def directions(n: int) -> Floats:
        return rng.standard_normal((n, space.dimension)) * spectrum

    places = directions(style.n_places)
    setups = directions(style.n_places * style.setups_per_place) * style.setup_change
    subjects = directions(len(shots)) * style.subject_change
    contents = np.empty((len(pts_s), space.dimension), dtype=np.float32)
    shot_of = np.searchsorted([shot.start_s for shot in shots], pts_s, side="right") - 1
    still = np.array([places[s.place] + setups[s.place * style.setups_per_place + s.setup] for s in shots]) + subjects
    for i, shot in enumerate(shots):
        inside = slice(*np.searchsorted(shot_of, [i, i + 1]))
        moved = _movement(pts_s[inside] - shot.start_s, shot.end_s - shot.start_s, directions, rng)
        contents[inside] = still[i] + style.drift * moved
    _dissolve(contents, pts_s, shots, still)
    flashes = np.nonzero(rng.random(len(pts_s)) < style.noise_share)[0]
    contents[flashes] = directions(len(flashes)) * 1.3
    _see(contents, space, style.noise, rng)
    hard = [s.start_s for s in shots[1:] if not s.transition_s and not s.uncut]
    gradual = [(s.start_s - s.transition_s / 2, s.start_s + s.transition_s / 2) for s in shots if s.transition_s]
    return Programme(
        embeddings=contents,
        pts_s=pts_s,
        span=(0.0, float(duration_s)),
        cuts=Cuts(np.array(hard), np.array(gradual).reshape(-1, 2)),
        places=np.array([shots[i].place for i in shot_of]),
        shots=shot_of,
        boundaries_s=np.array([s.start_s for s in shots[1:]]),
        uncut_s=np.array([s.start_s for s in shots[1:] if s.uncut]),
    )


def _edit(duration_s: float, style: Style, rng: np.random.Generator) -> Iterator[_Shot]:
    start_s, place, setup = 0.0, 0, 0
    while start_s < duration_s:
        length_s = max(0.7, rng.gamma(2.0, style.mean_shot_s / 2.0))
        end_s = start_s + length_s
        if end_s > duration_s - 0.7:
            end_s = duration_s
        first = start_s == 0.0
        gradual = not first and length_s > 1.5 and rng.random() < style.gradual_share
        uncut = not first and not gradual and rng.random() < style.uncut_share
        yield _Shot(start_s, end_s, place, setup, rng.uniform(0.4, 1.4) if gradual else 0.0, uncut)
        start_s = end_s
        if rng.random() < 1 / style.mean_scene_shots:  # the first place is the studio: every third scene returns to it
            others = [p for p in range(style.n_places) if p != place] or [place]
            place = 0 if place and rng.random() < 0.33 else int(rng.choice(others))
        setup = int(rng.integers(style.setups_per_place))


def _movement(t: Floats, length_s: float, directions: Directions, rng: np.random.Generator) -> Floats:
    """Drift inside a shot, (len(t), d), `t` seconds after its start: still, pan or zoom (a line), moving subject."""
    kind = rng.choice(["still", "line", "subject"])
    line = directions(1)
    if kind == "still" or not len(t):
        return np.zeros((len(t), line.shape[1]))
    if kind == "line":
        return line * (t / max(length_s, 1.0))[:, None] * rng.uniform(0.5, 2.0)
    walk = directions(len(t)) * np.sqrt(np.diff(t, prepend=t[0]))[:, None] * 0.35
    for i in range(1, len(walk)):
        walk[i] += 0.9 * walk[i - 1]
    return walk


def _dissolve(contents: Floats, pts_s: Floats, shots: list[_Shot], still: Floats) -> None:
    for i, shot in enumerate(shots):
        if shot.transition_s:
            (inside,) = np.nonzero(np.abs(pts_s - shot.start_s) < shot.transition_s / 2)
            share = ((pts_s[inside] - shot.start_s) / shot.transition_s + 0.5)[:, None]
            contents[inside] = still[i - 1] * (1 - share) + still[i] * share


def _see(contents: NDArray[np.float32], space: Space, noise: float, rng: np.random.Generator) -> None:
    """Turn contents into unit vectors in place: sensor noise, then the cone of the encoder."""
    offset = rng.standard_normal(space.dimension)
    offset *= np.sqrt(space.background_cosine / (1 - space.background_cosine)) / np.linalg.norm(offset)
    for i in range(0, len(contents), _ROWS):
        block = contents[i : i + _ROWS]
        block += rng.standard_normal(block.shape) * (noise / np.sqrt(space.dimension)) + offset
        block /= np.linalg.norm(block, axis=1, keepdims=True)
