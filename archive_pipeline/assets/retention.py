"""Which sampled pictures stay in the lake once the shots are known: all, keyframes, none.

Dropped pictures are null; times and numbers stay. They do not change what a result is, only whether the encoder could
be asked again, so that retention takes no part in fingerprints.
"""

from dataclasses import replace

import polars as pl

from archive_pipeline.resources.work import VideoWork
from archive_pipeline.stages.chain import EMBEDDINGS, FRAMES

_KEPT = "kept_pictures"
_RANK = {"none": 0, "keyframes": 1, "all": 2}
_COLUMNS = ["video_id", "frame", "pts_s", "source_frame", "leader", "jpeg"]


def pictures_suffice(work: VideoWork) -> bool:
    """Whether the stored pictures are enough for what still has to be done and for the collection's retention."""
    stored = work.stored(FRAMES)
    kept = stored.notes.get(_KEPT, "all") if stored else "none"
    return kept == "all" or (_RANK[kept] >= _RANK[work.collection.pictures] and work.is_done(EMBEDDINGS))


def apply_retention(work: VideoWork) -> None:
    """Drop the pictures that the collection does not keep."""
    stored = work.stored(FRAMES)
    kept = work.collection.pictures
    if stored is None or _RANK[stored.notes.get(_KEPT, "all")] <= _RANK[kept]:
        return
    keyframes = (
        work.read("shots", "keyframe_s")["keyframe_s"] if kept == "keyframes" else pl.Series([], dtype=pl.Float64)
    )
    stays = pl.col("pts_s").is_in(keyframes.implode())
    final = replace(stored, notes={**stored.notes, _KEPT: kept})
    with work.lake.writer("pictures", work.video, lambda: final) as writer:
        for batch in work.lake.batches("pictures", work.video, _COLUMNS, batch_rows=64):
            writer.append(batch.with_columns(jpeg=pl.when(stays).then("jpeg")))
