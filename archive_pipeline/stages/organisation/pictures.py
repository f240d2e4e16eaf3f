"""The pictures of a collection as they are organised: which there are, their vectors, and the facts of photos."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from archive_pipeline.errors import PassingError
from archive_pipeline.stages.chain import EMBEDDINGS, PHOTO_EMBEDDINGS
from archive_pipeline.store.arrays import embedding_matrix
from archive_pipeline.store.catalogue import Entry
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.schema import table

Sources = Mapping[VideoName, Sequence[str]]
"""Ids of the pictures of each video or album, in their order."""

_FACTS = ["photo_id", "path", "format", "width", "height", "bytes", "taken_at", "perceptual_hash", "status"]


def pictures_of(lake: Lake, entries: Iterable[Entry], model: str) -> dict[VideoName, list[str]]:
    """The pictures of videos and albums that are ready and were embedded with the `model` (its identity): a collection
    that changes its model has others as well. Leaders, which show nothing, are no pictures."""
    ready = (entry.name for entry in entries if entry.status == "ready")
    return {name: _pictures(lake, name) for name in ready if _is_of(lake, name, model)}


def vectors_of(lake: Lake, sources: Sources) -> Iterator[tuple[VideoName, NDArray[np.float32]]]:
    """For each video or album the embeddings (n, d) of these pictures of it, in their order.

    Raises PassingError `pictures_changed` where one has none: ingests go on beside this.
    """
    for name, ids in sources.items():
        if ids:
            stored_in, key = ("photo_embeddings", "photo_id") if name.is_album else ("shot_embeddings", "shot_id")
            wanted = pl.DataFrame({key: ids}, schema={key: pl.String})
            stored = lake.read(stored_in, name, [key, "embedding"])
            found = wanted.join(stored, on=key, how="inner", maintain_order="left")
            if found.height < len(ids):
                raise _changed(name.video_id)
            yield name, embedding_matrix(found)


def all_vectors(lake: Lake, sources: Sources) -> tuple[list[str], NDArray[np.float32]]:
    """Ids (n) and embeddings (n, d) of these pictures, in their order; in one array, filled as they are read."""
    ids = [one for own in sources.values() for one in own]
    filled = np.empty((0, 0), np.float32)
    at = 0
    for _, vectors in vectors_of(lake, sources):
        if not at:
            filled = np.empty((len(ids), vectors.shape[1]), np.float32)
        filled[at : at + len(vectors)] = vectors
        at += len(vectors)
    return ids, filled


def memberships(collection: str, sources: Sources, placed: pl.DataFrame, kept_id: Mapping[str, str]) -> pl.DataFrame:
    """The table `picture_memberships` of all pictures of the sources: `placed` has those that are shown, what is folded
    lies where the picture lies that is kept for it."""
    pictures = pl.DataFrame(
        [(name.video_id, key, kept_id.get(key, key)) for name, own in sources.items() for key in own],
        schema={"source_id": pl.String, "picture_id": pl.String, "kept_id": pl.String},
        orient="row",
    )
    found = pictures.join(placed.rename({"picture_id": "kept_id"}), on="kept_id", how="left", maintain_order="left")
    return table("picture_memberships").conform(found.drop("kept_id").with_columns(collection=pl.lit(collection)))


def photo_facts(lake: Lake, sources: Sources) -> pl.DataFrame:
    """What the table `photos` says of these photos, in their order. Raises PassingError `pictures_changed`."""
    ids = pl.DataFrame({"photo_id": [one for own in sources.values() for one in own]}, schema={"photo_id": pl.String})
    read = [lake.read("photos", name, _FACTS) for name in sources]
    known = pl.concat(read) if read else pl.DataFrame(schema=dict.fromkeys(_FACTS, pl.String))
    found = ids.join(known.filter(pl.col("status") == "ready"), on="photo_id", how="inner", maintain_order="left")
    if found.height < ids.height:
        raise _changed("this collection")
    return found


def _changed(what: str) -> PassingError:
    return PassingError(
        "pictures_changed",
        f"Pictures of {what} are being made anew, or were lost. Try again when they are ready; archive-pipeline doctor "
        "says what is lost.",
    )


def _pictures(lake: Lake, name: VideoName) -> list[str]:
    if name.is_album:
        return lake.read("photo_embeddings", name, ["photo_id"])["photo_id"].to_list()
    shots = lake.read("shots", name, ["shot_id", "leader"])
    return shots.filter(pl.col("leader").is_null())["shot_id"].to_list()


def _is_of(lake: Lake, name: VideoName, model: str) -> bool:
    embedded = lake.provenance((PHOTO_EMBEDDINGS if name.is_album else EMBEDDINGS).tables[-1], name)
    return embedded is not None and embedded.parameters.get("model") == model
