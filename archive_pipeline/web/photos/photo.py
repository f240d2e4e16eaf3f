"""One photo, and the rows of several: what the file says is read from the lake, where it belongs from the database."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from archive_pipeline.collections.albums import photo_path
from archive_pipeline.errors import RequestError
from archive_pipeline.search.model import is_shot_id
from archive_pipeline.store.naming import VideoName
from archive_pipeline.web import addresses
from archive_pipeline.web.api import descriptions
from archive_pipeline.web.api.photo_models import PhotoOut
from archive_pipeline.web.archive import WebArchive
from archive_pipeline.web.photos.groups import standing_of

_ROWS = "SELECT * FROM photos WHERE status = 'ready' AND photo_id IN (SELECT unnest(?::UUID[]))"


def photo_of(archive: WebArchive, photo_id: str) -> PhotoOut:
    """Raises RequestError `bad_shot_id`, `unknown_photo`."""
    check_ids([photo_id])
    found = archive.finder.shots([photo_id]).get(photo_id)
    if found is None or not found.shot.is_photo:
        raise RequestError("unknown_photo", f"There is no photo {photo_id} in this archive.")
    entry = archive.programmes.entry(found.shot.video_id)
    album = VideoName.from_video_id(found.shot.video_id)
    rows = archive.lake.read("photos", album)
    rows = rows.filter(pl.col("photo_id").cast(pl.String) == photo_id)
    if not rows.height:
        raise RequestError("unknown_photo", f"There is no photo {photo_id} in this archive.")
    row = rows.row(0, named=True)
    said = archive.descriptions.of(album)
    return PhotoOut.model_validate(
        {
            **row,
            "photo_id": photo_id,
            "album": found.shot.video_id,
            "path": photo_path(entry.path, found.shot.file),
            "file": found.shot.file,
            "still": addresses.photo(photo_id),
            "description": descriptions.description(said.shots.get(photo_id)),
            "found": [descriptions.found(one) for one in said.found.get(photo_id, ())],
            "visible_texts": [descriptions.visible_text(one) for one in said.texts.get(photo_id, ())],
            **standing_of(archive, photo_id),
        },
        extra="ignore",
    )


def photo_rows(archive: WebArchive, photo_ids: Sequence[str]) -> list[dict[str, Any]]:
    """Rows of the published table `photos` in the order of the ids; those that are not there any more are left out.

    Raises RequestError `bad_shot_id`, `unknown_photo` where none is there.
    """
    check_ids(photo_ids)
    wanted = list(dict.fromkeys(photo_ids))
    rows = {str(row["photo_id"]): row for row in archive.published.rows(_ROWS, [wanted])}
    if not rows:
        raise RequestError("unknown_photo", "None of these photos is in the archive any more.")
    return [rows[key] for key in wanted if key in rows]


def check_ids(photo_ids: Sequence[str]) -> None:
    if not all(is_shot_id(key) for key in photo_ids):
        raise RequestError("bad_shot_id", "This is not the id of a photo.")
