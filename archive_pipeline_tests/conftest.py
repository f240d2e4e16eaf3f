"""What tests of every part share: the real footage beside the repository."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

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
