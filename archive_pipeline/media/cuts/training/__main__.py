"""Train a judge: `python -m archive_pipeline.media.cuts.training FOOTAGE [--hold-out FOLD] [--out FILE]`.

About 25 minutes on two quiet cores. With `--hold-out` the clips of one fold are not seen, so that the judge can be judged by them:
`python -m archive_pipeline.evaluation.peers FOOTAGE --judges FILE0 FILE1 FILE2`.
"""

import argparse
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import product
from pathlib import Path

import cv2
import numpy as np

from archive_pipeline.media.cuts.training.composing import compose
from archive_pipeline.media.cuts.training.fitting import Example, example, fit
from archive_pipeline.media.cuts.training.shots import FOLDS, Shot, shots_of_fold

BUNDLED = Path(__file__).parents[1] / "fast" / "judge.npz"
_A_BATCH = 10


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
    words.add_argument("--hold-out", type=int, choices=range(len(FOLDS)))
    words.add_argument("--videos", type=int, default=300, help="videos composed a fold (default: %(default)s)")
    words.add_argument("--epochs", type=int, default=10)
    words.add_argument("--jobs", type=int, default=2)
    asked = words.parse_args()
    folds = [fold for fold in range(len(FOLDS)) if fold != asked.hold_out]
    parts = list(product(folds, range(-(-asked.videos // _A_BATCH))))
    examples: list[Example] = []
    with ProcessPoolExecutor(asked.jobs) as pool:
        for done, some in enumerate(pool.map(partial(examples_of, asked.footage, asked.videos), parts), 1):
            examples += some
            print(f"composed {done * _A_BATCH} of {len(parts) * _A_BATCH} videos", flush=True)
    np.savez(asked.out, allow_pickle=False, **fit(examples, epochs=asked.epochs))
    print(f"wrote {asked.out}")


if __name__ == "__main__":
    main()
