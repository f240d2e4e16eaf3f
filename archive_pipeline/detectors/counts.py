"""How many of each thing can be seen at once in a shot."""

import polars as pl


def counted_objects(rows: pl.DataFrame) -> dict[str, tuple[tuple[str, int], ...]]:
    """Of rows of the table `detections`: by shot its labels, in lower case and in their order, and how many of each one
    picture of it shows."""
    counted = (
        rows.group_by("shot_id", "pts_s", pl.col("label").str.to_lowercase())
        .len("n")
        .group_by("shot_id", "label")
        .agg(pl.col("n").max())
        .sort("label")
    )
    found: dict[str, list[tuple[str, int]]] = {}
    for shot_id, label, n in counted.iter_rows():
        found.setdefault(shot_id, []).append((label, n))
    return {shot_id: tuple(own) for shot_id, own in found.items()}
