"""Who is at work on a run: told by a lock that the kernel takes away when its holder dies, in whatever container, under
whatever host name and process number (DESIGN §4.12). And how he is asked to end.

Ending is dying: Dagster answers an interrupt by trying the step again (its retry policy holds for interrupts, too), and
every stage is made so that a kill at any moment loses nothing.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import dagster as dg

from archive_pipeline.locking import file_lock, is_locked

_ASKED_EVERY_S = 0.5
_NEW_FOR_S = 60.0


def _lock(instance: dg.DagsterInstance, run_id: str) -> Path:
    return Path(instance.root_directory) / "workers" / f"{run_id}.lock"


@contextmanager
def at_work(instance: dg.DagsterInstance, run_id: str) -> Iterator[None]:
    """This process works on the run while the block runs; `ask_to_stop` ends the run, and the process with it."""
    lock = _lock(instance, run_id)
    stop, done = lock.with_suffix(".stop"), threading.Event()

    def listen() -> None:
        while not done.wait(_ASKED_EVERY_S):
            if stop.exists() and not done.is_set():
                stop.unlink(missing_ok=True)
                if run := instance.get_run_by_id(run_id):
                    instance.report_run_canceled(run)
                os._exit(1)

    with file_lock(lock):
        threading.Thread(target=listen, name="asked to stop", daemon=True).start()
        try:
            yield
        finally:
            done.set()
            stop.unlink(missing_ok=True)
            lock.unlink(missing_ok=True)


@contextmanager
def launching(instance: dg.DagsterInstance, run_id: str) -> Iterator[None]:
    """This process starts the one that will be at work on the run."""
    lock = _lock(instance, run_id).with_suffix(".launch")
    with file_lock(lock):
        try:
            yield
        finally:
            lock.unlink(missing_ok=True)


def is_at_work(instance: dg.DagsterInstance, run_id: str) -> bool:
    """Whether some process works on the run."""
    return is_locked(_lock(instance, run_id))


def is_being_launched(instance: dg.DagsterInstance, run_id: str) -> bool:
    """Whether some process is about to have one work on the run."""
    return is_locked(_lock(instance, run_id).with_suffix(".launch"))


def ask_to_stop(instance: dg.DagsterInstance, run_id: str) -> bool:
    """Ask whoever works on the run to end it, which takes half a second; False where nobody does."""
    if not is_at_work(instance, run_id):
        return False
    _lock(instance, run_id).with_suffix(".stop").touch()
    return True


def sweep(instance: dg.DagsterInstance) -> None:
    """Remove what killed workers left behind, but nothing that somebody may just be about to lock."""
    for file in Path(instance.root_directory, "workers").glob("*"):
        with suppress(FileNotFoundError):
            held = is_locked(file) or is_locked(file.with_suffix(".lock"))
            if not held and time.time() - file.stat().st_mtime > _NEW_FOR_S:
                file.unlink()
