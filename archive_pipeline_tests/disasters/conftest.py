"""An archive that is watched, and the machine that it is on."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from archive_pipeline_tests.disasters.machine import Machine
from archive_pipeline_tests.pipeline.conftest import clips, empty_site, programmes
from archive_pipeline_tests.pipeline.site import Site

__all__ = ["clips", "programmes"]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """An archive with an encoder of its own, which the power cut meets, too."""
    runtime = tempfile.mkdtemp(prefix="enc-")  # short: a socket's path has 107 bytes
    monkeypatch.setenv("ARCHIVE_RUNTIME", runtime)
    site = empty_site(tmp_path, monkeypatch)
    site.describe(watch=30, analyses=["concepts", "transcript"])
    yield site
    shutil.rmtree(runtime, ignore_errors=True)


@pytest.fixture
def machine(site: Site) -> Iterator[Machine]:
    machine = Machine(site)
    yield machine
    machine.stop()


@pytest.fixture
def instance(site: Site) -> Iterator[dg.DagsterInstance]:  # noqa: ARG001 (it sets DAGSTER_HOME)
    with dg.DagsterInstance.get() as instance:
        yield instance
