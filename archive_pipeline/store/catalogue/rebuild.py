"""A lost catalogue, made again from the lake: the tables `outcomes` and `media` know all that matters."""

from collections.abc import Iterator
from typing import Any

from archive_pipeline.errors import DamagedTableError
from archive_pipeline.store.catalogue.catalogue import Catalogue
from archive_pipeline.store.catalogue.entry import Entry
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName, from_readable


def rebuild(catalogue: Catalogue, lake: Lake) -> int:
    """Put every video that the lake knows into the catalogue; returns how many. Known entries stay as they are.

    Videos that were registered but never finished are not in the lake; the next scan finds them as new ones.
    """
    entries = [entry for collection in lake.collections("outcomes") for entry in _entries(lake, collection)]
    if entries:
        catalogue.restore(entries)
    return len(entries)


def _entries(lake: Lake, collection: str) -> Iterator[Entry]:
    videos = list(lake.videos("outcomes", collection))
    for video, rows in zip(videos, lake.read_each("outcomes", videos), strict=True):
        if isinstance(rows, OSError):
            raise rows
        if isinstance(rows, DamagedTableError):  # a run finds all that is there already, and says how it ended
            lake.delete("outcomes", video)
            yield _unknown(video)
        elif rows.height:
            yield _entry(video, rows.row(0, named=True))


def _unknown(video: VideoName) -> Entry:
    """A video of which only its name is known."""
    return Entry(video, video.path, 0, None, None, "new", True, None, None, None, None, None, 0, None, 0)


def _entry(video: VideoName, outcome: dict[str, Any]) -> Entry:
    return Entry(
        name=video,
        path=from_readable(outcome["path"]),
        bytes=outcome["bytes"] or 0,
        mtime_ns=outcome["mtime_ns"],
        sha256=outcome["sha256"],
        status=outcome["status"],
        pending=False,
        plan=outcome["plan"],
        stage=outcome["stage"],
        error_code=outcome["error_code"],
        message=outcome["message"],
        permanent=outcome["permanent"],
        attempts=outcome["attempts"],
        finished_at=outcome["finished_at"],
        sequence=0,
        removed_at=outcome["removed_at"],
    )
