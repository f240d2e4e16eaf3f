"""The published database, opened anew when a newer version is published."""

import logging
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from archive_pipeline.errors import ArchiveError
from archive_pipeline.settings import Bucket, LakePlace
from archive_pipeline.warehouse import follow, link_for, open_database, whole_link

_FOLLOW_EVERY_S = 10.0
_logger = logging.getLogger(__name__)


class Published:
    """Answers from the newest version behind the link; safe to use from several threads, which take turns."""

    def __init__(self, link: Path, lake: LakePlace, *, embargoed: bool = False) -> None:
        """`embargoed`: with what is withheld, where anything is."""
        self._main = link
        self._embargoed = embargoed
        self._lake = lake
        self._followed_at = -_FOLLOW_EVERY_S
        self._following = threading.Thread()
        self._lock = threading.Lock()
        self._version: Path | None = None
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._counted: tuple[Path | None, dict[str, list[dict[str, Any]]]] = (None, {})

    def rows(self, query: str, values: Sequence[object] = ()) -> list[dict[str, Any]]:
        """The rows of a query by column; none while nothing has been published. Raises PassingError `database_busy`."""
        with self._lock:
            connection = self._newest()
            if connection is None:
                return []
            result = connection.execute(query, list(values))
            names = [column[0] for column in result.description or ()]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    def frame(self, query: str, values: Sequence[object] = ()) -> pl.DataFrame:
        """Like `rows`, for very many of them; no columns while nothing has been published."""
        with self._lock:
            connection = self._newest()
            if connection is None:
                return pl.DataFrame()
            return pl.DataFrame(pl.from_arrow(connection.sql(query, params=list(values)).to_arrow_table()))

    def counted(self, table: str, query: str) -> list[dict[str, Any]]:
        """The rows of a query over a table, asked once of each version; none where the version has no such table."""
        with self._lock:
            self._follow()
        version = self.version
        if version is None or version != self._counted[0]:
            self._counted = (version, {})
        kept = self._counted[1]
        if query not in kept:
            is_there = self.rows("SELECT 1 FROM duckdb_tables() WHERE table_name = ?", [table])
            kept[query] = self.rows(query) if is_there else []
        return kept[query]

    @property
    def _link(self) -> Path:
        return link_for(self._main, embargoed=self._embargoed)

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
            follow(self._lake, self._main)
            if self._embargoed:
                follow(self._lake, whole_link(self._main))
        except (ArchiveError, OSError) as error:  # asked again soon; what was fetched before is shown meanwhile
            _logger.warning("the published database could not be fetched: %s", error)

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection, self._version = None, None
