"""Tables that finished videos should have in the lake, and have not, or not in one piece."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from archive_pipeline.errors import DamagedTableError
from archive_pipeline.stages.chain import CHAIN_OF, FRAMES, Stage, analyses_of, chain_of
from archive_pipeline.stages.parameters import converted
from archive_pipeline.store.catalogue import Catalogue, Entry
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName

_MADE_WITH_OUTCOMES = ("outcomes", "analyses")
_MADE_AT_LOOKS = "listed"
_SMALLEST = 12  # bytes of any Parquet


@dataclass(frozen=True)
class DamagedTable:
    """`stage` makes it again; None for what is written when a run, or an analysis, has ended, and for
    what the next look at the collection writes. One that is `readable` stays until then."""

    video: VideoName
    table: str
    stage: str | None
    why: str
    readable: bool = False


def damaged_tables(lake: Lake, catalogue: Catalogue, entries: Iterable[Entry], *, deep: bool) -> Iterator[DamagedTable]:
    """Of ready videos that no work is asked for. Quick: footers, some 8 ms a video; `deep` reads everything."""
    videos = [entry.name for entry in entries if _is_finished(entry)]
    done = {(one.video, one.analysis) for one in catalogue.analyses_of(videos) if one.status == "done"}
    for video in videos:
        analyses = analyses_of(video)
        ended = {stage for stage in analyses if (video, stage.name) in done}
        for stage in (*chain_of(video), *analyses):
            if stage not in analyses or stage in ended or any(lake.exists(table, video) for table in stage.tables):
                yield from _of_stage(lake, video, stage, deep)
        yield from _of_other_colours(lake, video)
        for table in _MADE_WITH_OUTCOMES:
            wanted = table == "outcomes" or bool(ended)
            if why := _damage(lake, video, table, deep) if wanted else None:
                yield DamagedTable(video, table, None, why)
        if why := lake.damage(_MADE_AT_LOOKS, video, deep=deep):
            yield DamagedTable(video, _MADE_AT_LOOKS, None, why)


def _of_stage(lake: Lake, video: VideoName, stage: Stage, deep: bool) -> Iterator[DamagedTable]:
    found = {table: why for table in stage.tables if (why := _damage(lake, video, table, deep))}
    yield from (DamagedTable(video, table, stage.name, why) for table, why in found.items())
    made = {p.fingerprint for table in stage.tables if (p := lake.provenance(table, video))}
    if not found and len(made) > 1:
        yield DamagedTable(video, stage.tables[-1], stage.name, "it was not made with the other tables of its stage")


def _of_other_colours(lake: Lake, video: VideoName) -> Iterator[DamagedTable]:
    """Pictures of a release that did not convert HDR, or did it otherwise: no plan tells, which is a collection's."""
    stored = None if video.is_album else lake.provenance("pictures", video)
    with suppress(DamagedTableError):  # of the facts, which a deep look tells
        if stored and stored.parameters.get("converted") != converted(lake, video).get("converted"):
            why = "the colours of HDR or BT.2020 are stored as an earlier release did"
            yield DamagedTable(video, "pictures", FRAMES.name, why, readable=True)


def _damage(lake: Lake, video: VideoName, table: str, deep: bool) -> str | None:
    return lake.damage(table, video, deep=deep) if lake.exists(table, video) else "it is missing"


def vanished_tables(lake: Lake, entries: Iterable[Entry]) -> Iterator[DamagedTable]:
    """What names and sizes tell: tables of ready videos that are gone or empty."""
    finished = [entry.name for entry in entries if _is_finished(entry)]
    for chain in CHAIN_OF.values():
        stages = {table: stage.name for stage in chain for table in stage.tables}
        own = (video for video in finished if chain_of(video) is chain)
        for video, table, n_bytes in lake.sizes(stages, own):
            if n_bytes is None or n_bytes < _SMALLEST:
                yield DamagedTable(video, table, stages[table], "it is missing" if n_bytes is None else "it is cut")


def unmakeable_files(lake: Lake) -> Iterator[tuple[str, str]]:
    """Files of results that no stage makes again (evaluations) and that cannot be read."""
    return ((damaged.table, damaged.why) for damaged in lake.damaged_appended("evaluations"))


def _is_finished(entry: Entry) -> bool:
    return entry.status == "ready" and not entry.pending
