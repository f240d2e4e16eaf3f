"""photo_embeddings: every photo as a unit vector of the collection's encoder."""

import dagster as dg
import numpy as np
import polars as pl

from archive_pipeline.assets.photos import photos
from archive_pipeline.assets.policy import album_asset
from archive_pipeline.errors import MediaError
from archive_pipeline.resources.archive import Archive
from archive_pipeline.resources.encoder import EncoderResource
from archive_pipeline.resources.work import VideoWork, video_work
from archive_pipeline.stages.chain import PHOTO_EMBEDDINGS, PHOTOS
from archive_pipeline.store.arrays import embedding_matrix, embedding_rows
from archive_pipeline.store.naming import VideoName

_UNIT_TOLERANCE = 1e-3
_PICTURES = "pictures_version"
"""Note of the code that made the pictures: by another, the same photo has another picture."""


def photo_embeddings_are_unit_and_finite(archive: Archive, album: VideoName) -> dg.AssetCheckResult:
    """Every photo that is ready has an embedding, finite and of length 1."""
    rows = archive.lake.read("photo_embeddings", album)
    pictures = archive.lake.read("photo_pictures", album, ["photo_id"])["photo_id"].to_list()
    lengths = np.linalg.norm(embedding_matrix(rows), axis=1)
    wrong = int(np.sum(~(np.abs(lengths - 1) <= _UNIT_TOLERANCE)))  # NaN is wrong, too
    return dg.AssetCheckResult(
        passed=wrong == 0 and rows["photo_id"].to_list() == pictures,
        metadata={"wrong": wrong, "embeddings": rows.height, "photos": len(pictures)},
    )


@album_asset(
    PHOTO_EMBEDDINGS, kinds={"pytorch", "parquet"}, deps=[photos], checks=(photo_embeddings_are_unit_and_finite,)
)
def photo_embeddings(
    context: dg.AssetExecutionContext, archive: Archive, encoder: EncoderResource
) -> dg.MaterializeResult:
    """Encode the photos: one L2-normalised vector each. Those that were encoded before are not encoded again."""
    with video_work(context, archive, PHOTO_EMBEDDINGS) as work:
        if not (work.is_current and _are_all_encoded(work)):
            work.is_current = False
            _encode(work, encoder)
        stored = work.stored(PHOTO_EMBEDDINGS)
        assert stored is not None
        n_photos = work.read("photo_embeddings", "photo_id").height
        return work.result({"dagster/row_count": n_photos, "model": work.collection.model, **stored.notes})


def _are_all_encoded(work: VideoWork) -> bool:
    """Whether it has those photos that are ready: some may be that failed before and were tried again."""
    encoded, ready = (work.read(table, "photo_id")["photo_id"] for table in ("photo_embeddings", "photo_pictures"))
    return encoded.equals(ready)


def _encode(work: VideoWork, encoder: EncoderResource) -> None:
    wanted = work.read("photo_pictures", "photo_id", "jpeg")
    if wanted.is_empty():
        rows = work.read("photos", "error_code", "error")
        raise MediaError(
            "no_photo", f"None of its {rows.height} photos can be read, the first because: {rows['error'][0]}"
        )
    known = _encoded_before(work)
    new = wanted.filter(~pl.col("photo_id").is_in(known["photo_id"].implode()))
    if new.height:
        model = encoder.get(work.collection.model)
        _ = model.dimension  # waits until the encoder's process has loaded it: no cost of this album's
        work.start_clock()
        vectors = model.encode_images(new["jpeg"], total=new.height)
        work.notes |= {"device": model.device, "precision": model.precision, "batch_size": model.batch_size}
        known = pl.concat(
            [known, embedding_rows("photo_id", new["photo_id"].to_list(), vectors)], how="vertical_relaxed"
        )
    work.notes |= {"encoded": new.height, "taken_over": wanted.height - new.height, _PICTURES: PHOTOS.code_version}
    work.write("photo_embeddings", wanted.select("photo_id").join(known, on="photo_id", maintain_order="left"))


def _encoded_before(work: VideoWork) -> pl.DataFrame:
    """`photo_id`, `embedding` of the photos that this encoder has encoded: pictures of one id are the same."""
    stored = work.stored(PHOTO_EMBEDDINGS)
    former = work.read("photo_embeddings", "photo_id", "embedding")
    is_reusable = (
        stored is not None
        and not work.force
        and stored.notes.get(_PICTURES) == PHOTOS.code_version
        and (stored.code_version, dict(stored.parameters)) == (PHOTO_EMBEDDINGS.code_version, dict(work.parameters))
    )
    return former if is_reusable else former.clear()
