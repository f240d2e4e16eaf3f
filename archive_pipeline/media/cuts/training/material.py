"""Everything that the judge learns from, as examples."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from itertools import product
from pathlib import Path

import cv2
import numpy as np

from archive_pipeline.media.cuts.training.archives import clips_of_archive
from archive_pipeline.media.cuts.training.composing import compose
from archive_pipeline.media.cuts.training.fitting import Example, Group, examples
from archive_pipeline.media.cuts.training.shots import FOLDS, Clip, Shot, clips_of_fold, shots_of_fold
from archive_pipeline.media.cuts.training.varying import SIZE, varied

N_VIDEOS = 200
"""Composed, and varied, of each fold."""
_SHARES = {"composed": 0.33, "varied": 0.27, "clips": 0.15, "simulated": 0.25}
_A_BATCH = 10


@dataclass(frozen=True)
class Material:
    """Examples by kind; those of real clips by the fold that they are from."""

    composed: dict[int, list[Example]]
    varied: dict[int, list[Example]]
    clips: dict[int, list[Example]]
    """As they are."""
    simulated: list[Example]

    def groups(self, without: int | None) -> list[Group]:
        """All that does not come from the fold `without`."""
        real = {"composed": self.composed, "varied": self.varied, "clips": self.clips}
        chosen = {
            kind: [e for fold, some in by_fold.items() if fold != without for e in some]
            for kind, by_fold in real.items()
        }
        return [Group(_SHARES[kind], some) for kind, some in {**chosen, "simulated": self.simulated}.items()]


def gather(footage: Path, archive: Path, n_videos: int = N_VIDEOS, jobs: int = 1) -> Material:
    """From the footage and an archive that `archive-pipeline simulate` made; the same every time, whatever `jobs`."""
    folds = range(len(FOLDS))
    made = Material({f: [] for f in folds}, {f: [] for f in folds}, {f: [] for f in folds}, [])
    parts = list(product(folds, range(-(-n_videos // _A_BATCH))))
    with ProcessPoolExecutor(jobs) as pool:
        for (fold, batch), (composed, others) in zip(
            parts, pool.map(partial(_made, footage, n_videos), parts), strict=True
        ):
            made.composed[fold].extend(composed)
            made.varied[fold].extend(others)
            print(f"fold {fold}: {min((batch + 1) * _A_BATCH, n_videos)} of {n_videos} videos", flush=True)
    for fold in folds:
        made.clips[fold].extend(e for clip in clips_of_fold(footage, fold) for e in examples(clip))
    made.simulated.extend(e for clip in clips_of_archive(archive) for e in examples(clip))
    return made


def _made(footage: Path, n_videos: int, part: tuple[int, int]) -> tuple[list[Example], list[Example]]:
    cv2.setNumThreads(1)
    fold, batch = part
    shots, clips = _shots(footage, fold), _clips(footage, fold)
    numbers = range(batch * _A_BATCH, min((batch + 1) * _A_BATCH, n_videos))
    composed = (compose(np.random.default_rng([fold, number]), shots) for number in numbers)
    others = (varied(np.random.default_rng([fold, number, 1]), clips) for number in numbers)
    return _examples(composed), _examples(others)


def _examples(clips: Iterator[Clip]) -> list[Example]:
    return [example for clip in clips for example in examples(clip)]


@cache
def _shots(footage: Path, fold: int) -> list[Shot]:
    return shots_of_fold(footage, fold)


@cache
def _clips(footage: Path, fold: int) -> list[Clip]:
    return clips_of_fold(footage, fold, SIZE)
