"""How competing sentences share the probability for one picture or shot: what a model sees, and how wording matters."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from archive_pipeline.encoders.service import served_encoder
from archive_pipeline.errors import RequestError
from archive_pipeline.language.concepts.phrase_vectors import Vectors
from archive_pipeline.language.concepts.scores import match, share
from archive_pipeline.search.finder import Finder
from archive_pipeline.search.model import is_shot_id
from archive_pipeline.stages.vocabularies import encoded
from archive_pipeline.store.arrays import embedding_matrix
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName

MOST_PHRASES = 50
LONGEST_PHRASE = 500


@dataclass(frozen=True)
class Compared:
    """One sentence of several: `probability` among them (0 to 1, together 1), `cosine` with the picture (−1 to 1)."""

    phrase: str
    probability: float
    cosine: float
    match: float | None
    """How likely the model takes this sentence alone to belong to the picture, 0 to 1: low for all where none does.
    None of models that were trained with a softmax (CLIP), which only compare. SigLIP learned it among tens of
    thousands of sentences for each picture: it is small for what is vague."""


def picture_vector(jpeg: bytes, model: str, device: str) -> Vectors:
    """The picture as a unit vector (d,) of the encoder."""
    vectors: Vectors = served_encoder(model, device).encode_images([jpeg])
    return np.asarray(vectors[0])


def shot_vector(finder: Finder, lake: Lake, shot_id: str) -> tuple[str, Vectors]:
    """The encoder of an indexed shot, or photo, and its unit vector (d,).

    Raises RequestError `bad_shot_id`, `unknown_shots`.
    """
    if not is_shot_id(shot_id):
        raise RequestError("bad_shot_id", f"{shot_id[:80]!r} is neither a picture's file nor the id of a shot.")
    found = finder.shots([shot_id]).get(shot_id)
    if found:
        is_photo = found.shot.is_photo
        table, key = ("photo_embeddings", "photo_id") if is_photo else ("shot_embeddings", "shot_id")
        row = lake.read(table, VideoName.from_video_id(found.shot.video_id)).filter(pl.col(key) == shot_id)
        if row.height:
            return found.model, embedding_matrix(row)[0]
    raise RequestError("unknown_shots", "That shot is not in the index any more: take the id of one of a new search.")


def compare_phrases(vector: Vectors, phrases: Sequence[str], model: str, device: str) -> list[Compared]:
    """The sentences in the order given, for the vector (d,) of a picture or shot of that encoder.

    Raises RequestError `bad_phrases`.
    """
    asked = [phrase.strip() for phrase in phrases]
    if not 2 <= len(asked) <= MOST_PHRASES or not all(0 < len(phrase) <= LONGEST_PHRASE for phrase in asked):
        raise RequestError(
            "bad_phrases",
            f"Sentences compete with each other: give 2 to {MOST_PHRASES}, each of 1 to {LONGEST_PHRASE} characters.",
        )
    texts = encoded(asked, model, device)
    cosines = vector[None, :] @ texts.vectors.T
    shares = share(cosines, texts.scale)[0]
    matches = [None] * len(asked) if texts.bias is None else match(cosines, texts.scale, texts.bias)[0].tolist()
    return [Compared(*row) for row in zip(asked, shares.tolist(), cosines[0].tolist(), matches, strict=True)]
