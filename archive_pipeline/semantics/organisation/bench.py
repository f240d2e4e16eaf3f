"""What organising a collection costs: `python -m archive_pipeline.semantics.organisation.bench 100000`.

Prints one line of JSON: processor seconds of each step on made-up embeddings, what came out, and the most memory held.
"""

import json
import sys
import time

import numpy as np

from archive_pipeline.semantics.bench import peak_rss_mib
from archive_pipeline.semantics.organisation.duplicates import DuplicateParameters, near_pairs
from archive_pipeline.semantics.organisation.grouping import LEVELS, organise
from archive_pipeline.semantics.organisation.space import Rows

_ADDED = 100
_PART_SPREAD, _OWN_SPREAD = 0.6, 0.6  # beside a difference of 1 between groups


def made_up(n: int, dimension: int, seed: int) -> Rows:
    """(n, dimension) unit rows: √n groups of unequal size, of five parts each."""
    random = np.random.default_rng(seed)
    k = round(n**0.5)
    weights = (np.arange(k) + 1.0) ** -0.5
    group = random.choice(k, n, p=weights / weights.sum())
    part = random.integers(0, 5, n)
    decay = (np.arange(dimension) + 1.0) ** -0.5  # encoders use few directions much
    groups = random.normal(size=(k, dimension)) * decay
    parts = random.normal(size=(k, 5, dimension)) * decay * _PART_SPREAD
    rows = np.empty((n, dimension), np.float32)
    for at in range(0, n, 10_000):
        block = slice(at, at + 10_000)
        own = random.normal(size=(len(group[block]), dimension)) * decay * _OWN_SPREAD
        drawn = groups[group[block]] + parts[group[block], part[block]] + own
        rows[block] = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    return rows


def measure(n: int, dimension: int = 768) -> dict[str, float]:
    """Organise n made-up pictures, add a hundred to them, and look for pairs."""
    rows = made_up(n + _ADDED, dimension, 0)
    taken = {}
    began = time.process_time()
    grouping, groups = organise(rows[:n])
    taken["organise_cpu_s"] = time.process_time() - began
    began = time.process_time()
    pairs = near_pairs(rows[:n], DuplicateParameters())
    taken["near_pairs_cpu_s"] = time.process_time() - began
    began = time.process_time()
    grouping.place(rows[n:])
    taken["place_100_cpu_s"] = time.process_time() - began
    began = time.process_time()
    near_pairs(rows, DuplicateParameters(), np.arange(len(rows)) >= n)
    taken["near_pairs_of_100_cpu_s"] = time.process_time() - began
    found = {f"n_{level}s": int(groups.labels[:, number].max()) + 1 for number, level in enumerate(LEVELS)}
    shares = {"nowhere_share": float((groups.labels[:, 0] < 0).mean()), "n_pairs": len(pairs)}
    return {"n": n, "dimension": dimension} | taken | found | shares | {"peak_rss_mib": peak_rss_mib()}


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
