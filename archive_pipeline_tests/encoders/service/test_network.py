"""An encoder of another machine: who may ask it, and what is refused."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest

from archive_pipeline.encoders.encoder import Encoder
from archive_pipeline.encoders.service import require_served, served_encoder
from archive_pipeline.encoders.service.connection import Connection, NetworkRoute
from archive_pipeline.encoders.service.encoder_pb2 import Pictures
from archive_pipeline.encoders.service.faults import carried
from archive_pipeline.encoders.service.limits import LARGEST_MESSAGE, LARGEST_PICTURE, LONGEST_TEXT
from archive_pipeline.encoders.service.remote_encoder import RemoteEncoder
from archive_pipeline.errors import ArchiveError, ConfigurationError, PassingError
from archive_pipeline_tests.thorough import thorough
from archive_pipeline_tests.waiting import PATIENCE_S

KEY = "a key of sixteen and more"
COMMAND = (sys.executable, "-m", "archive_pipeline", "encoder")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "ARCHIVE_ENCODER_KEY": KEY, "ARCHIVE_DEVICE": "cpu"}
    process = subprocess.Popen([*COMMAND, "serve", "archive-tiny", "--port", str(port)], env=environment)
    yield f"grpc://127.0.0.1:{port}"
    process.send_signal(signal.SIGINT)
    assert process.wait(PATIENCE_S) == 0


@pytest.fixture
def asked(url: str, runtime: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RemoteEncoder]:
    """A client with the right key; nothing runs on its own machine."""
    monkeypatch.setenv("ARCHIVE_ENCODER_URL", url)
    monkeypatch.setenv("ARCHIVE_ENCODER_KEY", KEY)
    yield served_encoder("archive-tiny")
    assert list(runtime.iterdir()) == []


def refusal(encoder: RemoteEncoder) -> ArchiveError:
    with pytest.raises(ArchiveError) as raised:
        encoder.encode_texts(["a boat"])
    return raised.value


def test_it_answers_and_no_process_is_started_here(
    asked: RemoteEncoder, in_process: Encoder, jpegs: list[bytes]
) -> None:
    require_served("archive-tiny")
    assert (asked.encode_images(jpegs) * in_process.encode_images(jpegs)).sum(axis=1).min() >= 0.9999


@pytest.mark.parametrize("key", [None, "another key, long enough", KEY[:-1]])
def test_a_wrong_key_is_refused(asked: RemoteEncoder, url: str, key: str | None) -> None:
    error = refusal(RemoteEncoder(asked.name, asked.identity, NetworkRoute(url, asked.identity, key), 30))
    assert (error.code, error.permanent) == ("encoder_refused", True)
    assert "ARCHIVE_ENCODER_KEY" in error.message


@pytest.mark.parametrize("key", ["short", "ñandú ñandú ñandú"])
def test_a_key_that_cannot_be_one_is_told(key: str) -> None:
    with pytest.raises(ConfigurationError, match="16 or more"):
        NetworkRoute("grpc://gpu:8010", "x", key)


@pytest.mark.parametrize("url", ["http://gpu:8010", "gpu:8010", "grpc://gpu", "grpc://gpu:8010/v1"])
def test_an_address_that_cannot_be_one_is_told(url: str) -> None:
    with pytest.raises(ConfigurationError, match="grpc://gpu:8010"):
        NetworkRoute(url, "x", KEY)


def test_another_model_is_refused_with_both_names(asked: RemoteEncoder, url: str) -> None:
    error = refusal(RemoteEncoder("ViT-B-32/openai", "ViT-B-32/openai", NetworkRoute(url, "ViT-B-32/openai", KEY), 30))
    assert error.code == "encoder_other_model"
    assert asked.identity in error.message
    assert "ViT-B-32/openai" in error.message


def test_another_version_is_refused_with_both(asked: RemoteEncoder, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive_pipeline.encoders.service.connection.installed_version", lambda: "9.9.9+0")
    error = refusal(RemoteEncoder(asked.name, asked.identity, NetworkRoute(url, asked.identity, KEY), 30))
    assert error.code == "encoder_other_version"
    assert "9.9.9+0" in error.message


@thorough
def test_what_is_too_large_is_refused(asked: RemoteEncoder, jpegs: list[bytes]) -> None:
    for ask in (
        lambda: asked.encode_images([*jpegs, bytes(LARGEST_PICTURE + 1)]),
        lambda: asked.encode_texts(["a" * (LONGEST_TEXT + 1)]),
    ):
        with pytest.raises(ArchiveError) as raised:
            ask()
        assert raised.value.code == "encoder_oversized"


@thorough
def test_a_message_beyond_all_bounds_is_refused_unread(asked: RemoteEncoder, url: str) -> None:
    route = NetworkRoute(url, asked.identity, KEY)
    connection: Connection = route.connect()
    message = Pictures(jpegs=[bytes(LARGEST_PICTURE)] * (LARGEST_MESSAGE // LARGEST_PICTURE + 1))
    with pytest.raises(grpc.RpcError) as raised:
        next(connection.encode_images(iter([message])))
    error = carried(raised.value)
    assert isinstance(error, ArchiveError)
    assert error.code == "encoder_oversized"


@thorough
def test_one_that_is_away_is_waited_for_and_then_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NetworkRoute, "most_failures", 3)
    encoder = RemoteEncoder("archive-tiny", "x", NetworkRoute("grpc://127.0.0.1:9", "x", KEY), 30)
    error = refusal(encoder)
    assert isinstance(error, PassingError)
    assert error.code == "encoder_unreachable"


@thorough
def test_status_tells_of_it(asked: RemoteEncoder) -> None:
    assert asked.dimension == 256
    shown = subprocess.run([*COMMAND, "status", "--json"], capture_output=True, text=True, check=True).stdout
    (row,) = json.loads(shown)
    assert (row["model"], row["device"], row["state"]) == ("archive-tiny", "cpu", "ready")


@thorough
def test_without_a_key_it_listens_to_its_own_machine_alone() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "ARCHIVE_ENCODER_KEY"}
    command = [*COMMAND, "serve", "archive-tiny", "--host", "0.0.0.0"]
    refused = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert refused.returncode == 1
    assert "encoder_key_missing" in refused.stderr
