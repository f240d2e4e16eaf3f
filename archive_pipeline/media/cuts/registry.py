"""Cut detectors by name."""

from archive_pipeline.errors import ConfigurationError
from archive_pipeline.media.cuts.protocol import CutDetector

DEFAULT_DETECTOR = "fast"
CUT_DETECTORS = ("fast", "transnetv2")
"""`fast` runs on any CPU beside the decoder; `transnetv2` is the neural network of Souček & Lokoč (2020), for GPUs."""


def cut_detector(name: str) -> CutDetector:
    """A new detector for one video.

    Raises ConfigurationError: `detector_unknown` for a name that is not in `CUT_DETECTORS`, `detector_unavailable`
    where the package that it needs is not installed.
    """
    if name == "fast":
        from archive_pipeline.media.cuts.fast import FastDetector

        return FastDetector()
    if name == "transnetv2":
        from archive_pipeline.media.cuts.transnetv2 import TransNetV2Detector

        return TransNetV2Detector()
    raise ConfigurationError(
        "detector_unknown", f"There is no cut detector {name!r}; choose one of {', '.join(CUT_DETECTORS)}."
    )
