"""Train the judge: `python -m archive_pipeline.media.cuts.training FOOTAGE --archive FOLDER [--out FILE]`.

The archive is one that `archive-pipeline simulate FOLDER --videos 60 --seed 3003` made. About 25 minutes on two quiet
cores. `--held-out` also trains one judge for each fold that has not seen the clips of
that fold, so that it can be judged by them: `python -m archive_pipeline.evaluation.peers FOOTAGE --judges FOLDER`.
"""

import argparse
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import product
from pathlib import Path

import cv2
import numpy as np

from archive_pipeline.media.cuts.training.archives import clips_of_archive
from archive_pipeline.media.cuts.training.composing import compose
from archive_pipeline.media.cuts.training.fitting import Example, example, fit
from archive_pipeline.media.cuts.training.shots import FOLDS, Shot, clips_of_fold, shots_of_fold

BUNDLED = Path(__file__).parents[1] / "fast" / "judge.npz"
_A_BATCH = 10
_REPEATS = 8
"""Weight of a clip as it is against a composed video: there are thirty of the one and hundreds of the other."""


def examples_of(footage: Path, n_videos: int, part: tuple[int, int]) -> list[Example]:
    """Examples of videos `part[1]`·10 and on of fold `part[0]`; the same every time."""
    cv2.setNumThreads(1)
    fold, batch = part
    shots = _shots(footage, fold)
    numbers = range(batch * _A_BATCH, min((batch + 1) * _A_BATCH, n_videos))
    return [example(compose(np.random.default_rng([fold, number]), shots)) for number in numbers]


_kept: dict[int, list[Shot]] = {}


def _shots(footage: Path, fold: int) -> list[Shot]:
    if fold not in _kept:
        _kept[fold] = shots_of_fold(footage, fold)
    return _kept[fold]


def main() -> None:
    """See the documentation of the module."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("footage", type=Path)
    words.add_argument("--out", type=Path, default=BUNDLED)
    words.add_argument("--held-out", type=Path, metavar="FOLDER")
    words.add_argument("--archive", type=Path, metavar="FOLDER", help="also train on an archive that `simulate` made")
    words.add_argument("--videos", type=int, default=150, help="videos composed a fold (default: %(default)s)")
    words.add_argument("--epochs", type=int, default=12)
    words.add_argument("--jobs", type=int, default=2)
    asked = words.parse_args()
    parts = list(product(range(len(FOLDS)), range(-(-asked.videos // _A_BATCH))))
    composed: dict[int, list[Example]] = {
        fold: [example(clip) for clip in clips_of_fold(asked.footage, fold)] * _REPEATS for fold in range(len(FOLDS))
    }
    with ProcessPoolExecutor(asked.jobs) as pool:
        made = pool.map(partial(examples_of, asked.footage, asked.videos), parts)
        for (fold, batch), some in zip(parts, made, strict=True):
            composed[fold] += some
            print(f"fold {fold}: composed {(batch + 1) * _A_BATCH} of {asked.videos} videos", flush=True)
    drawn = [example(clip) for clip in clips_of_archive(asked.archive)] if asked.archive else []
    wanted: dict[int | None, Path] = {None: asked.out}
    if asked.held_out:
        asked.held_out.mkdir(parents=True, exist_ok=True)
        wanted |= {fold: asked.held_out / f"without_fold_{fold}.npz" for fold in range(len(FOLDS))}
    for held_out, path in wanted.items():
        seen = [e for fold in composed if fold != held_out for e in composed[fold]] + drawn
        np.savez(path, allow_pickle=False, **fit(seen, epochs=asked.epochs))
        print(f"wrote {path}", flush=True)


if __name__ == "__main__":
    main()
