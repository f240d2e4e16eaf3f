"""A warm worker process of a command line: what it is given, what it says, and both of its ends.

A worker makes its definitions and opens the instance once and works through many runs. The runs are ordinary ones: they
are in the instance's storage, the UI shows them.
"""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection

import dagster as dg

from archive_pipeline.automation.execution import LocalRuns
from archive_pipeline.automation.warm_parent import pipe, start_process
from archive_pipeline.progress import listening

_REPORT_EVERY_S = 0.2


@dataclass(frozen=True)
class Progress:
    """A video's run got to `fraction` (0 to 1) of `stage`."""

    key: str
    stage: str
    fraction: float


@dataclass(frozen=True)
class Task:
    """One run of a job."""

    job: str
    key: str | None = None
    """Partition key of its video; None for `publish`."""
    assets: tuple[str, ...] = ()
    """Only these assets of the job; none: all of them."""


@dataclass(frozen=True)
class RunResult:
    """How a run ended. `crashed`: its process died (out of memory, killed)."""

    task: Task
    run_id: str
    success: bool
    seconds: float
    crashed: bool = False


class Worker:
    """A process that executes one run after the other."""

    def __init__(self, environment: Mapping[str, str], tags: Mapping[str, str]) -> None:
        self.connection, theirs = pipe()
        self.process = start_process(_work, theirs, dict(tags), environment=environment)
        theirs.close()

    def receive(self) -> Progress | RunResult | None:
        """Waits for what it says; None when it is dead."""
        try:
            message = self.connection.recv()
        except (EOFError, ConnectionResetError):
            return None
        assert isinstance(message, Progress | RunResult)
        return message

    def give(self, task: Task) -> None:
        self.task = task
        self._since = time.monotonic()
        with suppress(BrokenPipeError, ConnectionResetError):  # it has just died: that is seen where it is waited for
            self.connection.send(task)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._since

    def stop(self) -> None:
        with suppress(BrokenPipeError, ConnectionResetError):
            self.connection.send(None)
        self.process.join()


def _work(connection: Connection, tags: Mapping[str, str]) -> None:
    with dg.DagsterInstance.get() as instance:
        runs: dict[str, LocalRuns] = {}
        while (task := _next_task(connection)) is not None:
            started = time.monotonic()
            if task.job not in runs:
                runs[task.job] = LocalRuns(instance, task.job)
            with listening(_reporter(connection, task)):
                run_id, success = runs[task.job].execute(task.key, tags if task.key else None, assets=task.assets)
            connection.send(RunResult(task, run_id, success, time.monotonic() - started))


def _next_task(connection: Connection) -> Task | None:
    try:
        task: Task | None = connection.recv()
    except EOFError:  # the command line is gone
        return None
    return task


def _reporter(connection: Connection, task: Task) -> Callable[[str, float], None]:
    last = 0.0

    def report(stage: str, fraction: float) -> None:
        nonlocal last
        if task.key and time.monotonic() - last >= _REPORT_EVERY_S:
            last = time.monotonic()
            connection.send(Progress(task.key, stage, fraction))

    return report
