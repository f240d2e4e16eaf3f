"""The footage that one video shares with the rest of the archive."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import polars as pl
from numpy.typing import NDArray
from PIL import Image

from archive_pipeline import progress
from archive_pipeline.semantics.footage.alignment import Timed
from archive_pipeline.semantics.footage.candidates import candidates
from archive_pipeline.semantics.footage.closer import AGREED_PART, AGREED_STILL, AGREED_WHOLE, agree, laid
from archive_pipeline.semantics.footage.geometry import WHOLE
from archive_pipeline.semantics.footage.joining import Reuse, joined
from archive_pipeline.semantics.footage.matching import Match, Shot, match, stands_still
from archive_pipeline.semantics.footage.pictures import Grey
from archive_pipeline.semantics.footage.signature import calmed, read_grey
from archive_pipeline.store.footage_shelves import Landmarks, Shelf, grey_pictures, landmarks_of
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.schema import table
from archive_pipeline.store.stills import Stills

MOST_OTHERS = 20
"""Stretches that a shot is said to share, the surest: opening titles are in every programme."""

_LANDMARKS = 3  # of two shots: where the camera pans, each may suit another window
_LOOKED_AT = 7  # moments of a match


@dataclass(frozen=True)
class _Pair:
    """A shot of ours and one of another video that are worth comparing; `landmarks`: those of both that are most alike,
    which they are by the first number, best first."""

    shot: int
    other_shot: int
    landmarks: list[tuple[float, tuple[Grey, Grey]]]


def shared_footage(lake: Lake, video: VideoName, model: str, shelves: list[Shelf]) -> list[Reuse]:
    """In order of time; its signatures are in the lake. `model` made its vectors, `shelves` are what it is compared
    with."""
    landmarks = lake.read("signatures", video, ["frame", "shot", "grey", "vector"]).drop_nulls("vector")
    if not landmarks.height:
        return []
    return joined(_matched(_Shots(lake), video, _pairs(landmarks_of(landmarks), video, model, shelves)))


def reuse_rows(lake: Lake, video: VideoName, reuses: list[Reuse]) -> pl.DataFrame:
    """The table `reuses` of the video without its column video_id; without videos whose tables are gone meanwhile."""
    names = {one.other: VideoName.from_video_id(one.other) for one in reuses}
    digests = {key: lake.read("media", name, ["sha256"]) for key, name in names.items()}
    own = lake.read("media", video, ["sha256"]).item()
    rows = [
        (run.start_s, run.end_s, one.other, run.other_start_s, run.other_end_s, run.score, one.mirrored, own, other)
        for one in reuses
        for run in (one.run,)
        for other in digests[one.other]["sha256"]
    ]
    schema = {name: kind for name, kind in table("reuses").polars_schema.items() if name != "video_id"}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _pairs(
    own: Landmarks, video: VideoName, model: str, shelves: list[Shelf]
) -> dict[VideoName, dict[tuple[int, int], _Pair]]:
    """By the other video, so that each is read once; by our shot and its."""
    found: dict[VideoName, dict[tuple[int, int], _Pair]] = defaultdict(dict)
    for shelf in shelves:
        stored = shelf.rows
        vectors = own.vectors.astype(np.float32) if shelf.model == model else None
        arrays = stored.layouts, stored.vectors, stored.greys
        near = candidates(own.greys, vectors, arrays, shelf.without(video), shelf.cells)
        for one in near:
            pairs = found[shelf.video_of(one.row)]
            shot, other_shot = int(own.places[one.ours, 1]), int(stored.places[one.row, 1])
            pictures = own.greys[one.ours : one.ours + 1], np.asarray(stored.greys[one.row : one.row + 1])
            pair = pairs.setdefault((shot, other_shot), _Pair(shot, other_shot, []))
            pair.landmarks.append((one.likeness, pictures))
            pair.landmarks.sort(key=lambda one: -one[0])
            del pair.landmarks[_LANDMARKS:]
    return found


def _matched(
    shots: "_Shots", video: VideoName, pairs: dict[VideoName, dict[tuple[int, int], _Pair]]
) -> Iterator[Reuse]:
    by_shot: dict[int, list[Reuse]] = defaultdict(list)
    for number, (other, compared) in enumerate(pairs.items()):
        progress.report("reuses", number / len(pairs))
        for pair in compared.values():
            ours, theirs = shots.shot(video, pair.shot), shots.shot(other, pair.other_shot)
            if ours is None or theirs is None:  # the other one is being made anew
                continue
            found = match(ours, theirs, [pictures for _, pictures in pair.landmarks])
            if found and shots.agree((video, ours), (other, theirs), found):
                by_shot[pair.shot].append(Reuse(other.video_id, found.run, found.placement.mirrored))
    for reuses in by_shot.values():
        yield from sorted(reuses, key=lambda one: -one.run.score)[:MOST_OTHERS]


class _Shots:
    """Shots with their small pictures, of two videos at a time; and pictures in full, one by one."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._stills = Stills(lake)
        self._of = lru_cache(2)(self._read)

    def shot(self, video: VideoName, number: int) -> Shot | None:
        return self._of(video).get(number)

    def _read(self, video: VideoName) -> dict[int, Shot]:
        bounds = {
            shot: span for shot, *span in self._lake.read("shots", video, ["shot", "start_s", "end_s"]).iter_rows()
        }
        columns = ["shot", "pts_s", "grey", "x0", "y0", "x1", "y1"]
        shots = self._lake.read("signatures", video, columns).partition_by("shot", as_dict=True)
        return {
            number: Shot(
                grey_pictures(rows["grey"]),
                Timed(rows["pts_s"].to_numpy(), *bounds[number]),
                rows.select("x0", "y0", "x1", "y1").row(0),
            )
            for (number,), rows in shots.items()
            if number in bounds
        }

    def agree(self, ours: tuple[VideoName, Shot], other: tuple[VideoName, Shot], found: Match) -> bool:
        """Whether a closer look confirms it; where pictures are not kept any more, the small ones decide."""
        (ours_video, ours_shot), (other_video, other_shot) = ours, other
        moments = np.unique(np.linspace(0, len(found.run.pairs[0]) - 1, _LOOKED_AT).astype(int))
        looked_at = [
            laid(one, ours_shot.box, two, other_shot.box, found.placement)
            for one, two in zip(
                self._calm(ours_video, ours_shot, found.run.pairs[0][moments]),
                self._calm(other_video, other_shot, found.run.pairs[1][moments]),
                strict=True,
            )
            if one and two
        ]
        pictures = ours_shot.pictures[found.run.pairs[0]], other_shot.pictures[found.run.pairs[1]]
        enough = AGREED_WHOLE if found.placement.window == WHOLE else AGREED_PART
        return not looked_at or agree(looked_at, AGREED_STILL if all(map(stands_still, pictures)) else enough)

    def _calm(self, video: VideoName, shot: Shot, places: NDArray[np.int64]) -> list[Image.Image | None]:
        """Pictures of the shot without what falls through them, as its signatures are; None where they are not kept."""
        around = np.clip(places[:, None] + [-1, 0, 1], 0, len(shot.times.pts_s) - 1)
        stills = self._stills.each(video, shot.times.pts_s[around.ravel()].tolist())
        greys = [np.asarray(read_grey(still.jpeg)) if still else None for still in stills]
        found: list[Image.Image | None] = []
        for first in range(0, len(greys), 3):
            seen = [grey for grey in greys[first : first + 3] if grey is not None]
            found.append(Image.fromarray(calmed(np.stack(seen))[1]) if len(seen) == 3 else None)
        return found
