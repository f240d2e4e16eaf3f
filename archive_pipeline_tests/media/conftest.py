"""Real media for the tests of media: the footage, and clips made on demand, once a session."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline_tests.conftest import SHARED
from archive_pipeline_tests.media.zoo import Maker

_MANIFEST: list[dict[str, Any]] = (
    json.loads((SHARED / "footage" / "manifest.json").read_text())
    if (SHARED / "footage" / "manifest.json").exists()
    else []
)
READABLE = [entry for entry in _MANIFEST if entry["video_codec"]]
"""The entries of the footage's manifest that hold a video; for parametrization, before fixtures exist."""


@pytest.fixture(scope="session")
def ffmpeg() -> Path:
    return find_ffmpeg(None)


@pytest.fixture(scope="session")
def made(ffmpeg: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Maker], Path]:
    """`made(name, maker)` is the video of that name; it is made when first asked for."""
    folder = tmp_path_factory.mktemp("zoo")

    def make(name: str, maker: Maker) -> Path:
        path = folder / name
        if not path.exists():
            maker(ffmpeg, path)
        return path

    return make
