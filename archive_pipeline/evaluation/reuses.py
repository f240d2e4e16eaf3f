"""Footage that was used before: is it found, is what is found true, and where does it begin and end?

A true stretch is found where one that was found covers half of both in the video, and touches it in the other one; what
was found is right where it is so for any true stretch. Times count where the picture moves: of one that stands still
nobody can tell which part of the other's shot it is. Nothing is excused.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from archive_pipeline.evaluation.results import VideoResult
from archive_pipeline.evaluation.score import Score
from archive_pipeline.evaluation.truth import Span, TrueReuse
from archive_pipeline.store.lake import Lake

TASK = "reuses"
_NEAR_S = 0.5


@dataclass(frozen=True)
class FoundReuse:
    """A row of the table `reuses`, in terms of paths."""

    here: Span
    there: Span
    mirrored: bool

    @property
    def turned(self) -> "FoundReuse":
        """Seen from the other video."""
        return FoundReuse(self.there, self.here, self.mirrored)


def found_reuses(videos: Sequence[VideoResult], lake: Lake) -> list[FoundReuse] | None:
    """What was found between these videos; None where none of them was compared."""
    paths = {video.name.video_id: video.path for video in videos}
    compared = [video for video in videos if lake.exists(TASK, video.name)]
    rows = [row for video in compared for row in lake.read(TASK, video.name).iter_rows(named=True)]
    found = [
        FoundReuse(
            Span(paths[row["video_id"]], row["start_s"], row["end_s"]),
            Span(paths[row["other_video_id"]], row["other_start_s"], row["other_end_s"]),
            row["mirrored"],
        )
        for row in rows
        if row["other_video_id"] in paths
    ]
    return found if compared else None


def reuse_scores(true: Sequence[TrueReuse], found: Sequence[FoundReuse]) -> list[Score]:
    """Precision of what was found, recall of what is true, and the share of found times that are right within half a
    second; the last two by disturbance, too (task `reuses_<disturbance>`)."""
    if not true:
        return []
    matches = [
        next((one for two in found for one in (two, two.turned) if _is_same(truth, one)), None) for truth in true
    ]
    right = [any(_is_same(truth, one) for truth in true for one in (two, two.turned)) for two in found]
    scores = [Score(TASK, "precision", sum(right) / len(right), len(right))] if right else []
    for kind in (None, *dict.fromkeys(truth.disturbance for truth in true)):
        chosen = [at for at, truth in enumerate(true) if kind in (None, truth.disturbance)]
        task = f"{TASK}_{kind}" if kind else TASK
        n_found = sum(matches[at] is not None for at in chosen)
        scores.append(Score(task, "recall", n_found / len(chosen), len(chosen)))
        near = [is_near for at in chosen if (one := matches[at]) for is_near in _are_near(true[at], one)]
        if near:
            scores.append(Score(task, "times_within_half_s", sum(near) / len(near), len(near)))
    return scores


def _is_same(true: TrueReuse, found: FoundReuse) -> bool:
    if (true.here.path, true.there.path, true.mirrored) != (found.here.path, found.there.path, found.mirrored):
        return False
    shared_s = _shared_s(true.here, found.here)
    halves = (true.here.end_s - true.here.start_s) / 2, (found.here.end_s - found.here.start_s) / 2
    return shared_s >= max(halves) and _shared_s(true.there, found.there) > 0


def _are_near(true: TrueReuse, found: FoundReuse) -> list[bool]:
    pairs = [(true.here, found.here)] + ([(true.there, found.there)] if true.moves else [])
    return [abs(one - two) <= _NEAR_S for a, b in pairs for one, two in ((a.start_s, b.start_s), (a.end_s, b.end_s))]


def _shared_s(one: Span, two: Span) -> float:
    return max(0.0, min(one.end_s, two.end_s) - max(one.start_s, two.start_s))
