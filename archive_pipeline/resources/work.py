"""One stage of one video inside an asset: is it done already, where do its tables go, what happens when it fails."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

from archive_pipeline.collections.model import Collection
from archive_pipeline.errors import (
    FILE_REPLACED,
    TABLE_DAMAGED,
    ArchiveError,
    DamagedTableError,
    MissingInputError,
    PassingError,
)
from archive_pipeline.language.vlm.journal import AnswerJournal, open_journal
from archive_pipeline.progress import listening
from archive_pipeline.resources.archive import Archive
from archive_pipeline.stages import chain, outcomes
from archive_pipeline.stages.chain import Stage
from archive_pipeline.stages.parameters import (
    analysis_parameters,
    analysis_plans,
    parameters_of,
    plan_of,
    stage_inputs,
)
from archive_pipeline.stages.preflight import hold_of, hold_up, is_of_all
from archive_pipeline.stages.qdrant_points import refresh_points
from archive_pipeline.store import schema
from archive_pipeline.store.catalogue import INGEST
from archive_pipeline.store.catalogue.sightings import RelativePath
from archive_pipeline.store.lake import TableWriter
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.provenance import Provenance
from archive_pipeline.system_errors import system_error

FORCE_TAG = "archive/force"
RETRY_TAG = "archive/retry-failed"
"""Has the photos of an album tried again that failed, and no others."""

PASSING_ERRORS = dg.RetryPolicy(max_retries=3, delay=5, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS)
"""5, 10, 20 s: a server that restarts or a GPU that is full for a moment; longer trouble is for the next run."""

HOLDS_UP = "holds_up"
"""Metadata of the failure of a step that met what would fail every video alike: the work that it holds up."""

_LOG_EVERY_S = 15.0
_OUTDATED = "made under another plan"


class VideoWork:
    """What an asset needs to know and do about the video of its partition."""

    def __init__(self, archive: Archive, stage: Stage, video: VideoName, force: bool, retry: bool = False) -> None:
        self.archive = archive
        self.lake = archive.lake
        self.stage = stage
        self.video = video
        self.force = force
        self.retry = retry
        self.forces_all = False
        """Whether `force` is for a run of every stage of the chain, and what was asked for is done with it."""
        self.notes: dict[str, Any] = {}
        self.start_clock()

    @property
    def video_id(self) -> str:
        return self.video.video_id

    @cached_property
    def collection(self) -> Collection:
        return self.archive.collection(self.video.collection)

    @cached_property
    def path(self) -> RelativePath:
        """Where the video, or the album, lies now."""
        entry = self.archive.catalogue.entry(self.video)
        if entry is None:
            raise MissingInputError(
                "unknown_video",
                f"{self.video_id} is not registered: archive-pipeline ingest {self.video.collection}",
            )
        return entry.path

    @property
    def file(self) -> Path:
        """The same as a path of this machine."""
        return Path(os.fsdecode(os.fsencode(self.collection.source) + b"/" + self.path))

    def journal(self) -> AnswerJournal:
        """Of the answers of models that this stage has got and not written yet."""
        settings = self.archive.settings
        return open_journal(self.archive.catalogue.database, settings.answers_dir, self.stage.name, self.video)

    @cached_property
    def parameters(self) -> Mapping[str, Any]:
        if self.stage in chain.ANALYSES:
            return analysis_parameters(self.stage, self.collection, self.archive.settings)
        return parameters_of(self.stage, self.collection, self.lake, self.video)

    @cached_property
    def inputs(self) -> Mapping[str, str]:
        """Fingerprints of the stages that this one reads."""
        found: dict[str, str] = {}
        for name in stage_inputs(self.stage, self.collection):
            provenance = self.stored(chain.BY_NAME[name])
            if provenance is None and (hold := hold_of(self.archive.catalogue, self.video.collection, name)):
                raise hold.error  # which no other video has either
            if provenance is None:
                kind = "album" if self.video.is_album else "video"
                job = f"describe_{kind}" if chain.BY_NAME[name] in chain.ANALYSES else f"ingest_{kind}"
                raise MissingInputError(
                    "missing_input", f"{name} has not run for {self.video_id}; materialize it first (job {job})"
                )
            found[name] = provenance.fingerprint
        return found

    def start_clock(self) -> None:
        """The stage's cost begins here: what came before (loading a model) is not the video's."""
        self._started, self._processor_s = time.perf_counter(), _processor_s()

    @property
    def provenance(self) -> Provenance:
        return Provenance(
            self.stage.name,
            self.stage.code_version,
            self.parameters,
            self.inputs,
            elapsed_s=round(time.perf_counter() - self._started, 3),
            processor_s=round(_processor_s() - self._processor_s, 3),
            notes=dict(self.notes),
        )

    def stored(self, stage: Stage) -> Provenance | None:
        """Where the stored result of `stage` came from; None unless all its tables are there and of one making."""
        found = [self.lake.provenance(table, self.video) for table in stage.tables]
        fingerprints = {provenance.fingerprint if provenance else None for provenance in found}
        return found[-1] if len(fingerprints) == 1 else None  # a run that was killed leaves tables of two makings

    @cached_property
    def is_current(self) -> bool:
        """Whether the stored result is what computing again would give."""
        stored = self.stored(self.stage)
        return not self.force and stored is not None and stored.fingerprint == self.provenance.fingerprint

    @property
    def plan(self) -> str | None:
        """What would be done to the video now; None where its collection cannot be read."""
        try:
            return plan_of(self.collection)
        except ArchiveError:
            return None

    @property
    def is_up_to_date(self) -> bool:
        """Whether every stage has been done with the parameters that are asked for now."""
        return all(self.is_done(stage) for stage in chain.chain_of(self.video)[1:])

    @property
    def plan_done(self) -> str:
        """Under which plan the video is ready. A collection that was changed under way leaves results of two plans: it
        is ready, and outdated."""
        return plan_of(self.collection) if self.is_up_to_date else _OUTDATED

    def cost_s(self, stage: Stage) -> float:
        """Seconds that the stored result of `stage` took."""
        stored = self.stored(stage)
        return stored.elapsed_s if stored else 0.0

    def is_done(self, stage: Stage) -> bool:
        """Whether the stored result of another stage is what it would give now."""
        stored = self.stored(stage)
        inputs = {name: self.stored(chain.BY_NAME[name]) for name in stage.inputs}
        if stored is None or not all(inputs.values()):
            return False
        fingerprints = {name: provenance.fingerprint for name, provenance in inputs.items() if provenance}
        parameters = parameters_of(stage, self.collection, self.lake, self.video)
        return stored.fingerprint == Provenance(stage.name, stage.code_version, parameters, fingerprints).fingerprint

    def read(self, table: str, *columns: str) -> pl.DataFrame:
        return self.lake.read(table, self.video, columns or None)

    def write(self, table: str, rows: pl.DataFrame) -> None:
        """Write a table of this video; the column that names it is added."""
        self.lake.write(table, self.video, named(table, rows, self.video_id), self.provenance)

    @contextmanager
    def writer(self, table: str, is_complete: Callable[[], bool] = lambda: True) -> Iterator["NamedWriter"]:
        """A table in pieces; one that is not complete at the end will not be taken for a result."""
        unfinished = Provenance(f"{self.stage.name}, unfinished", self.stage.code_version)
        with self.lake.writer(table, self.video, lambda: self.provenance if is_complete() else unfinished) as writer:
            yield NamedWriter(table, writer, self.video_id)

    def result(self, metadata: Mapping[str, Any]) -> dg.MaterializeResult:
        """The materialization, with the fingerprint as Dagster's data version."""
        stored = self.stored(self.stage)
        assert stored is not None, f"{self.stage.name} wrote no result"
        facts: dict[str, Any] = {
            "reused": dg.MetadataValue.bool(self.is_current),
            "seconds": stored.elapsed_s,
            "processor_seconds": stored.processor_s,
        }
        return dg.MaterializeResult(metadata={**metadata, **facts}, data_version=dg.DataVersion(stored.fingerprint))


def _processor_s() -> float:
    """Of this process, which works on one video at a time, and of the processes that it started and that have ended."""
    return sum(os.times()[:4])


def named(table: str, rows: pl.DataFrame, video_id: str) -> pl.DataFrame:
    """The rows with the column that says of which video, or album, they are."""
    owner = schema.table(table).owner
    assert owner is not None, f"{table} has no column for the video that a row is of"
    return rows.with_columns(pl.lit(video_id, dtype=pl.String).alias(owner))


class NamedWriter:
    """A TableWriter that adds the column that names the video."""

    def __init__(self, table: str, writer: TableWriter, video_id: str) -> None:
        self._table = table
        self._writer = writer
        self._video_id = video_id

    def append(self, rows: pl.DataFrame) -> None:
        self._writer.append(named(self._table, rows, self._video_id))


@contextmanager
def video_work(context: dg.AssetExecutionContext, archive: Archive, stage: Stage) -> Iterator[VideoWork]:
    """Work on the video of the context's partition, explained."""
    with explained_work(context, archive, stage) as work:
        yield work
        _log_cost(context, work)


@contextmanager
def explained_work(context: dg.AssetExecutionContext, archive: Archive, stage: Stage) -> Iterator[VideoWork]:
    """Errors of the block become failures that people and Dagster understand, and the video's outcome."""
    work = _work(context, archive, stage)

    def failed(error: ArchiveError) -> None:
        outcomes.record_failure(
            archive.lake, archive.catalogue, archive.index, work.video, stage.name, error, work.plan
        )

    with _explaining(context, work, INGEST, failed):
        yield work


@contextmanager
def analysis_work(context: dg.AssetExecutionContext, archive: Archive, stage: Stage) -> Iterator[VideoWork]:
    """Like `video_work` for what is said about a finished video: how it ends is recorded beside the video's own
    outcome, which it does not touch. Points follow what the analysis found (`refresh_points`)."""
    work = _work(context, archive, stage)
    entry = archive.catalogue.entry(work.video)
    if entry is None or entry.status != "ready":
        status = entry.status if entry else "not registered"
        raise dg.Failure(
            description=f"{work.video_id} is {status}: only what is ready is analysed (ingest_video, ingest_album)",
            metadata={"error_code": "video_not_ready", "video_id": work.video_id},
            allow_retries=False,
        )

    try:  # now: a policy that is changed while this works is another plan
        plan = analysis_plans([stage], work.collection, archive.settings)[stage.name](entry) or ""
    except ArchiveError:  # the work will say what is wrong
        plan = ""

    def record(error: ArchiveError | None = None) -> None:
        outcomes.record_analysis(archive.lake, archive.catalogue, work.video, stage.name, plan, error)

    with _explaining(context, work, stage.name, record):
        yield work
        _log_cost(context, work)
        refresh_points(archive.lake, archive.index, work.video)
    record()


def _work(context: dg.AssetExecutionContext, archive: Archive, stage: Stage) -> VideoWork:
    video = VideoName.from_partition_key(context.partition_key)
    tags = context.run.tags
    force = FORCE_TAG in tags or (stage not in chain.ANALYSES and archive.is_forced(video))
    work = VideoWork(archive, stage, video, force=force, retry=RETRY_TAG in tags)
    asked = context.run.asset_selection  # None: the whole job
    work.forces_all = force and (not asked or asked >= {dg.AssetKey(one.name) for one in chain.chain_of(video)})
    return work


@contextmanager
def _explaining(
    context: dg.AssetExecutionContext, work: VideoWork, name: str, on_failure: Callable[[ArchiveError], None]
) -> Iterator[None]:
    """Progress to the log while the block works; errors to `dg.Failure`, after `on_failure` where none will retry.

    What would fail every video alike is no outcome of this one: it holds the work `name` of its collection up."""
    try:
        with listening(_progress_log(context)):
            yield
    except dg.Failure:
        raise
    except Exception as error:
        known = _explained(error)
        if isinstance(known, DamagedTableError):
            work.lake.discard(known)  # the next run finds its stage undone
        if known.permanent or not _may_retry(known) or context.retry_number >= PASSING_ERRORS.max_retries:
            with suppress(ArchiveError, OSError):  # what keeps it from being recorded (a full disk) is mostly `known`
                if is_of_all(known):
                    hold_up(work.archive.catalogue, work.video.collection, name, known)
                else:
                    on_failure(known)
        raise dg.Failure(
            description=f"{work.video_id}: {known.message} [{known.code}]",
            metadata={
                "error_code": known.code,
                "video_id": work.video_id,
                "permanent": known.permanent,
                **({HOLDS_UP: name} if is_of_all(known) else {}),
            },
            allow_retries=_may_retry(known),
        ) from error


def _log_cost(context: dg.AssetExecutionContext, work: VideoWork) -> None:
    if not work.is_current:
        context.log.info(f"{work.stage.name} of {work.video_id} computed in {work.provenance.elapsed_s:.1f} s")


def _explained(error: Exception) -> ArchiveError:
    if isinstance(error, ArchiveError):
        return error
    if refused := system_error(error):
        return refused
    if isinstance(error, OSError | MemoryError):
        return PassingError("io_error", f"{type(error).__name__}: {error}")
    return PassingError(
        "internal_error", f"{type(error).__name__}: {error} (a bug; please report it with the run's log)"
    )


def _may_retry(error: ArchiveError) -> bool:
    return not error.permanent and error.code not in ("internal_error", TABLE_DAMAGED, FILE_REPLACED)


def _progress_log(context: dg.AssetExecutionContext) -> Any:
    last = time.monotonic()

    def listen(stage: str, fraction: float | None) -> None:
        nonlocal last
        if fraction is None:
            context.log.info(stage)
        elif time.monotonic() - last >= _LOG_EVERY_S:
            last = time.monotonic()
            context.log.info(f"{stage}: {fraction:.0%}")

    return listen
