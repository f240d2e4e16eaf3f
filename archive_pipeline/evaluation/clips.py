"""Clips whose shot boundaries are known: checked by eye, or composed."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archive_pipeline.evaluation.annotated import boundaries_from
from archive_pipeline.evaluation.boundaries import Boundaries
from archive_pipeline.evaluation.simulated import boundaries_of
from archive_pipeline.media.cuts.training.encoded import DIFFICULT, encode_fold
from archive_pipeline.media.cuts.training.shots import FOLDS
from archive_pipeline.simulator.truth import read_truth

VERIFIED = ("city_night.mpg", "tears_of_steel_battle.webm", "sintel_trailer_480p.mp4", "bbb_first30s.webm")
"""The clips of the footage whose hard cuts a person has checked."""


@dataclass(frozen=True)
class Clip:
    """A video and its true boundaries, in source frames."""

    path: Path
    truth: Boundaries


def verified_clips(footage: Path) -> list[Clip]:
    """The clips of `VERIFIED` with the truth of `shots.json`."""
    truth = json.loads((footage / "shots.json").read_text(encoding="utf-8"))
    return [Clip(footage / name, boundaries_from(truth[name])) for name in VERIFIED]


def simulated_clips(archive: Path) -> list[Clip]:
    """Every video of an archive that `archive-pipeline simulate` made. ConfigurationError `no_truth`."""
    cuts = read_truth(archive).cuts.partition_by("path", as_dict=True, maintain_order=True)
    return [Clip(archive / "videos" / str(path), boundaries_of(rows)) for (path,), rows in cuts.items()]


def difficult_clips(footage: Path, n_videos: int, folder: Path) -> Iterator[Clip]:
    """`n_videos` a fold and kind of `DIFFICULT` (dark, alike, of low contrast), at low bit rates."""
    for fold in range(len(FOLDS)):
        for seed, (kind, recipe) in enumerate(DIFFICULT.items(), 11):
            for video in encode_fold(footage, fold, n_videos, folder, recipe, seed, kind):
                yield Clip(video.path, Boundaries(video.hard, video.gradual))


def composed_clips(footage: Path, n_videos: int, folder: Path) -> Iterator[Clip]:
    """`n_videos` a fold, each written to `folder` when it is asked for."""
    for fold in range(len(FOLDS)):
        for video in encode_fold(footage, fold, n_videos, folder):
            yield Clip(video.path, Boundaries(video.hard, video.gradual))
