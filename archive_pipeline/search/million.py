"""The embedded index at a million shots: `python -m archive_pipeline.search.million fill|ask FOLDER [N_SHOTS]`.

`ask` prints JSON. Memory is what the asking process holds at the end: its own (anonymous), and pages of the index's
files, which the system takes back when others need memory.
"""

import json
import re
import sys
import time
from pathlib import Path

import numpy as np

from archive_pipeline.search.bench import SPACE, fill, latency, timed, unit_rows
from archive_pipeline.search.configured import open_index
from archive_pipeline.search.model import Filter

_SHOTS, _DIMENSION, _QUERIES, _SEED = 1_000_000, 768, 100, 0
_VIDEOS_AT_ONCE = 400  # 20,000 shots: opening the full shard takes 2 s, so that writing video by video would take hours


def fill_million(folder: Path, n_shots: int = _SHOTS) -> float:
    """Seconds that filling took."""
    with open_index(folder) as index:
        index.ensure_space(SPACE, _DIMENSION)
        return timed(lambda: fill(index, n_shots, _DIMENSION, np.random.default_rng(_SEED), SPACE, _VIDEOS_AT_ONCE))


def ask_million(folder: Path) -> dict[str, float]:
    queries = unit_rows(_QUERIES, _DIMENSION, np.random.default_rng(_SEED + 1))
    cost: dict[str, float] = {}
    with open_index(folder, read_only=True) as reader:
        cost["copy_s"] = timed(lambda: reader.search(SPACE, queries[0]))
        cost["n_shots"] = reader.count(SPACE)
    with open_index(folder, read_only=True) as reader:
        cost["reopen_s"] = timed(lambda: reader.search(SPACE, queries[0]))
        for name, ask in {
            "plain": lambda query: reader.search(SPACE, query, 20),
            "filtered": lambda query: reader.search(SPACE, query, 20, Filter(collections=("bench1",))),
            "grouped": lambda query: reader.search_grouped(SPACE, query, 10, 3),
        }.items():
            began_s = time.process_time()
            found = latency(queries, ask)
            cpu_ms = (
                (time.process_time() - began_s) / len(queries) * 1000
            )  # what other jobs on the machine do not change
            cost |= {f"{name}_p50_ms": found.p50_ms, f"{name}_p95_ms": found.p95_ms, f"{name}_cpu_ms": cpu_ms}
        cost |= _memory()
    cost["disk_gb"] = sum(file.stat().st_blocks * 512 for file in folder.rglob("*")) / 1e9
    return {name: round(value, 3) for name, value in cost.items()}


def _memory() -> dict[str, float]:
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    kilobytes = {name: int(number) for name, number in re.findall(r"(Rss\w+):\s+(\d+) kB", status)}
    return {"own_gb": kilobytes["RssAnon"] * 1024 / 1e9, "files_gb": kilobytes["RssFile"] * 1024 / 1e9}


if __name__ == "__main__":
    began = time.monotonic()
    _, what, place, *size = sys.argv
    if what == "fill":
        fill_million(Path(place), *map(int, size))
        print(f"filled in {time.monotonic() - began:.0f} s", file=sys.stderr)
    else:
        print(json.dumps(ask_million(Path(place))))
