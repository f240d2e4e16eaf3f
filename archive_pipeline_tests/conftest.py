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
