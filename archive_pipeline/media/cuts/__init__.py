"""Shot boundaries, found on tiny thumbnails of every source frame while a video is decoded once."""

from archive_pipeline.media.cuts.model import Cut
from archive_pipeline.media.cuts.protocol import CutDetector
from archive_pipeline.media.cuts.registry import CUT_DETECTORS, DEFAULT_DETECTOR, cut_detector

__all__ = ["CUT_DETECTORS", "DEFAULT_DETECTOR", "Cut", "CutDetector", "cut_detector"]
