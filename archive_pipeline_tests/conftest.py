"""What tests of every part share: the real footage beside the repository."""

import atexit
import gc
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from archive_pipeline.encoders.service.census import stop_all
from archive_pipeline.garbage import collect_rarely
from archive_pipeline_tests.postgres import PostgresServer, running
from archive_pipeline_tests.s3 import S3, s3_server

_status = 1

# What a shell starts in its background ignores Ctrl+C, and so do its children: a run of the tests there would find that
# nothing which they start can be interrupted.
for _number, _usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGQUIT, signal.SIG_DFL)):
    if signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, _usual)

# Where a shell forbids bytecode (as images for containers do), every process of the tests would compile the project's
# modules again, and every worker the tests: a quarter of what a worker takes to begin, a fifteenth of what a run takes.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

collect_rarely()  # before the tests and all that they test are imported


@atexit.register  # before everything that registers later, and so run after it
def _leave_without_teardown() -> None:
    """DuckDB 2.0 prints pages of leaks (nanobind) at exit where torch was used too: after the verdict, over it."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(_status)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    global _status
    _status = int(exitstatus)
    if not hasattr(session.config, "workerinput"):  # the last one out, not a worker of xdist
        stop_all(_RUNTIME, within_s=5.0)
        shutil.rmtree(_RUNTIME, ignore_errors=True)


# One warm encoder for all tests, xdist's workers included (they inherit it), and none that somebody uses beside them.
if "PYTEST_XDIST_WORKER" not in os.environ:
    os.environ["ARCHIVE_RUNTIME"] = tempfile.mkdtemp(prefix="archive-tests-")
os.environ.pop("ARCHIVE_ENCODER_URL", None)
_RUNTIME = Path(os.environ["ARCHIVE_RUNTIME"])


_MEMORY = Path("/dev/shm")


def _is_roomy() -> bool:
    facts = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
    return int(facts["MemAvailable"].split()[0]) > 20e6 and shutil.disk_usage(_MEMORY).free > 10e9  # kB, bytes


# Tests write some gigabytes, much of that with fsync: in memory, where there is plenty, that takes a fifth less time.
if "TMPDIR" not in os.environ and _MEMORY.is_dir() and _is_roomy():
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))

# `make test` names this profile, in which properties are tried with fewer examples.
settings.register_profile("quick", max_examples=20)

# Many tests run beside one another: threads of libraries would only wait (and spin) for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")

_HERE = "archive_pipeline_tests"

# The tests of a file share what it ingested, simulated or trained, so they go to one worker; those of the web page, of
# the VLM and of the simulator share a server or an archive, too. In these files each test has an archive of its own and
# goes where room is.
_APART = tuple(
    f"{_HERE}/{file}"
    for file in (
        "pipeline/test_analyses.py",
        "pipeline/test_automation.py",
        "pipeline/test_changes.py",
        "pipeline/test_descriptions.py",
        "warehouse/test_other_processes.py",
    )
)
_TOGETHER = (f"{_HERE}/web/", f"{_HERE}/vllm_cpu/", f"{_HERE}/simulator/")

# What takes minutes starts first, so that nobody waits for it at the end.
_LONG = tuple(
    f"{_HERE}/{place}"
    for place in (
        "web/",
        "machines/test_two_machines.py",
        "vllm_cpu/",
        "pipeline/test_footage.py",
        "pipeline/test_backfill.py",
        "disasters/",
        "pipeline/test_queue.py",
        "pipeline/test_encoder_trouble.py",
    )
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Whole files for a worker, with the exceptions above, in the order of collection.

    (The marker `xdist_group` of xdist 3.8 does nothing with pytest 9.2.)
    """
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            if nodeid.startswith(_APART):
                return nodeid
            return next((shared for shared in _TOGETHER if nodeid.startswith(shared)), nodeid.split("::")[0])

    config.option.loadscopereorder = False
    return Together(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def rank(item: pytest.Item) -> int:
        return next((n for n, long in enumerate(_LONG) if item.nodeid.startswith(long)), len(_LONG))

    items.sort(key=rank)  # stable: the rest keeps its order


def pytest_collection_finish() -> None:
    """Half a million objects of libraries and tests stay; looking for garbage among them takes its time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    with running() as server:
        yield server


@pytest.fixture(scope="module")
def s3() -> Iterator[S3]:
    with s3_server() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> str:
    """An empty database of the test's own."""
    return postgres_server.new_database()


SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(scope="session")
def footage() -> Path:
    """The folder of real clips. It is not part of the repository: a checkout without it skips; CI fails."""
    return _beside_the_repository("footage", "manifest.json")


@pytest.fixture(scope="session")
def cases() -> Path:
    """The folder of odd files; `cases.json` says what is right for each."""
    return _beside_the_repository("cases", "cases.json")


def _beside_the_repository(name: str, description: str) -> Path:
    folder = SHARED / name
    if not (folder / description).exists():
        if os.environ.get("CI"):
            pytest.fail(f"CI needs the files at {folder}")
        pytest.skip(f"no {name}: put the files and their {description} into {folder}")
    return folder


@pytest.fixture(scope="session")
def manifest(footage: Path) -> dict[str, dict[str, Any]]:
    """Facts about each clip, by file name."""
    clips = json.loads((footage / "manifest.json").read_text(encoding="utf-8"))
    return {clip["file"]: clip for clip in clips}
