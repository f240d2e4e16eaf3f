"""What the footage of one video is known again by: its sampled pictures, small and grey, and its landmarks."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from PIL import Image

from archive_pipeline.collections.model import Collection
from archive_pipeline.semantics.footage.landmarks import landmarks
from archive_pipeline.semantics.footage.nearest import quantized
from archive_pipeline.semantics.footage.signature import read_grey, signatures
from archive_pipeline.stages.chain import REUSES
from archive_pipeline.stages.kept_pictures import not_kept
from archive_pipeline.store.arrays import embedding_matrix
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.schema import table

_BATCH = 256  # rows: pictures of 20 KB, vectors of 3 KB


@dataclass
class _Shot:
    """The pictures of one shot, in grey and small: 13 KB each."""

    number: int
    frames: list[int] = field(default_factory=list)
    pts_s: list[float] = field(default_factory=list)
    pictures: list[Image.Image] = field(default_factory=list)


def video_signatures(lake: Lake, video: VideoName, collection: Collection) -> pl.DataFrame:
    """The table `signatures` of the video without its column video_id. Raises as `not_kept` does."""
    schema = {name: kind for name, kind in table("signatures").polars_schema.items() if name != "video_id"}
    rows, chosen = [], []
    for shot in _shots(lake, video, collection):
        greys, box = signatures(shot.pictures)
        rows += [
            (frame, pts_s, shot.number, grey.tobytes(), *box)
            for frame, pts_s, grey in zip(shot.frames, shot.pts_s, greys, strict=True)
        ]
        chosen += [shot.frames[place] for place in landmarks(greys, np.array(shot.pts_s))]
    found = pl.DataFrame(rows, schema={name: kind for name, kind in schema.items() if name != "vector"}, orient="row")
    vectors = pl.DataFrame(_vectors(lake, video, chosen), schema={"frame": pl.Int32, "vector": pl.Binary}, orient="row")
    return found.join(vectors, on="frame", how="left", maintain_order="left")


def _shots(lake: Lake, video: VideoName, collection: Collection) -> Iterator[_Shot]:
    """Shot by shot, without leaders."""
    shot_of = dict(lake.read("frames", video, ["frame", "shot"]).iter_rows())
    current: _Shot | None = None
    for batch in lake.batches("pictures", video, ["frame", "pts_s", "leader", "jpeg"], batch_rows=_BATCH):
        for frame, pts_s, leader, jpeg in batch.iter_rows():
            if jpeg is None:
                raise not_kept(REUSES, video, collection)
            if leader is not None:
                continue
            if current is None or current.number != shot_of[frame]:
                if current is not None:
                    yield current
                current = _Shot(shot_of[frame])
            current.frames.append(frame)
            current.pts_s.append(pts_s)
            current.pictures.append(read_grey(jpeg))
    if current is not None:
        yield current


def _vectors(lake: Lake, video: VideoName, frames: list[int]) -> Iterator[tuple[int, bytes]]:
    for batch in lake.batches("embeddings", video, ["frame", "embedding"], batch_rows=_BATCH):
        wanted = batch.filter(pl.col("frame").is_in(frames))
        if wanted.height:
            vectors = quantized(embedding_matrix(wanted))
            yield from ((frame, vector.tobytes()) for frame, vector in zip(wanted["frame"], vectors, strict=True))
