"""SQL that both dialects understand, with named parameters."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import BindParameter, Connection, CursorResult, TextClause, bindparam, text

from archive_pipeline.store.naming import VideoName

_NAMES_A_STATEMENT = 500

Row: TypeAlias = Sequence[Any]
"""Of a result, raw: SQLite has 0 and 1 where Postgres has booleans."""


def execute(connection: Connection, sql: str, **parameters: object) -> CursorResult[*tuple[Any, ...]]:
    return connection.execute(_statement(sql), parameters)


def execute_among(connection: Connection, sql: str, **lists: Sequence[object]) -> CursorResult[*tuple[Any, ...]]:
    """Each of the parameters is a list, not an empty one, and stands behind IN."""
    names: list[BindParameter[Any]] = [bindparam(name, expanding=True) for name in lists]
    return connection.execute(text(sql).bindparams(*names), {name: list(values) for name, values in lists.items()})


def execute_many(connection: Connection, sql: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Once for each of the rows; not at all for none."""
    if rows:
        connection.execute(_statement(sql), rows)


def select_videos(connection: Connection, sql: str, videos: Collection[VideoName]) -> Iterator[Row]:
    """Rows of the videos, in no order; `sql` ends before its WHERE."""
    where = "WHERE collection = :collection AND name IN :names"
    statement = text(f"{sql} {where}").bindparams(bindparam("names", expanding=True))
    by_collection: dict[str, list[bytes]] = {}
    for video in videos:
        by_collection.setdefault(video.collection, []).append(video.path)
    for collection, names in by_collection.items():
        for first in range(0, len(names), _NAMES_A_STATEMENT):
            some = names[first : first + _NAMES_A_STATEMENT]
            yield from connection.execute(statement, {"collection": collection, "names": some})


@lru_cache(maxsize=256)
def _statement(sql: str) -> TextClause:
    return text(sql)
