"""A process that began on the processors while the GPU was lost gives way when that is there again."""

import signal
from pathlib import Path

import pytest

from archive_pipeline.encoders.service import gpu_again
from archive_pipeline.encoders.service.gpu_again import GpuAgain
from archive_pipeline.encoders.service.server import EncoderServer
from archive_pipeline_tests.encoders.service.conftest import MODEL


@pytest.fixture
def devices(tmp_path: Path) -> Path:
    """Of a machine with a GPU; who asks looks at once."""
    (tmp_path / "nvidia0").touch()
    return tmp_path


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu_again, "_EVERY_S", 0.0)


def answer(again: GpuAgain) -> bool:
    assert not again.has_come("cpu"), "it only begins to look"
    assert again._looking is not None
    again._looking.wait()
    return again.has_come("cpu")


@pytest.mark.parametrize(("code", "has_come"), [(0, True), (1, False)])
def test_a_gpu_that_torch_sees_again_has_come(
    code: int, has_come: bool, devices: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gpu_again, "_LOOK", f"raise SystemExit({code})")
    assert answer(GpuAgain("auto", devices)) == has_come


def test_a_driver_that_hangs_hangs_nobody_who_asks(devices: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu_again, "_LOOK", "import time; time.sleep(36_000)")
    monkeypatch.setattr(gpu_again, "_LIMIT_S", 0.0)
    again = GpuAgain("auto", devices)
    assert not again.has_come("cpu")
    assert (looking := again._looking) is not None
    assert not again.has_come("cpu")
    assert looking.wait() == -signal.SIGKILL
    assert not again.has_come("cpu")
    assert again._looking is None, "the next look is one of its own"


def test_it_is_torch_that_is_asked(devices: Path) -> None:
    """Which was installed here for processors alone."""
    assert "why_no_cuda() is not None" in gpu_again._LOOK
    assert not answer(GpuAgain("auto", devices))


def test_nobody_looks_where_the_device_is_meant_or_there_is_no_gpu(
    devices: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gpu_again, "_LOOK", "raise SystemExit(0)")
    for asked, taken, where in (
        ("cpu", "cpu", devices),
        ("auto", "cuda", devices),
        ("auto", "auto", devices),  # the model is not loaded yet
        ("auto", "cpu", tmp_path / "none"),
    ):
        again = GpuAgain(asked, where)
        assert not again.has_come(taken)
        assert again._looking is None, (asked, taken, where)
    monkeypatch.setattr(gpu_again, "_EVERY_S", 3600.0)
    again = GpuAgain("auto", devices)
    assert not again.has_come("cpu")
    assert again._looking is None, "it has only just begun"


def test_the_process_ends_then_and_a_successor_takes_it(devices: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = EncoderServer(MODEL, "auto")
    again = GpuAgain("auto", devices)
    monkeypatch.setattr(server, "_gpu_again", again)
    server._model.device = "cpu"
    for code, is_over in ((1, False), (0, True)):
        monkeypatch.setattr(gpu_again, "_LOOK", f"raise SystemExit({code})")
        assert not server.is_over(None)
        assert again._looking is not None
        again._looking.wait()
        assert server.is_over(None) == is_over
