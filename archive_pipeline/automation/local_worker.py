"""A warm worker process of a command line: what it is given, what it says, and both of its ends.

A worker makes its definitions and opens the instance once and works through many runs. The runs are ordinary ones: they
are in the instance's storage, the UI shows them.
"""

import os
import signal
import time
import uuid
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection

import dagster as dg

from archive_pipeline.automation.execution import LocalRuns
from archive_pipeline.automation.library_logs import choose_logs
from archive_pipeline.automation.warm_parent import pipe, start_process
from archive_pipeline.errors import PassingError
from archive_pipeline.progress import Listener, listening
from archive_pipeline.settings import Settings
from archive_pipeline.system_errors import system_error

_REPORT_EVERY_S = 0.2


@dataclass(frozen=True)
class Progress:
    """A video's run got to `fraction` (0 to 1) of `stage`; without a fraction, `stage` is a sentence for a person."""

    key: str
    stage: str
    fraction: float | None


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
    """How a run ended. `crashed`: its process died (out of memory, killed); `canceled`: somebody ended it in the UI;
    `refused`: the system keeps every run from being recorded (a full disk)."""

    task: Task
    run_id: str
    success: bool
    seconds: float
    crashed: bool = False
    canceled: bool = False
    refused: PassingError | None = None


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
        self.task, self.run_id = task, str(uuid.uuid4())
        self._since = time.monotonic()
        with suppress(BrokenPipeError, ConnectionResetError):  # it has just died: that is seen where it is waited for
            self.connection.send((task, self.run_id))

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._since

    def kill(self) -> None:
        """At once, with what it started: a kill at any moment loses nothing."""
        with suppress(ProcessLookupError):  # it has not made its own session yet
            os.killpg(self.process.pid or 0, signal.SIGKILL)
        self.process.kill()
        self.process.join()

    def stop(self) -> None:
        """When it has done what it was given."""
        with suppress(BrokenPipeError, ConnectionResetError):
            self.connection.send(None)
        self.process.join()


def _work(connection: Connection, tags: Mapping[str, str]) -> None:
    choose_logs(Settings().verbose)
    with ExitStack() as opened:
        instance: dg.DagsterInstance | None = None
        runs: dict[str, LocalRuns] = {}
        while (given := _next_task(connection)) is not None:
            task, run_id = given
            started = time.monotonic()
            success, refused = False, None
            try:
                instance = instance or opened.enter_context(dg.DagsterInstance.get())
                if task.job not in runs:
                    runs[task.job] = LocalRuns(instance, task.job)
                with listening(_reporter(connection, task)):
                    tags_of_run = tags if task.key else None
                    _, success = runs[task.job].execute(task.key, tags_of_run, assets=task.assets, run_id=run_id)
            except (
                Exception
            ) as error:  # not the step's, which are events: Dagster's own history could not be opened or written
                if (refused := system_error(error)) is None:
                    raise
            connection.send(RunResult(task, run_id, success, time.monotonic() - started, refused=refused))


def _next_task(connection: Connection) -> tuple[Task, str] | None:
    """What to do, and the id of its run."""
    try:
        given: tuple[Task, str] | None = connection.recv()
    except EOFError:  # the command line is gone
        return None
    return given


def _reporter(connection: Connection, task: Task) -> Listener:
    last = 0.0

    def report(stage: str, fraction: float | None) -> None:
        nonlocal last
        if task.key and (fraction is None or time.monotonic() - last >= _REPORT_EVERY_S):
            last = time.monotonic()
            with suppress(BrokenPipeError, ConnectionResetError):  # the command has died, and so will this process
                connection.send(Progress(task.key, stage, fraction))

    return report
