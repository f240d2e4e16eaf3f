"""The map of a collection's photos as numbers: 100,000 of them are 2.8 MB and need no parsing in the browser."""

import numpy as np
import polars as pl

from archive_pipeline.errors import RequestError
from archive_pipeline.web.archive import WebArchive
from archive_pipeline.web.photos.groups import groups_of, is_organised

_DOTS = """
SELECT unhex(replace(picture_id::VARCHAR, '-', '')) AS id, x, y, theme_id::VARCHAR AS theme
FROM picture_memberships WHERE collection = ? ORDER BY picture_id
"""


def dots_of(archive: WebArchive, collection: str) -> bytes:
    """As `/api/maps/photos/{collection}` describes them. Raises RequestError `nothing_to_map`."""
    if not is_organised(archive.published):
        raise nothing_to_map(collection)
    dots = archive.published.frame(_DOTS, [collection])
    if not dots.height:
        raise nothing_to_map(collection)
    on_top = [group.group_id for group in groups_of(archive, collection).groups if group.parent is None]
    places = pl.DataFrame(
        {"theme": on_top, "place": np.arange(len(on_top))}, schema={"theme": pl.String, "place": pl.Int32}
    )
    placed = dots.join(places, on="theme", how="left", maintain_order="left")
    numbers = (
        np.array([dots.height], "<u4"),
        placed["x"].to_numpy().astype("<f4"),
        placed["y"].to_numpy().astype("<f4"),
        placed["place"].fill_null(-1).to_numpy().astype("<i4"),
    )
    return b"".join([*(part.tobytes() for part in numbers), *placed["id"]])


def nothing_to_map(collection: str) -> RequestError:
    return RequestError(
        "not_organised", f"Collection {collection} is not organised yet: archive-pipeline organise {collection}."
    )
