"""Runs that wait in the queue, read from the database's text once and not every second.

Dagster's queue looks at every run that waits, each second: 0.16 processor seconds for 2,000 of them, of which reading
their JSON again takes all but 0.02. A backfill of 25,000 would keep its daemon busy with that alone.
"""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from dagster import DagsterRun, DagsterRunStatus
from dagster._serdes import deserialize_value

if TYPE_CHECKING:
    from dagster._core.storage.runs.sql_run_storage import SqlRunStorage as _Storage
else:
    _Storage = object

_QUEUED = DagsterRunStatus.QUEUED.value
_MOST = 32_768


class WaitingRunsReadOnce(_Storage):
    """Stands before a storage of runs of Dagster's. A run that was read never changes; its next state is another."""

    def _row_to_run(self, row: dict[str, Any]) -> DagsterRun:
        return _waiting(row["run_body"]) if row["status"] == _QUEUED else super()._row_to_run(row)


@lru_cache(_MOST)
def _waiting(run_body: str) -> DagsterRun:
    return deserialize_value(run_body, DagsterRun).with_status(DagsterRunStatus.QUEUED)
