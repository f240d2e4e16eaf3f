"""A process that began on the processors while the GPU was lost gives way when that is there again."""

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


@pytest.mark.parametrize(("code", "has_come"), [(0, True), (1, False)])
def test_a_gpu_that_torch_sees_again_has_come(
    code: int, has_come: bool, devices: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gpu_again, "_LOOK", f"raise SystemExit({code})")
    assert GpuAgain("auto", devices).has_come("cpu") == has_come


def test_it_is_torch_that_is_asked(devices: Path) -> None:
    """Which was installed here for processors alone."""
    assert "why_no_cuda() is not None" in gpu_again._LOOK
    assert not GpuAgain("auto", devices).has_come("cpu")


def test_nobody_looks_where_the_device_is_meant_or_there_is_no_gpu(
    devices: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gpu_again, "_LOOK", "raise SystemExit(0)")
    assert not GpuAgain("cpu", devices).has_come("cpu")
    assert not GpuAgain("auto", devices).has_come("cuda")
    assert not GpuAgain("auto", devices).has_come("auto"), "the model is not loaded yet"
    assert not GpuAgain("auto", tmp_path / "none").has_come("cpu")
    monkeypatch.setattr(gpu_again, "_EVERY_S", 3600.0)
    assert not GpuAgain("auto", devices).has_come("cpu"), "it has only just begun"


def test_the_process_ends_then_and_a_successor_takes_it(devices: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = EncoderServer(MODEL, "auto")
    monkeypatch.setattr(server, "_gpu_again", GpuAgain("auto", devices))
    server._model.device = "cpu"
    monkeypatch.setattr(gpu_again, "_LOOK", "raise SystemExit(1)")
    assert not server.is_over(None)
    monkeypatch.setattr(gpu_again, "_LOOK", "raise SystemExit(0)")
    assert server.is_over(None)
