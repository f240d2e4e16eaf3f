"""Which footage videos share and which photos are copies, from the lake: for folding copies in what was found."""

import threading
import time
from collections.abc import Mapping, Sequence

from archive_pipeline.errors import DamagedTableError
from archive_pipeline.search.sources import SharedFootage
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.photo_copies import LakePhotoCopies

_LOOK_AGAIN_S = 30.0
_MOST_KEPT = 20_000  # videos
_COLUMNS = ["start_s", "end_s", "other_video_id", "other_start_s", "other_end_s", "sha256", "other_sha256"]


class LakeCopies:
    """A `search.sources.CopyStore` over the lake. Safe for many threads."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._photos = LakePhotoCopies(lake)
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, Sequence[SharedFootage]]] = {}

    def of_photos(self, collections: Sequence[str]) -> Mapping[str, str]:
        return self._photos.of_collections(collections)

    def of_videos(self, video_ids: Sequence[str]) -> Mapping[str, Sequence[SharedFootage]]:
        now = time.monotonic()
        with self._lock:
            fresh = {key: rows for key in video_ids if (kept := self._known.get(key)) for read_at, rows in (kept,)
                     if now - read_at < _LOOK_AGAIN_S}  # fmt: skip
        names = {key: VideoName.from_video_id(key) for key in video_ids if key not in fresh}
        videos = {key: name for key, name in names.items() if not name.is_album}
        read = self._lake.read_each("reuses", list(videos.values()))
        for key, table in zip(videos, read, strict=True):
            if isinstance(table, DamagedTableError):  # `doctor` names it; copies are shown unfolded
                fresh[key] = ()
            elif isinstance(table, OSError):
                raise table
            else:
                fresh[key] = tuple(SharedFootage(*row) for row in table.select(_COLUMNS).iter_rows())
        with self._lock:
            if len(self._known) > _MOST_KEPT:
                self._known.clear()
            self._known |= {key: (now, fresh[key]) for key in videos}
        return fresh
