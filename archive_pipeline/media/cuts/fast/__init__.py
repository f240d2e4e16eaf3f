"""The default cut detector: features of tiny thumbnails in time, judged by a small convolutional network in numpy."""

from archive_pipeline.media.cuts.fast.detector import FastDetector

__all__ = ["FastDetector"]
