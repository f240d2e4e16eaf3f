"""Who is at work on a run: told by a lease that ends when its holder dies, in whatever container, on whatever machine,
under whatever host name and process number (DESIGN §4.12). And how he is asked to end.

Ending is dying: Dagster answers an interrupt by trying the step again (its retry policy holds for interrupts, too), and
every stage is made so that a kill at any moment loses nothing.
"""

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from archive_pipeline.settings import Settings
from archive_pipeline.store.database import open_database
from archive_pipeline.store.leases import Leases, open_leases


def _leases(instance: dg.DagsterInstance) -> Leases:
    return open_leases(open_database(Settings().database), "run", Path(instance.root_directory) / "workers")


@contextmanager
def at_work(instance: dg.DagsterInstance, run_id: str) -> Iterator[None]:
    """This process works on the run while the block runs; `ask_to_stop` ends the run, and the process with it."""

    def stop() -> None:
        try:
            if run := instance.get_run_by_id(run_id):
                instance.report_run_canceled(run)
        finally:  # where that cannot be written now, Dagster's monitoring does it: nobody is at work on the run
            os._exit(1)

    with _leases(instance).hold(run_id, on_stop=stop):
        yield


@contextmanager
def launching(instance: dg.DagsterInstance, run_id: str) -> Iterator[None]:
    """This process starts the one that will be at work on the run."""
    with _leases(instance).hold(_launch(run_id)):
        yield


def is_at_work(instance: dg.DagsterInstance, run_id: str) -> bool:
    """Whether some process works on the run."""
    return bool(_leases(instance).held([run_id]))


def in_hand(instance: dg.DagsterInstance, run_ids: Collection[str]) -> set[str]:
    """Those of the runs that some process works on or is about to have one work on."""
    held = _leases(instance).held([name for run_id in run_ids for name in (run_id, _launch(run_id))])
    return {run_id for run_id in run_ids if run_id in held or _launch(run_id) in held}


def ask_to_stop(instance: dg.DagsterInstance, run_id: str) -> bool:
    """Ask whoever works on the run to end it, which takes seconds at most; False where nobody does."""
    return _leases(instance).ask_to_stop(run_id)


def sweep(instance: dg.DagsterInstance) -> None:
    """Remove what killed workers left behind, but nothing that somebody may just be about to lock."""
    _leases(instance).sweep()


def _launch(run_id: str) -> str:
    return f"{run_id}.launch"
