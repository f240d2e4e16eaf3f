"""What can be mended without a person: stores that derive from the lake are made again, and what a video lacks is asked
for again. Nothing is decoded, encoded or asked of a model here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from archive_pipeline.search.index import ShotIndex
from archive_pipeline.stages.chain import ANALYSES, index_stage_of
from archive_pipeline.stages.health.points import PointTroubles
from archive_pipeline.stages.health.tables import DamagedTable
from archive_pipeline.stages.qdrant_points import write_points
from archive_pipeline.store.catalogue import Catalogue
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName

_ANALYSES = [stage.name for stage in ANALYSES]


@dataclass
class Mended:
    """What was done, and for whom work is to be done."""

    due: set[VideoName] = field(default_factory=set)
    """Videos of which a stage of the chain is missing."""
    due_analyses: set[VideoName] = field(default_factory=set)
    tables: int = 0
    spaces: int = 0
    videos_indexed: int = 0
    videos_withdrawn: int = 0

    @property
    def is_nothing(self) -> bool:
        return self == Mended()


def mend(
    lake: Lake, catalogue: Catalogue, index: ShotIndex, tables: Iterable[DamagedTable], points: PointTroubles
) -> Mended:
    """Put damaged tables out of the way and ask for their stages again; make lost points again from the lake."""
    done = Mended()
    for damaged in tables:
        if not damaged.readable:
            lake.delete(damaged.table, damaged.video)
        done.tables += 1
        if damaged.stage not in _ANALYSES and damaged.table != "analyses":
            done.due.add(damaged.video)
        else:
            done.due_analyses.add(damaged.video)
            again = _ANALYSES if damaged.stage is None else [damaged.stage]
            catalogue.forget_analyses([(damaged.video, analysis) for analysis in again])
    catalogue.ask_again(done.due)
    for space in points.damaged:
        index.drop_space(space)
        done.spaces += 1
    if points.unknown:
        index.remove_videos(points.unknown)
        done.videos_withdrawn = len(points.unknown)
    lacking = [video for video in points.lacking if video not in done.due]
    done.videos_indexed, unreadable = write_points(lake, index, lacking)
    _ask_for_points(lake, catalogue, unreadable)
    done.due.update(unreadable)
    return done


def _ask_for_points(lake: Lake, catalogue: Catalogue, videos: Sequence[VideoName]) -> None:
    """Their tables say nothing of their points, so the stages that make them are asked for again."""
    for video in videos:
        for table in index_stage_of(video).tables:
            lake.delete(table, video)
    catalogue.ask_again(videos)
