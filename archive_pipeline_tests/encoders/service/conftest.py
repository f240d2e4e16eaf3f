"""Real processes with the bundled model, each test's in a runtime folder of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive_pipeline.encoders import get_encoder
from archive_pipeline.encoders.encoder import Encoder
from archive_pipeline.encoders.service import served_encoder
from archive_pipeline.encoders.service.census import running
from archive_pipeline.encoders.service.encoder_pb2 import StatusReply
from archive_pipeline.encoders.service.remote_encoder import RemoteEncoder
from archive_pipeline.settings import Settings
from archive_pipeline_tests.runtimes import own_runtime

MODEL = "archive-tiny"


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty runtime folder; what was started in it is ended."""
    with own_runtime(monkeypatch) as folder:
        yield folder


@pytest.fixture
def served(runtime: Path) -> RemoteEncoder:  # noqa: ARG001
    """A client of a process of its own, which is warm."""
    encoder = served_encoder(MODEL, "cpu")
    assert encoder.dimension == 256
    return encoder


@pytest.fixture(scope="session")
def in_process() -> Encoder:
    return get_encoder(MODEL, "cpu")


def status() -> StatusReply:
    """Of the one process that runs."""
    (found,) = running(Settings())
    assert found.status
    return found.status


def client(code: str, **environment: str) -> subprocess.Popen[str]:
    """Another process that runs `code` with `encoder` at hand."""
    lines = (
        f"from archive_pipeline.encoders.service import served_encoder\nencoder = served_encoder('{MODEL}', 'cpu')\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", lines + code], stdout=subprocess.PIPE, text=True, env={**os.environ, **environment}
    )
