"""Pictures → boxes with labels: object detectors by name. Importing this imports no torch."""

from archive_pipeline.detectors.identity import identify
from archive_pipeline.detectors.model import Detection, Detector, ObjectParameters, Seen
from archive_pipeline.detectors.names import known_checkpoint
from archive_pipeline.detectors.registry import get_detector, require_detector

__all__ = [
    "Detection",
    "Detector",
    "ObjectParameters",
    "Seen",
    "get_detector",
    "identify",
    "known_checkpoint",
    "require_detector",
]
