"""What concepts cost beyond the embeddings, measured: the asset's work on an hour of made-up shots, without Dagster."""

import time
import uuid
from pathlib import Path

import numpy as np
import polars as pl

from archive_pipeline.collections.model import Collection
from archive_pipeline.encoders import identify
from archive_pipeline.encoders.taught_languages import languages_of
from archive_pipeline.language.concepts.phrase_vectors import Encoded, Vectors, read_by_model
from archive_pipeline.settings import Settings
from archive_pipeline.stages.concepts import score_video
from archive_pipeline.stages.vocabularies import vocabularies_of
from archive_pipeline.store.arrays import embedding_rows
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.provenance import Provenance

_BENCH = Provenance("bench", "1")


def seconds_an_hour(folder: Path, n_shots: int = 1000, dimension: int = 768) -> float:
    """From the lake to the lake, with the shipped vocabularies of the default model. `folder` is filled.

    1,000 shots: an hour of a fast programme. Phrases are taken to be kept already, as they are from a collection's
    second video on; their vectors are drawn, because what a multiplication costs does not depend on the numbers.
    """
    settings = Settings(archive_home=folder, vocabularies_dir=folder / "none")
    collection = Collection(name="bench", source=folder)
    lake, video = Lake(settings.lake_place), VideoName("bench", b"hour.mp4")
    random = np.random.default_rng(0)
    ids = [str(uuid.UUID(bytes=random.bytes(16), version=4)) for _ in range(n_shots)]
    named = pl.lit(video.video_id).alias("video_id")
    shots = embedding_rows("shot_id", ids, _directions(random, n_shots, dimension)).with_columns(named)
    lake.write("shot_embeddings", video, shots, _BENCH)
    began = time.perf_counter()
    vocabularies = vocabularies_of(collection, settings)  # their files are read here, once in a process
    reading_s = time.perf_counter() - began
    for vocabulary in vocabularies:
        read_by_model(
            vocabulary,
            languages_of(collection.model),
            identify(collection.model),
            lambda texts: Encoded(_directions(random, len(texts), dimension), 100.0),
            settings.phrases_dir,
        )
    began = time.perf_counter()
    scored = score_video(lake, video, collection, settings, _no_pictures)
    lake.write("concepts", video, scored.rows.with_columns(named), _BENCH)
    return reading_s + time.perf_counter() - began


def _directions(random: np.random.Generator, n: int, dimension: int) -> Vectors:
    rows = random.standard_normal((n, dimension)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def _no_pictures(model: str, jpegs: object) -> Vectors:
    raise AssertionError(f"{model} was asked to encode {jpegs}: the shipped vocabularies need no model of their own")
