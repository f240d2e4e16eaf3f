"""What a YOLO's device does to it. Its package is not installed here (AGPL-3.0) and is played."""

from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from archive_pipeline.detectors import ultralytics_detector
from archive_pipeline.detectors.ultralytics_detector import load_ultralytics
from archive_pipeline.errors import PassingError
from archive_pipeline_tests.media.photo_zoo import picture, written

FAILURES = [
    (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"), "out_of_memory"),
    (torch.AcceleratorError("CUDA error: an illegal memory access was encountered"), "device_failed"),
]


@pytest.mark.parametrize("where", ["load", "predict"])
@pytest.mark.parametrize(("error", "code"), FAILURES)
def test_a_device_that_fails_is_no_fault_of_the_file_and_no_bug(
    error: Exception, code: str, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise error

    yolo = fails if where == "load" else lambda _: SimpleNamespace(predict=fails)
    monkeypatch.setattr(ultralytics_detector.importlib, "import_module", lambda _: SimpleNamespace(YOLO=yolo))
    with pytest.raises(PassingError, match=f"\\[{code}\\]"):
        load_ultralytics(Path("yolo11n.pt"), "cpu").detect([written(picture(), "JPEG")], 0.5)
