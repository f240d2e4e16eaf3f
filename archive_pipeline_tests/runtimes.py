"""A runtime folder of a test's own, in which no other test's encoder is warm."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from archive_pipeline.encoders.service.census import stop_all


@contextmanager
def own_runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty one; what was started in it is ended."""
    folder = Path(tempfile.mkdtemp(prefix="enc-"))  # short: a socket's path has 107 bytes
    monkeypatch.setenv("ARCHIVE_RUNTIME", str(folder))
    yield folder
    stop_all(folder, within_s=1.0)
    shutil.rmtree(folder, ignore_errors=True)
