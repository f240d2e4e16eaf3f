"""From the shots of one video to its points."""

import polars as pl

from archive_pipeline.search.model import Point, ShotPayload, Vector


def shot_points(
    shots: pl.DataFrame, vectors: Vector, collection: str, *, sha256: str = "", fingerprint: str = ""
) -> list[Point]:
    """One point a row of `shots` (columns of sql/tables/shots.sql), with the same row of `vectors` (n, d).

    `sha256` of the file and `fingerprint` of the stage are stored with the points where they are given.
    """
    if shots.height != len(vectors):
        raise ValueError(f"{shots.height} shots but {len(vectors)} vectors")
    return [
        Point(
            str(row["shot_id"]),
            vector,
            ShotPayload(
                video_id=row["video_id"],
                collection=collection,
                shot=row["shot"],
                scene=row["scene"],
                semantic_class=row["class"],
                start_s=row["start_s"],
                end_s=row["end_s"],
                keyframe_s=row["keyframe_s"],
                sha256=sha256,
                fingerprint=fingerprint,
            ),
        )
        for row, vector in zip(shots.iter_rows(named=True), vectors, strict=True)
    ]
