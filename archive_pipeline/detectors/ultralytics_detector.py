"""Ultralytics' YOLO, where somebody installed it: AGPL-3.0, so nothing of it comes with this project."""

import importlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from archive_pipeline.detectors.model import Detection, Seen
from archive_pipeline.detectors.pictures import upright
from archive_pipeline.encoders import devices
from archive_pipeline.encoders.device_errors import device_failed, is_of_device, is_out_of_memory
from archive_pipeline.encoders.torchvision_operators import declare_missing_operators
from archive_pipeline.errors import ConfigurationError, PassingError


class UltralyticsDetector:
    """A YOLO with its own preprocessing; it gives boxes in pixels of the picture that it is given."""

    def __init__(self, model: Any, device: devices.Device) -> None:
        self._model = model
        self._device = device

    @property
    def device(self) -> str:
        return self._device.name

    def detect(self, pictures: Iterable[bytes], min_score: float) -> list[Seen]:
        """See Detector; one picture at a time. Also raises ConfigurationError `torchvision_mismatch`."""
        return [self._one(encoded, min_score) for encoded in pictures]

    def _one(self, encoded: bytes, min_score: float) -> Seen:
        picture = upright(encoded)
        try:
            (result,) = self._model.predict(picture, conf=min_score, device=self._device.name, verbose=False)
        except RuntimeError as error:
            raise _explained(error) from error
        boxes = result.boxes
        rows = zip(boxes.cls.tolist(), boxes.conf.tolist(), boxes.xyxy.tolist(), strict=True)
        things = (Detection(result.names[int(label)], score, *corners) for label, score, corners in rows)
        return Seen(*picture.size, tuple(sorted(things, key=lambda one: -one.score)))


def load_ultralytics(file: Path, device: str) -> UltralyticsDetector:
    """Load a `.pt` file, which is a program like every pickle: only from people whom you trust.

    Raises ConfigurationError `ultralytics_missing`, `device_unavailable`, `detector_unsupported`; PassingError
    `out_of_memory`, `device_failed`.
    """
    chosen = devices.choose(device)
    declare_missing_operators()
    try:
        yolo = importlib.import_module("ultralytics").YOLO
    except ImportError as error:
        raise ConfigurationError(
            "ultralytics_missing",
            f"{file} needs Ultralytics' package ({error}). It is under AGPL-3.0, which binds whoever offers it over a "
            "network: if that suits you, `pip install 'archive-pipeline[yolo]'`. RT-DETRv2, D-FINE and RF-DETR "
            "(Apache-2.0) need nothing more.",
        ) from error
    try:
        return UltralyticsDetector(yolo(str(file)), chosen)
    except Exception as error:  # pickles raise whatever they like
        if is_of_device(error):
            raise _explained(error) from error
        raise ConfigurationError(
            "detector_unsupported", f"{file} cannot be loaded by Ultralytics ({' '.join(str(error).split())[:300]})."
        ) from error


def _explained(error: Exception) -> Exception:
    if is_out_of_memory(error):
        return PassingError("out_of_memory", "Not even one picture fits into the memory of the device beside the YOLO.")
    if is_of_device(error):
        return device_failed(error)
    if "C++ ops" in str(error):  # its non-maximum suppression is torchvision's
        return ConfigurationError(
            "torchvision_mismatch",
            "Ultralytics needs the native part of torchvision, which does not load beside this torch. Install the "
            "build that fits: pip install --force-reinstall --no-deps torchvision --index-url "
            "https://download.pytorch.org/whl/cpu (or cu128 beside a torch for CUDA 12.8).",
        )
    return error
