"""Which pairs of shots are worth comparing: those with landmarks that are among the nearest by any of three cues, and
alike in some window.

How a picture is laid out finds copies whatever encoder they were embedded with, the same seen in a mirror finds
mirrored ones, and the encoder's vector those that show a part of the picture. These are ranks and no scores, so that no
threshold belongs to a model; pictures that hundreds of videos have take no more places than others.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.semantics.footage.geometry import likeness
from archive_pipeline.semantics.footage.nearest import Cells, Stored, nearest
from archive_pipeline.semantics.footage.pictures import Grey, details, layouts, mirror

_NEAREST = 16  # landmarks, by each cue
_PARTS = 6  # of these, by the last cue, may show a part of the picture, however it looks as a whole
_HOPEFUL = 0.4  # of `details` of two landmarks, which may be a second apart, as a whole
_WORTHWHILE = (
    0.6  # in their best window: of 190 true pairs (seeds 4001, 6006) the least had 0.65, nine of ten others less
)


@dataclass(frozen=True)
class Candidate:
    """Our landmark, the row of another one, and how alike they are in the window that suits them best."""

    ours: int
    row: int
    likeness: float


def candidates(
    greys: Grey,
    vectors: NDArray[np.float32] | None,
    stored: tuple[Stored, Stored, Grey],
    without: Sequence[range] = (),
    cells: tuple[Cells, Cells] | None = None,
) -> Iterator[Candidate]:
    """For landmarks (n, side, side) with `vectors` (n, d), None where they are of another encoder than those that are
    stored: `layouts`, vectors and pictures of m rows, of which those of `without` are passed over; `cells`: those of
    the layouts and of the vectors.
    """
    stored_layouts, stored_vectors, stored_greys = stored
    by_layout, by_vector = cells or (None, None)
    cues = [nearest(layouts(greys), stored_layouts, _NEAREST, without, by_layout)[1]]
    cues.append(nearest(layouts(greys, mirrored=True), stored_layouts, _NEAREST, without, by_layout)[1])
    if vectors is not None:
        cues.append(nearest(vectors, stored_vectors, _NEAREST, without, by_vector)[1])
    ours = np.stack([details(greys), details(mirror(greys))])
    by_part = cues[-1] if vectors is not None else cues[0]
    for place in range(len(greys)):
        near = np.unique(np.concatenate([rows[place] for rows in cues]))
        near = near[near >= 0]
        pictures = stored_greys[near]
        whole = (ours[:, place] @ details(pictures).T).max(axis=0, initial=-1)
        tried = np.flatnonzero((whole >= _HOPEFUL) | np.isin(near, by_part[place, :_PARTS]))
        alike = likeness(greys[place : place + 1], pictures[tried])
        for at in np.flatnonzero(alike >= _WORTHWHILE):
            yield Candidate(place, int(near[tried[at]]), float(alike[at]))
