"""What it costs to find the nearest landmarks of an hour among those of an archive, measured with random vectors.

python -m archive_pipeline.stages.screen_bench FOLDER N_LANDMARKS

Costs alone: which cell a row is in is drawn, as its vector is, so that five million can be had in minutes.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np

from archive_pipeline.semantics.footage.nearest import N_CELLS, Cells, Stored, Vectors, cells_of, centres_of, nearest
from archive_pipeline.semantics.footage.pictures import LAYOUT_WIDTH

_OF_AN_HOUR = 2_681  # landmarks: 73,729 in 27.5 hours
_LOOKED_THROUGH = 16 * N_CELLS
_DIMENSION, _NEAREST, _BLOCK = 768, 16, 1 << 16


def measure(folder: Path, n: int) -> dict[str, float]:
    """Processor seconds: to look for an hour's, to add them, and to learn cells, once. `folder` is filled: 831 bytes a
    landmark."""
    random = np.random.default_rng(0)
    looking = adding = learning = 0.0
    for dimension, n_asked in ((LAYOUT_WIDTH, 2), (_DIMENSION, 1)):  # layouts as they are and mirrored
        stored = _drawn(folder / str(dimension), n, dimension, random)
        questions = _unit(random.standard_normal((_OF_AN_HOUR, dimension), np.float32))
        began = time.process_time()
        centres = centres_of(stored[:_LOOKED_THROUGH])
        learnt = time.process_time()
        cells_of(stored[:_OF_AN_HOUR], centres)
        added = time.process_time()
        of_rows = random.integers(0, N_CELLS, n - _LOOKED_THROUGH).astype(np.uint16)
        for _ in range(n_asked):
            nearest(questions, stored[:_LOOKED_THROUGH], _NEAREST)
            nearest(questions, stored[_LOOKED_THROUGH:], _NEAREST, cells=Cells(centres, of_rows))
        learning, adding = learning + learnt - began, adding + added - learnt
        looking += time.process_time() - added
    costs = {"looking_s": looking, "adding_s": adding, "learning_s": learning}
    return {"landmarks": n} | {name: round(seconds, 2) for name, seconds in costs.items()}


def _drawn(file: Path, n: int, dimension: int, random: np.random.Generator) -> Stored:
    stored = np.memmap(file, np.int8, "w+", shape=(n, dimension))
    for start in range(0, n, _BLOCK):
        stored[start : start + _BLOCK] = random.integers(-127, 128, stored[start : start + _BLOCK].shape, np.int8)
    return stored


def _unit(vectors: Vectors) -> Vectors:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]), int(sys.argv[2])), indent=1))
