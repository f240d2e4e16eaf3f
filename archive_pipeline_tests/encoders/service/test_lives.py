"""How the process of a machine begins and ends, and that there is one."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from archive_pipeline.encoders.service import served_encoder
from archive_pipeline.encoders.service.census import stop_all
from archive_pipeline.encoders.service.local_process import pid_at
from archive_pipeline.encoders.service.runtime_folder import safe_folder
from archive_pipeline.errors import ConfigurationError, PassingError
from archive_pipeline_tests.encoders.conftest import TinyModel
from archive_pipeline_tests.encoders.service.conftest import client, status
from archive_pipeline_tests.thorough import thorough
from archive_pipeline_tests.waiting import PATIENCE_S, until

ASK = "encoder.encode_texts(['a boat'])"


def test_many_who_ask_at_once_start_one(runtime: Path) -> None:
    clients = [client(ASK) for _ in range(4)]
    assert [asking.wait(PATIENCE_S) for asking in clients] == [0] * 4
    (log,) = runtime.glob("*.log")
    assert log.read_text().count("listens on") == 1
    assert status().pid


def test_its_threads_sleep_while_they_wait_for_one_another(runtime: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_DISPLAY_ENV", "VERBOSE")
    assert served_encoder("archive-tiny", "cpu").dimension == 256
    (log,) = runtime.glob("*.log")
    if "GOMP_SPINCOUNT" not in log.read_text():
        pytest.skip("torch brings another OpenMP than GNU's, which alone says how long its threads spin")
    assert "GOMP_SPINCOUNT = '0'" in log.read_text()


@thorough
@pytest.mark.usefixtures("served")
def test_a_machine_of_another_name_starts_no_second(runtime: Path) -> None:
    pid = status().pid
    script = f"from archive_pipeline.encoders.service import served_encoder as e; e('archive-tiny','cpu').{ASK[8:]}"
    renamed = [
        "unshare",
        "--uts",
        "--map-root-user",
        "sh",
        "-c",
        f'hostname elsewhere && exec {sys.executable} -c "$0"',
    ]
    if subprocess.run([*renamed[:-1], "hostname elsewhere"], capture_output=True).returncode:
        pytest.skip("this machine gives no second name (unshare --uts)")
    assert subprocess.run([*renamed, script], env=dict(os.environ)).returncode == 0
    assert status().pid == pid
    (log,) = runtime.glob("*.log")
    assert log.read_text().count("listens on") == 1


@thorough
@pytest.mark.usefixtures("served")
def test_two_names_of_one_device_are_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    pid = status().pid
    assert served_encoder("archive-tiny", "auto").encode_texts(["a boat"]).shape == (1, 256)
    assert status().pid == pid


@thorough
def test_it_ends_when_nobody_asks(runtime: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHIVE_ENCODER_IDLE_S", "1")
    encoder = served_encoder("archive-tiny", "cpu")
    assert encoder.dimension == 256
    (socket,) = runtime.glob("*.sock")
    first = pid_at(socket)
    until(lambda: pid_at(socket) is None)
    assert encoder.encode_texts(["a boat"]).shape == (1, 256)  # the same client starts another one
    assert pid_at(socket) != first


@pytest.mark.usefixtures("served")
def test_nobody_else_can_open_its_socket(runtime: Path) -> None:
    (socket,) = runtime.glob("*.sock")
    assert stat.S_IMODE(socket.stat().st_mode) & 0o077 == 0
    assert stat.S_IMODE(runtime.stat().st_mode) == 0o700


def test_a_folder_that_others_can_enter_is_refused(tmp_path: Path) -> None:
    shared, link, theirs = (tmp_path / name for name in ("shared", "link", "theirs"))
    shared.mkdir()
    shared.chmod(0o755)
    link.symlink_to(safe_folder(tmp_path / "own"))
    theirs.mkdir(mode=0o700)
    if os.getuid() == 0:
        os.chown(theirs, 65534, 65534)
    for folder in (shared, link, *([theirs] if os.getuid() == 0 else [])):
        with pytest.raises(ConfigurationError) as raised:
            safe_folder(folder)
        assert raised.value.code == "runtime_folder_unsafe"
    with pytest.raises(ConfigurationError) as raised:
        safe_folder(tmp_path / ("long" * 30))
    assert raised.value.code == "runtime_folder_too_long"


@thorough
def test_what_keeps_a_model_from_being_loaded_is_told(runtime: Path, tiny: TinyModel, tmp_path: Path) -> None:
    folder = tmp_path / "broken"
    folder.mkdir()
    for file in tiny.folder.iterdir():
        (folder / file.name).write_bytes(file.read_bytes()[:2000] if "safetensors" in file.name else file.read_bytes())
    with pytest.raises(ConfigurationError) as raised:
        _ = served_encoder(f"local-dir:{folder}", "cpu").dimension
    assert raised.value.code == "checkpoint_unreadable"
    assert str(folder) in raised.value.message
    (socket,) = runtime.glob("*.sock")
    until(lambda: pid_at(socket) is None)  # it is tried again by another process


@thorough
def test_what_crashes_again_and_again_is_told_with_its_log(runtime: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive_pipeline.encoders.service.local_process._MODULE", "archive_pipeline.errors")
    with pytest.raises(PassingError) as raised:
        _ = served_encoder("archive-tiny", "cpu").dimension
    assert raised.value.code == "encoder_crashed"
    (log,) = runtime.glob("*.log")
    assert str(log) in raised.value.message


@pytest.mark.usefixtures("served")
def test_it_ends_when_it_is_told_to(runtime: Path) -> None:
    assert stop_all(runtime, within_s=PATIENCE_S) == 1
    assert stop_all(runtime, within_s=PATIENCE_S) == 0
