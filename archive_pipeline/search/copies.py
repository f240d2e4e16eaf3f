"""Shots that show the same footage, and photos of the same exposure, folded under the best of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from archive_pipeline.search.answer import Found
from archive_pipeline.search.model import ShotPayload
from archive_pipeline.search.sources import CopyStore, SharedFootage

_ENOUGH = 0.5  # of either shot: what shares less is another shot that has a piece of it


@dataclass(frozen=True)
class _Side:
    """Footage as one of its two videos has it."""

    start_s: float
    end_s: float

    def part(self, shot: ShotPayload) -> tuple[float, float]:
        """The part of the footage that the shot shows, as shares of its length; empty where it shows none."""
        length = self.end_s - self.start_s
        return max(0.0, (shot.start_s - self.start_s) / length), min(1.0, (shot.end_s - self.start_s) / length)


def folded(shots: Sequence[Found], store: CopyStore) -> list[Found]:
    """Best first, each with the ids of the later ones that show the same as it or one of these; they are left out.
    Ranks are counted anew."""
    rows = store.of_videos(list(dict.fromkeys(one.shot.video_id for one in shots if not one.shot.is_photo)))
    originals = store.of_photos(list(dict.fromkeys(one.shot.collection for one in shots if one.shot.is_photo)))
    groups: list[list[Found]] = []
    exposures: dict[str, list[Found]] = {}
    for one in shots:
        if one.shot.is_photo:
            same = exposures.setdefault(originals.get(one.id, one.id), [])
            groups += [] if same else [same]
        else:
            known = (group for group in groups if any(_is_copy(one.shot, other.shot, rows) for other in group))
            same = next(known, [])
            groups += [] if same else [same]
        same.append(one)
    return [
        replace(best, rank=rank, copies=tuple(one.id for one in others))
        for rank, (best, *others) in enumerate(groups, start=1)
    ]


def _is_copy(one: ShotPayload, other: ShotPayload, rows: Mapping[str, Sequence[SharedFootage]]) -> bool:
    return any(
        _show_the_same(a, b, row)
        for a, b in ((one, other), (other, one))
        for row in rows.get(a.video_id, ())
        if row.other_video_id == b.video_id
    )


def _show_the_same(one: ShotPayload, other: ShotPayload, row: SharedFootage) -> bool:
    if (row.sha256, row.other_sha256) != (one.sha256, other.sha256):
        return False
    ours = _Side(row.start_s, row.end_s)
    theirs = _Side(row.other_start_s, row.other_end_s)
    first, second = ours.part(one), theirs.part(other)
    shared = min(first[1], second[1]) - max(first[0], second[0])
    return shared > 0 and all(
        shared * (side.end_s - side.start_s) >= _ENOUGH * shot.duration_s
        for side, shot in ((ours, one), (theirs, other))
    )
