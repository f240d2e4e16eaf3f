"""The concepts of one video: its shots' vectors from the lake against the vocabularies of its collection."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

import polars as pl

from archive_pipeline.collections.model import Collection
from archive_pipeline.language.concepts.phrase_vectors import Vectors, VocabularyVectors
from archive_pipeline.language.concepts.rows import SCHEMA, concept_rows
from archive_pipeline.settings import Settings
from archive_pipeline.stages.class_names import class_names
from archive_pipeline.stages.vocabularies import as_read_by, scoring_model, vocabularies_of
from archive_pipeline.store.arrays import embedding_matrix
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.stills import Stills


@dataclass(frozen=True)
class ScoredVideo:
    """Rows of the table `concepts` without the video, and what could not be scored, as sentences."""

    rows: pl.DataFrame
    class_names: pl.DataFrame
    """Rows of that table."""
    left_out: tuple[str, ...]


def score_video(
    lake: Lake,
    video: VideoName,
    collection: Collection,
    settings: Settings,
    encode_pictures: Callable[[str, Iterable[bytes]], Vectors],
) -> ScoredVideo:
    """Score the video's shots; `encode_pictures` (model, JPEGs) is for vocabularies with a model of their own.

    No model is loaded where the phrases are kept and the vectors are the collection's. Raises ConfigurationError where
    a vocabulary is wrong or waits for a model.
    """
    stored = lake.read("shot_embeddings", video)
    ids = stored["shot_id"].to_list()

    @cache
    def vectors(model: str) -> Vectors | None:
        if model == collection.model:
            return embedding_matrix(stored)
        pictures = _keyframes(lake, video)
        return None if pictures is None else encode_pictures(model, pictures)

    parts = [pl.DataFrame(schema=SCHEMA)]
    naming: list[VocabularyVectors] = []  # similarities among them decide no name
    left_out: list[str] = []
    for vocabulary in vocabularies_of(collection, settings) if ids else ():
        model = scoring_model(vocabulary, collection.model, settings)
        own = vectors(model)
        if own is None:
            left_out.append(f"{vocabulary.name} is left out: {model} needs keyframes, and no pictures are kept")
        else:
            read = as_read_by(vocabulary, model, settings)
            parts.append(concept_rows(ids, own, read))
            naming += [read] if model == collection.model else []
    shots = lake.read("shots", video, ["shot_id", "class"])
    classes = stored.select("shot_id").join(shots, on="shot_id", how="left", maintain_order="left")
    names = class_names(classes, embedding_matrix(stored), naming)
    return ScoredVideo(pl.concat(parts), names, tuple(left_out))


def _keyframes(lake: Lake, video: VideoName) -> list[bytes] | None:
    """One picture for each shot, in their order; None where one is not kept."""
    stills = Stills(lake)
    times_s = lake.read("shots", video, ["keyframe_s"])["keyframe_s"].to_list()
    found = [stills.at(video, time_s) for time_s in times_s]
    pictures = [still.jpeg for still in found if still]
    return pictures if len(pictures) == len(found) else None
