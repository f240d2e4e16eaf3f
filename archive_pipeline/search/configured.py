"""The index that the settings name."""

from pathlib import Path
from typing import Literal, overload

from archive_pipeline.search.index import ShotIndex, ShotReader

_WRITERS_WAIT_S = (
    300.0  # a reader copying 1 M shots holds the lock for seconds; anything near this is a hanging process
)


@overload
def open_index(
    qdrant_dir: Path, url: str | None = None, api_key: str | None = None, read_only: Literal[False] = False
) -> ShotIndex: ...
@overload
def open_index(
    qdrant_dir: Path, url: str | None = None, api_key: str | None = None, *, read_only: Literal[True]
) -> ShotReader: ...
def open_index(
    qdrant_dir: Path, url: str | None = None, api_key: str | None = None, read_only: bool = False
) -> ShotReader:
    """The Qdrant server at `url`, or else the embedded index in `qdrant_dir` (which need not exist yet).

    `read_only` is for whoever searches: it never waits for writers and never makes them wait longer than one copy
    takes; what others write is found within seconds. Close it, so that it gives its copy back.
    """
    if url:
        from archive_pipeline.search.server import ServerIndex

        return ServerIndex.connect(url, api_key)
    if read_only:
        from archive_pipeline.search.edge_reader import EdgeReader

        return EdgeReader(qdrant_dir, _WRITERS_WAIT_S)
    from archive_pipeline.search.edge import EdgeIndex

    return EdgeIndex(qdrant_dir, _WRITERS_WAIT_S)
