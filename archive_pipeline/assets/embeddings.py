"""embeddings: every sampled frame as a unit vector of the collection's encoder."""

import dagster as dg
import numpy as np

from archive_pipeline.assets.frames import frames
from archive_pipeline.assets.policy import video_asset
from archive_pipeline.errors import PassingError
from archive_pipeline.resources.archive import Archive
from archive_pipeline.resources.encoder import EncoderResource
from archive_pipeline.resources.work import video_work
from archive_pipeline.stages.chain import EMBEDDINGS
from archive_pipeline.store.arrays import embedding_matrix, embedding_rows, n_not_unit
from archive_pipeline.store.naming import VideoName


def embeddings_are_unit_and_finite(archive: Archive, video: VideoName) -> dg.AssetCheckResult:
    """Every embedding is finite and of length 1, and every frame has one."""
    matrix = embedding_matrix(archive.lake.read("embeddings", video))
    n_frames = archive.lake.read("pictures", video, ["frame"]).height
    wrong = n_not_unit(matrix)
    return dg.AssetCheckResult(
        passed=wrong == 0 and len(matrix) == n_frames,
        metadata={"wrong": wrong, "embeddings": len(matrix), "frames": n_frames},
    )


@video_asset(
    EMBEDDINGS,
    group_name="media",
    kinds={"pytorch", "parquet"},
    deps=[frames],
    checks=(embeddings_are_unit_and_finite,),
)
def embeddings(context: dg.AssetExecutionContext, archive: Archive, encoder: EncoderResource) -> dg.MaterializeResult:
    """Encode the sampled frames: one L2-normalised vector each."""
    with video_work(context, archive, EMBEDDINGS) as work:
        if not work.is_current:
            model = encoder.get(work.collection.model)
            _ = model.dimension  # waits until the encoder's process has loaded it: no cost of this video's
            work.start_clock()
            n_frames = work.read("pictures", "frame").height
            pictures = work.lake.batches("pictures", work.video, ["jpeg"], batch_rows=64)
            vectors = model.encode_images((jpeg for batch in pictures for jpeg in batch["jpeg"]), total=n_frames)
            if len(vectors) != n_frames:
                raise PassingError("pictures_changed", f"{n_frames} pictures, {len(vectors)} embeddings; run it again")
            work.notes |= {"device": model.device, "precision": model.precision, "batch_size": model.batch_size}
            work.write("embeddings", embedding_rows("frame", np.arange(n_frames, dtype=np.int32), vectors))
        stored = work.stored(EMBEDDINGS)
        assert stored is not None
        times_s = work.read("pictures", "pts_s")["pts_s"]
        n_frames = len(times_s)
        return work.result(
            {
                "dagster/row_count": n_frames,
                "model": work.collection.model,
                **stored.notes,
                "frames_per_second": round(n_frames / max(stored.elapsed_s, 1e-3), 1),
                "realtime_factor": round((times_s[-1] - times_s[0]) / max(stored.elapsed_s, 1e-3), 1),
            }
        )
