"""The published database, opened anew when a newer version is published."""

import logging
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from archive_pipeline.errors import ArchiveError
from archive_pipeline.settings import Bucket, LakePlace
from archive_pipeline.warehouse import follow, open_database

_FOLLOW_EVERY_S = 10.0
_logger = logging.getLogger(__name__)


class Published:
    """Answers from the newest version behind the link; safe to use from several threads, which take turns."""

    def __init__(self, link: Path, lake: LakePlace) -> None:
        self._link = link
        self._lake = lake
        self._followed_at = -_FOLLOW_EVERY_S
        self._following = threading.Thread()
        self._lock = threading.Lock()
        self._version: Path | None = None
        self._connection: duckdb.DuckDBPyConnection | None = None

    def rows(self, query: str, values: Sequence[object] = ()) -> list[dict[str, Any]]:
        """The rows of a query by column; none while nothing has been published. Raises PassingError `database_busy`."""
        with self._lock:
            connection = self._newest()
            if connection is None:
                return []
            result = connection.execute(query, list(values))
            names = [column[0] for column in result.description or ()]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    @property
    def version(self) -> Path | None:
        """The file that questions are answered from now; None while nothing has been published."""
        return self._link.resolve() if self._link.exists() else None

    def close(self) -> None:
        with self._lock:
            self._let_go()

    def _newest(self) -> duckdb.DuckDBPyConnection | None:
        self._follow()
        if not self._link.exists():
            self._let_go()
            return None
        version = self._link.resolve()
        if version != self._version:
            self._let_go()
            self._connection = open_database(self._link)
            self._version = version
        return self._connection

    def _follow(self) -> None:
        """Fetch what another machine published to the lake's bucket, aside: the version before answers meanwhile."""
        if not isinstance(self._lake, Bucket) or self._following.is_alive():
            return
        if time.monotonic() - self._followed_at < _FOLLOW_EVERY_S:
            return
        self._followed_at = time.monotonic()
        self._following = threading.Thread(target=self._fetch, name="fetch database", daemon=True)
        self._following.start()
        if not self._link.exists():
            self._following.join()

    def _fetch(self) -> None:
        try:
            follow(self._lake, self._link)
        except (ArchiveError, OSError) as error:  # asked again soon; what was fetched before is shown meanwhile
            _logger.warning("the published database could not be fetched: %s", error)

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection, self._version = None, None
