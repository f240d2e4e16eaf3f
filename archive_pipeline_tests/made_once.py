"""What is dear to make and only read is made once for a run of the tests, however many workers it has."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from archive_pipeline.locking import at_work_on


def made_once(folders: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """The folder `name` of the run, which `make` filled for the first that asked; others wait meanwhile.

    Nobody may write into it. It goes with the run's other folders (pytest's `tmp_path_retention_policy`).
    """
    base = folders.getbasetemp()
    run = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base  # as pytest-xdist's documents have it
    made = run / name
    with at_work_on(run / f"{name}.lock"):
        if not made.exists():
            begun = folders.mktemp(name)
            make(begun)
            begun.rename(made)
    return made
