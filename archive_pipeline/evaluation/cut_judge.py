"""Trains the judge of cuts, judges it, and writes it into the package.

`python -m archive_pipeline.evaluation.cut_judge FOOTAGE WORK` does all of it: simulates an archive to learn from,
composes and varies videos of the footage, fits one judge on everything and one for each fold of clips that has not
seen them, and prints what they and the detectors of others find in the verified clips, in difficult videos and in a
simulated archive that no judge learned from. All seeds are constants. The weights are the same each time on one kind
of processor and build of torch; their digests are printed. Archives and judges stay in WORK: a second run takes the
archives from there, `evaluation.peers FOOTAGE --judges WORK` judges without training. Needs the extra `dev`.
"""

import argparse
import shutil
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from archive_pipeline.evaluation.peers import of_ours, other_tools, print_tables
from archive_pipeline.media.cuts.training.fitting import fit
from archive_pipeline.media.cuts.training.material import Material, gather
from archive_pipeline.media.cuts.training.shots import FOLDS
from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.settings import Settings
from archive_pipeline.simulator.archive import simulate

BUNDLED = Path(__file__).parents[1] / "media" / "cuts" / "fast" / "judge.npz"
JUDGE = "judge.npz"
_LEARNED_FROM, _JUDGED_BY = 3003, 2002
_N_PROGRAMMES = 24
_DIFFICULT = 2
"""Videos a fold and kind."""


def main() -> None:
    """See the documentation of the module."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("footage", type=Path)
    words.add_argument("work", type=Path, metavar="WORK", help="a folder for archives and judges")
    words.add_argument("--jobs", type=int, default=2)
    words.add_argument("--no-peers", action="store_true", help="judge our detector alone")
    asked = words.parse_args()
    learned_from, judged_by = (_archive(asked.work, seed, asked.jobs) for seed in (_LEARNED_FROM, _JUDGED_BY))
    for path in judges(gather(asked.footage, learned_from, jobs=asked.jobs), asked.work, asked.jobs):
        print(f"{path.name}: {sha256(path.read_bytes()).hexdigest()}", flush=True)
    shutil.copyfile(asked.work / JUDGE, BUNDLED)
    detectors = of_ours(asked.work) if asked.no_peers else {**of_ours(asked.work), **other_tools()}
    print_tables(asked.footage, detectors, difficult=_DIFFICULT, simulated=judged_by)


def judges(material: Material, folder: Path, jobs: int = 1) -> Iterator[Path]:
    """Fit and write the judge of everything and those that have not seen a fold."""
    wanted = [*range(len(FOLDS)), None]
    with ProcessPoolExecutor(jobs, get_context("fork"), _keep, (material,)) as pool:
        yield from pool.map(partial(_fitted, folder), wanted)


_kept: list[Material] = []


def _keep(material: Material) -> None:
    _kept.append(material)


def _fitted(folder: Path, without: int | None) -> Path:
    path = folder / (JUDGE if without is None else f"without_fold_{without}.npz")
    np.savez(path, allow_pickle=False, **fit(_kept[0].groups(without)))
    return path


def _archive(work: Path, seed: int, jobs: int) -> Path:
    folder = work / f"simulated_{seed}"
    if not (folder / "truth").exists():
        simulate(folder, _N_PROGRAMMES, 1.0, seed, ffmpeg=find_ffmpeg(Settings().ffmpeg), jobs=jobs)
    return folder


if __name__ == "__main__":
    main()
