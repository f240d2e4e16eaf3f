"""A simulated photo collection: albums of drawn photographs, and beside them what is true of each.

`truth/photos.parquet`, and the same as `truth/photos.json` for people: path (below `photos`), exposure (files of one
number hold the same picture), copy (original, coded, resized, cropped, rotated), burst, group ("place/thing", null for
what belongs nowhere), object, colour, count, setting, time, weather, action, taken_at, latitude, longitude, town,
keywords, upright, bare (without metadata), caption_en, caption_es.
"""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import polars as pl

from archive_pipeline.errors import ConfigurationError
from archive_pipeline.progress import report
from archive_pipeline.simulator.captions import describe
from archive_pipeline.simulator.photo_files import write_photograph
from archive_pipeline.simulator.photo_plan import Photograph, plan_photographs

_PART = 20  # photographs that a process is given at once


@dataclass(frozen=True)
class SimulatedPhotos:
    """`photos` is what a collection names as its source, `truth` the folder with `photos.parquet`."""

    photos: Path
    truth: Path


def simulate_photos(out: Path, n: int, seed: int, *, jobs: int = 1) -> SimulatedPhotos:
    """Write `n` photographs in albums below `out/photos`, their truth in `out/truth`. Same seed, same pictures.

    Reports progress as "simulate". Raises ConfigurationError for senseless numbers.
    """
    if n < 1 or jobs < 1:
        raise ConfigurationError("bad_simulation", f"photos ({n}) and jobs ({jobs}) must be above 0")
    made = SimulatedPhotos(out / "photos", out / "truth")
    planned = plan_photographs(n, seed)
    write = partial(write_photograph, seed=seed, folder=made.photos)
    if jobs == 1:
        for done, photograph in enumerate(planned, start=1):
            write(photograph)
            report("simulate", done / n)
    else:
        # Spawned, not forked: the caller may hold threads that a fork would break.
        with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
            for done, _ in enumerate(pool.map(write, planned, chunksize=_PART), start=1):
                report("simulate", done / n)
    made.truth.mkdir(parents=True, exist_ok=True)
    truth = pl.DataFrame([_row(photograph) for photograph in planned], infer_schema_length=None)
    truth.write_parquet(made.truth / "photos.parquet")
    truth.write_json(made.truth / "photos.json")
    return made


def _row(photograph: Photograph) -> dict[str, object]:
    facts = photograph.facts
    thing = facts.things[0]
    return {
        "path": photograph.path, "exposure": photograph.exposure, "copy": photograph.copy, "burst": photograph.burst,
        "group": photograph.group, "object": thing.object, "colour": thing.colour, "count": thing.count,
        "setting": facts.setting, "time": facts.time, "weather": facts.weather, "action": facts.action,
        "taken_at": photograph.taken_at, "latitude": photograph.position[0], "longitude": photograph.position[1],
        "town": photograph.town, "keywords": list(photograph.keywords), "upright": photograph.upright,
        "bare": photograph.bare, "caption_en": describe(facts, "en"), "caption_es": describe(facts, "es"),
    }  # fmt: skip
