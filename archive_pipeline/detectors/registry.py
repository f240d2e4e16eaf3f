"""Detectors by checkpoint: loaded when asked for, and kept for the life of a process that asks again."""

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING

from archive_pipeline.detectors.checkpoint import checkpoint_folder
from archive_pipeline.detectors.identity import identify
from archive_pipeline.detectors.names import HubRepository, UltralyticsFile, known_checkpoint, parse

if TYPE_CHECKING:
    from archive_pipeline.detectors.model import Detector

_loaded: dict[tuple[str, str], tuple[str, "Detector"]] = {}
_lock = threading.Lock()


def get_detector(checkpoint: str, device: str = "auto") -> "Detector":
    """The process's detector of this checkpoint and device: loaded by whoever asks first while the others wait, and
    again when its files changed. torch is imported here, not before.

    Raises ConfigurationError: `detector_unknown`, `model_unavailable`, `detector_unavailable`, `detector_unsupported`,
    `checkpoint_mismatch`, `ultralytics_missing`, `device_unavailable`; PassingError `out_of_memory`, `device_failed`.
    """
    identity = identify(checkpoint)
    with _lock:
        kept, detector = _loaded.pop((checkpoint, device), ("", None))
        if detector is None or kept != identity:
            detector = None  # what is replaced goes before its successor comes
            detector = _load(checkpoint, device)
        _loaded[checkpoint, device] = identity, detector
        return detector


def require_detector(name: str, detectors: Mapping[str, str]) -> None:
    """Return when the files of a detector of ARCHIVE_DETECTORS are on this machine, downloading them if need be.

    Raises ConfigurationError `detector_unknown`, `detector_unavailable`, `model_unavailable`.
    """
    checkpoint = known_checkpoint(name, detectors)
    identify(checkpoint)
    source = parse(checkpoint)
    if isinstance(source, HubRepository):
        checkpoint_folder(source)


def _load(checkpoint: str, device: str) -> "Detector":
    source = parse(checkpoint)
    if isinstance(source, UltralyticsFile):
        from archive_pipeline.detectors.ultralytics_detector import load_ultralytics

        return load_ultralytics(source.file, device)
    from archive_pipeline.detectors.transformers_detector import load_transformers

    return load_transformers(source, device)
