"""What holds the work of a whole collection up: one row for what would else fail its videos one by one."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from archive_pipeline.errors import ConfigurationError
from archive_pipeline.store.catalogue.rows import storable
from archive_pipeline.store.database import Row, execute

INGEST = "ingest"
"""The work of the chain, beside which each analysis is a work of its own, by its name."""
REMOVALS = "removals"
"""Taking away what vanished from the source: a person's word is asked for, no run waits."""

_COLUMNS = ("collection", "work", "error_code", "message", "since", "tries", "until")


@dataclass(frozen=True, slots=True)
class Hold:
    """A collection's work that waits until a person has put something right."""

    collection: str
    work: str
    """INGEST, REMOVALS, or the name of an analysis."""
    error_code: str
    message: str
    """What is wrong and what to do, as a sentence."""
    since: datetime
    """In UTC, as `until`."""
    tries: int
    """Runs that met it, one after the other; 0 where a look found it before any."""
    until: datetime | None
    """When one run may try whether it has passed; None: not before a look has found it put right."""

    @property
    def error(self) -> ConfigurationError:
        """What whoever cannot do the work raises."""
        return ConfigurationError(self.error_code, self.message)

    @property
    def is_shut(self) -> bool:
        """Whether no run at all is to be begun now."""
        return self.until is None or datetime.now(UTC) < self.until


def read_holds(connection: Connection) -> list[Hold]:
    """All of them, by collection and work."""
    return [_hold(row) for row in execute(connection, f"SELECT {', '.join(_COLUMNS)} FROM holds ORDER BY 1, 2")]


def write_hold(connection: Connection, hold: Hold) -> None:
    """In place of the one that there is, but for `since`."""
    values = ", ".join(f":{name}" for name in _COLUMNS)
    changed = ", ".join(f"{name} = excluded.{name}" for name in ("error_code", "message", "tries", "until"))
    execute(
        connection,
        f"INSERT INTO holds ({', '.join(_COLUMNS)}) VALUES ({values})"
        f" ON CONFLICT (collection, work) DO UPDATE SET {changed}",
        collection=hold.collection,
        work=hold.work,
        error_code=hold.error_code,
        message=storable(hold.message),
        since=hold.since.timestamp(),
        tries=hold.tries,
        until=hold.until.timestamp() if hold.until else None,
    )


def delete_hold(connection: Connection, collection: str, work: str) -> None:
    sql = "DELETE FROM holds WHERE collection = :collection AND work = :work"
    execute(connection, sql, collection=collection, work=work)


def _hold(row: Row) -> Hold:
    collection, work, error_code, message, since, tries, until = row
    moment = None if until is None else datetime.fromtimestamp(until, UTC)
    return Hold(collection, work, error_code, message, datetime.fromtimestamp(since, UTC), tries, moment)
