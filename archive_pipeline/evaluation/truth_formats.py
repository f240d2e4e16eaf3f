"""Which kind of truth a path holds."""

from collections.abc import Sequence
from pathlib import Path

from archive_pipeline.errors import ConfigurationError
from archive_pipeline.evaluation.annotated import SHOTS_FILE, annotated_truth
from archive_pipeline.evaluation.logged import Clock, logged_truth
from archive_pipeline.evaluation.results import VideoResult
from archive_pipeline.evaluation.simulated import simulated_truth
from archive_pipeline.evaluation.truth import Truth
from archive_pipeline.timecode import parse_timecode


def open_truth(path: Path, videos: Sequence[VideoResult], seed: int) -> Truth:
    """The folder that `simulate` made, a folder with `shots.json`, or a documentalist's log (CSV or TSV).

    Raises ConfigurationError: `no_truth` where it is none of them, and what the readers raise.
    """
    if (path / "truth").is_dir():
        return simulated_truth(path, seed)
    if (path / SHOTS_FILE).is_file():
        return annotated_truth(path)
    if path.suffix.lower() in (".csv", ".tsv", ".txt") and path.is_file():
        clocks = {video.path: _clock(video) for video in videos}
        return logged_truth(path, clocks.get)
    raise ConfigurationError(
        "no_truth",
        f"{path} holds no truth: name a folder that `archive-pipeline simulate` made, one with {SHOTS_FILE}, "
        "or a log with the columns file, in, out and text (.csv)",
    )


def _clock(video: VideoResult) -> Clock:
    start = video.media.source_timecode
    rate = video.media.frame_rate
    try:
        return Clock(rate, parse_timecode(start, rate) if start else None)
    except ValueError:  # a track that is no timecode
        return Clock(rate)
