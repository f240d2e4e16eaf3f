"""What tests of every part share: the real footage beside the repository."""

import atexit
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

_status = 1


@atexit.register  # before everything that registers later, and so run after it
def _leave_without_teardown() -> None:
    """DuckDB 2.0 prints pages of leaks (nanobind) at exit where torch was used too: after the verdict, over it."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(_status)


def pytest_sessionfinish(exitstatus: int) -> None:
    global _status
    _status = int(exitstatus)


_TOGETHER = (
    "archive_pipeline_tests/web/",
    "archive_pipeline_tests/vllm_cpu/",
    "pipeline/test_footage.py",
    "pipeline/test_evaluate.py",
    "pipeline/test_concepts.py",
    "pipeline/test_transcript.py",
    "pipeline/test_findings.py",
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """One worker for all tests that share an ingested archive, so that it is ingested once; others go where there is
    room. (The marker `xdist_group` of xdist 3.8 does nothing with pytest 9.2.)
    """
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return next((shared for shared in _TOGETHER if shared in nodeid), nodeid)

    return Together(config, log)


FOOTAGE = Path(__file__).parents[2] / "shared" / "footage"


@pytest.fixture(scope="session")
def footage() -> Path:
    """The folder of real clips. It is not part of the repository: a checkout without it skips; CI fails."""
    if not (FOOTAGE / "manifest.json").exists():
        if os.environ.get("CI"):
            pytest.fail(f"CI needs the footage at {FOOTAGE}")
        pytest.skip(f"no footage at {FOOTAGE}")
    return FOOTAGE


@pytest.fixture(scope="session")
def manifest(footage: Path) -> dict[str, dict[str, Any]]:
    """Facts about each clip, by file name."""
    clips = json.loads((footage / "manifest.json").read_text(encoding="utf-8"))
    return {clip["file"]: clip for clip in clips}
