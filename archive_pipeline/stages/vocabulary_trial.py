"""A vocabulary tried on shots of a collection that is ingested already."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
import polars as pl

from archive_pipeline.collections.model import Collection
from archive_pipeline.encoders import identify
from archive_pipeline.encoders.service import served_encoder
from archive_pipeline.errors import ConfigurationError
from archive_pipeline.language.concepts.phrase_vectors import Vectors
from archive_pipeline.language.concepts.trial import Trial, try_vocabulary, undecided
from archive_pipeline.language.concepts.vocabulary import Vocabulary
from archive_pipeline.settings import Settings
from archive_pipeline.stages.chain import EMBEDDINGS
from archive_pipeline.stages.vocabularies import as_read_by, scoring_model
from archive_pipeline.store.arrays import embedding_matrix
from archive_pipeline.store.catalogue import Catalogue
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.stills import Stills

_SEED = "try"  # the same shots each time, so that two wordings are compared on the same


@dataclass(frozen=True, eq=False)
class TriedShots:
    """Shots of whole videos drawn at random; `table` has video_id, shot_id, start_s, keyframe_s, a row of `vectors`."""

    table: pl.DataFrame
    vectors: Vectors


@dataclass(frozen=True, eq=False)
class TriedVocabulary:
    """What the vocabulary would select among `shots`; `undecided`: share of them of which nothing holds."""

    shots: pl.DataFrame
    trials: list[Trial]
    undecided: float | None


def try_on(
    vocabulary: Vocabulary, collection: Collection, settings: Settings, most_shots: int, most_pictures: int, n_best: int
) -> TriedVocabulary:
    """Try it on at most `most_shots` shots; on `most_pictures` where it has a model of its own, which must see them.

    Raises ConfigurationError `nothing_ready` where there is no shot with vectors of the collection's present model.
    """
    model = scoring_model(vocabulary, collection.model, settings)
    lake, catalogue = Lake(settings.lake_place), Catalogue(settings.database)
    same = model == collection.model
    tried = _shots(lake, catalogue, collection, most_shots if same else most_pictures)
    if not same:
        tried = _seen_by(model, tried, lake, settings.device)
    read = as_read_by(vocabulary, model, settings)
    return TriedVocabulary(tried.table, try_vocabulary(tried.vectors, read, n_best), undecided(tried.vectors, read))


def _shots(lake: Lake, catalogue: Catalogue, collection: Collection, most: int) -> TriedShots:
    ready = sorted(
        (e.name for e in catalogue.entries(collection.name) if e.status == "ready"), key=lambda v: v.video_id
    )
    Random(_SEED).shuffle(ready)
    identity = identify(collection.model)
    tables: list[pl.DataFrame] = []
    vectors: list[Vectors] = []
    for video in ready:
        embedded = lake.provenance(EMBEDDINGS.tables[-1], video)
        if embedded is None or embedded.parameters.get("model") != identity:
            continue  # still to be ingested with the present model
        shots = lake.read("shots", video, ["video_id", "shot_id", "start_s", "keyframe_s"])
        tables.append(shots)
        vectors.append(embedding_matrix(lake.read("shot_embeddings", video)))
        if sum(map(len, vectors)) >= most:
            break
    if not sum(map(len, vectors)):
        raise ConfigurationError(
            "nothing_ready", f"no video of {collection.name} is ready: archive-pipeline ingest {collection.name}"
        )
    return TriedShots(pl.concat(tables).head(most), np.concatenate(vectors)[:most])


def _seen_by(model: str, tried: TriedShots, lake: Lake, device: str) -> TriedShots:
    """The same shots as another encoder sees their keyframes; those whose picture is not kept are left out."""
    stills = Stills(lake)
    rows: Sequence[tuple[str, float]] = tried.table.select("video_id", "keyframe_s").rows()
    pictures = [stills.at(VideoName.from_video_id(video_id), keyframe_s) for video_id, keyframe_s in rows]
    kept = [row for row, still in enumerate(pictures) if still]
    if not kept:
        raise ConfigurationError("nothing_ready", "no pictures are kept of these shots, and the vocabulary needs them")
    jpegs = [still.jpeg for still in pictures if still]
    return TriedShots(tried.table[kept], served_encoder(model, device).encode_images(jpegs))
