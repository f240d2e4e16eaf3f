"""Runs that wait in the queue: Dagster's is shown those that could begin, and not all of them every second.

Once a second Dagster's queue reads every run that waits, a hundred at a time, to find the few that may begin: half a
processor second for a backfill of 25,000, all day, in a process that launches runs and ticks sensors beside it. What
keeps one waits is the same for all of its kind (their tags, their code location), but for the video that it works on.
So of each kind the oldest are enough, one a video, as many as may be in progress at once: those that are launched and
those whose video is at work already are no more than that together. Pools, of which this project has none, are counted
otherwise: with them the queue is shown all.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sqlalchemy
from dagster import DagsterRun, DagsterRunStatus, RunsFilter
from dagster._core.storage.runs.schema import RunsTable
from dagster._core.storage.tags import PRIORITY_TAG
from dagster._serdes import deserialize_value

from archive_pipeline.resources.archive import PARTITION_TAG

if TYPE_CHECKING:
    from dagster._core.storage.runs.sql_run_storage import SqlRunStorage as _Storage
else:
    _Storage = object

_ALL_WAITING = RunsFilter(statuses=[DagsterRunStatus.QUEUED])
QUEUE_THREAD = "dagster-daemon-QUEUED_RUN_COORDINATOR"
"""In which Dagster's queue does all its looking."""
_AT_ONCE = 500  # bodies are read by their numbers, of which SQLite takes some thousand in a question
_MOST_READ = 4_096

Number = tuple[int, Any]
"""A run's row and when it was changed last: its tags may be edited while it waits."""


@dataclass(frozen=True)
class _Kind:
    """All of a run that may keep it in the queue, but for its video."""

    location: str | None
    has_pools: bool
    tags: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Waiting:
    run_id: str
    video: str | None
    kind: _Kind


class WaitingRuns(_Storage):
    """Stands before a storage of runs of Dagster's, whose answers to everybody but the queue stay what they are."""

    _known: Mapping[Number, _Waiting] = {}
    _shown: Sequence[int] = ()

    def get_runs(
        self,
        filters: RunsFilter | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        bucket_by: Any = None,
        ascending: bool = False,
    ) -> Sequence[DagsterRun]:
        """As Dagster's. Its queue gets runs that wait, oldest first, and need not be shown more of them."""
        asked = filters == _ALL_WAITING and ascending and limit is not None and bucket_by is None
        if not asked or threading.current_thread().name != QUEUE_THREAD:
            return super().get_runs(filters, cursor, limit, bucket_by, ascending)
        assert limit is not None
        if cursor is None:
            self._shown = self._could_begin()
        page, self._shown = self._shown[:limit], self._shown[limit:]
        query = sqlalchemy.select(RunsTable.c.run_body, RunsTable.c.status).where(RunsTable.c.id.in_(page))
        rows = self.fetchall(query.order_by(RunsTable.c.id))
        return [run for run in map(self._row_to_run, rows) if run.status == DagsterRunStatus.QUEUED]

    def _row_to_run(self, row: dict[str, Any]) -> DagsterRun:
        is_waiting = row["status"] == DagsterRunStatus.QUEUED.value
        return _waiting_run(row["run_body"]) if is_waiting else super()._row_to_run(row)

    def _could_begin(self) -> list[int]:
        """Rows of the runs that the queue has to look at."""
        config = self._instance.get_concurrency_config().run_queue_config
        waiting = self._waiting()
        if config is None or config.max_concurrent_runs < 0 or any(run.kind.has_pools for run in waiting.values()):
            return [row for row, _ in waiting]
        limits = config.tag_concurrency_limits
        keys = {limit["key"] for limit in limits} - {PARTITION_TAG} | {PRIORITY_TAG}
        named = {limit.get("value") for limit in limits if limit["key"] == PARTITION_TAG and _names_one(limit)}
        seen: dict[Any, set[str]] = {}
        group_of: dict[_Kind, Any] = {}
        rows = []
        for (row, _), run in waiting.items():
            if (group := group_of.get(run.kind)) is None:
                alike = frozenset((key, value) for key, value in run.kind.tags if key in keys)
                group = group_of[run.kind] = (run.kind.location, alike)
            video = run.video if run.video in named else run.video is not None
            videos = seen.setdefault((group, video), set())
            which = run.video or run.run_id
            if len(videos) < config.max_concurrent_runs and which not in videos:
                videos.add(which)
                rows.append(row)
        return rows

    def _waiting(self) -> Mapping[Number, _Waiting]:
        """All that wait, oldest first. Read of each only what was not known a moment ago."""
        query = sqlalchemy.select(
            RunsTable.c.id, sqlalchemy.type_coerce(RunsTable.c.update_timestamp, sqlalchemy.String)
        )
        with self.connect() as connection:
            found = connection.execute(query.where(RunsTable.c.status == DagsterRunStatus.QUEUED.value)).fetchall()
        numbers = sorted(tuple(row) for row in found)
        known = {number: self._known.get(number) for number in numbers}
        unknown = {number[0]: number for number, run in known.items() if run is None}
        if unknown:
            kinds = {run.kind: run.kind for run in known.values() if run}
            for row, body in self._bodies(list(unknown)):
                known[unknown[row]] = _waiting(deserialize_value(body, DagsterRun), kinds)
        self._known = {number: run for number, run in known.items() if run}  # else it has begun meanwhile
        return self._known

    def _bodies(self, rows: Sequence[int]) -> Iterator[tuple[int, str]]:
        for start in range(0, len(rows), _AT_ONCE):
            query = sqlalchemy.select(RunsTable.c.id, RunsTable.c.run_body)
            for found in self.fetchall(query.where(RunsTable.c.id.in_(rows[start : start + _AT_ONCE]))):
                yield found["id"], found["run_body"]


def _names_one(limit: Mapping[str, Any]) -> bool:
    return isinstance(limit.get("value"), str)


def _waiting(run: DagsterRun, kinds: dict[_Kind, _Kind]) -> _Waiting:
    origin = run.remote_job_origin
    kind = _Kind(
        location=origin.location_name if origin else None,
        has_pools=run.run_op_concurrency is not None,
        tags=frozenset((key, value) for key, value in run.tags.items() if key != PARTITION_TAG),
    )
    return _Waiting(run.run_id, run.tags.get(PARTITION_TAG), kinds.setdefault(kind, kind))


@lru_cache(_MOST_READ)
def _waiting_run(run_body: str) -> DagsterRun:
    return deserialize_value(run_body, DagsterRun).with_status(DagsterRunStatus.QUEUED)
