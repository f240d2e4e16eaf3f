"""Photos that another one stands for: rows of `photo_duplicates`."""

from collections.abc import Set

import numpy as np
import polars as pl
from numpy.typing import NDArray

from archive_pipeline.collections.model import Collection
from archive_pipeline.media.perceptual_hash import SAME_PICTURE, as_rows, hash_distances
from archive_pipeline.semantics.organisation.duplicates import (
    DuplicateParameters,
    Pairs,
    burst_pairs,
    fold,
    near_pairs,
    raw_pairs,
    same_pictures,
)
from archive_pipeline.stages.organisation.pictures import Sources, all_vectors, photo_facts
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.schema import table

_EXPOSURE = ("copy", "raw_jpeg")


def folded_photos(
    lake: Lake,
    collection: Collection,
    sources: Sources,
    former: pl.DataFrame | None = None,
    known: Set[str] = frozenset(),
) -> pl.DataFrame:
    """`duplicates` of the photos of a collection; no rows for one of videos. Reads their embeddings and hashes."""
    former = pl.DataFrame(schema=table("photo_duplicates").polars_schema) if former is None else former
    if collection.kind != "photos":
        return former
    return duplicates(collection.name, photo_facts(lake, sources), all_vectors(lake, sources)[1], former, known)


def duplicates(
    collection: str, facts: pl.DataFrame, vectors: NDArray[np.float32], former: pl.DataFrame, known: Set[str]
) -> pl.DataFrame:
    """The table `photo_duplicates` of n photos: `facts` of `photo_facts`, `vectors` (n, d) of unit length.

    Photos that are `known` (ids) are not compared with each other again: `former`, the table before, says what they
    are. But for those whose family has lost a photo, which are compared with all.
    """
    ids = facts["photo_id"].to_list()
    at = {key: number for number, key in enumerate(ids)}
    torn = _torn(former, at.keys())
    new = np.array([key not in known or key in torn for key in ids], bool)
    parameters = DuplicateParameters()
    taken_s = facts["taken_at"].dt.epoch("us").cast(pl.Float64).fill_null(np.nan).to_numpy() / 1e6
    is_raw = (facts["format"] == "RAW").to_numpy()
    near = near_pairs(vectors, parameters, new)
    hashes = as_rows(facts["perceptual_hash"].to_list())
    same = same_pictures(near, lambda i, j: hash_distances(hashes[i], hashes[j]), SAME_PICTURE, taken_s)
    exposures, bursts = (_links(former, at, torn, kinds) for kinds in (_EXPOSURE, ("burst",)))
    folding = fold(
        np.concatenate([exposures, same, raw_pairs(facts["path"].to_list(), is_raw)]),
        np.concatenate([bursts, burst_pairs(near, taken_s, parameters)]),
        _quality(facts, is_raw),
    )
    folded = np.nonzero(folding.kept != np.arange(len(ids)))[0]
    of = folding.of[folded]
    kinds = np.where(folding.same_exposure[folded], np.where(is_raw[folded] != is_raw[of], "raw_jpeg", "copy"), "burst")
    rows = {
        "collection": [collection] * len(folded),
        "photo_id": [ids[i] for i in folded],
        "kind": kinds.tolist(),
        "of_id": [ids[i] for i in of],
        "kept_id": [ids[i] for i in folding.kept[folded]],
        "cosine": np.einsum("ij,ij->i", vectors[folded], vectors[of]),
    }
    return pl.DataFrame(rows, schema=table("photo_duplicates").polars_schema)


def _torn(former: pl.DataFrame, present: Set[str]) -> set[str]:
    """Photos of families of which one is gone."""
    gone = ~pl.col("photo_id").is_in(list(present)) | ~pl.col("kept_id").is_in(list(present))
    families = former.join(former.filter(gone).select("kept_id").unique(), on="kept_id", how="semi")
    return set(families["photo_id"]) | set(families["kept_id"])


def _links(former: pl.DataFrame, at: dict[str, int], torn: set[str], kinds: tuple[str, ...]) -> Pairs:
    rows = former.filter(pl.col("kind").is_in(kinds) & ~pl.col("kept_id").is_in(list(torn)))
    found = [(at[one], at[of]) for one, of in rows.select("photo_id", "of_id").rows()]
    return np.sort(np.array(found, np.int64).reshape(-1, 2), axis=1)


def _quality(facts: pl.DataFrame, is_raw: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Higher for what is better shown: what the camera developed itself, then more pixels, then more bytes."""
    pixels = (facts["width"].cast(pl.Float64) * facts["height"]).to_numpy()
    order = np.lexsort((facts["bytes"].to_numpy(), pixels, ~is_raw))
    ranks = np.empty(len(order))
    ranks[order] = np.arange(len(order))
    return ranks
