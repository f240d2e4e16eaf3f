"""What SQLite and Postgres have in common here."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from archive_pipeline.errors import ArchiveError, PassingError

WAIT_S = 30.0
"""How long whoever comes waits: for other writers, and for a server that is being started again."""


class InterruptedTransactionError(PassingError):
    """The transaction did not happen (or nobody can tell: the connection was lost while it was being committed)."""


@dataclass(frozen=True)
class Engines:
    """Two views of one pool of connections, with the options of their transactions."""

    reading: Engine
    writing: Engine


class Database(ABC):
    """Transactions for any number of processes, threads and forks; each gets connections of its own."""

    def __init__(self) -> None:
        self._opened: tuple[object, Engines] | None = None
        """With the mark of what they were opened for."""
        self._left: list[Engines] = []
        """Closing what a fork copied, or what another thread may be using, would meddle with theirs."""

    is_shared: bool
    """Whether other machines see it, too."""
    place: str
    """For people, without a password."""

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent state for all reads in the block."""
        with self._transaction(writing=False) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: all of the block or, after an error, nothing of it. Writers wait for each other."""
        with self._transaction(writing=True) as connection:
            self._wait_for_writers(connection)
            yield connection

    @contextmanager
    def appending(self) -> Iterator[Connection]:
        """Like `writing`, for changes that need not wait for those of others."""
        with self._transaction(writing=True) as connection:
            yield connection

    @abstractmethod
    def check(self) -> None:
        """Read what tells whether it is whole. Raises ConfigurationError `catalogue_damaged`."""

    @abstractmethod
    def put_aside(self) -> None:
        """Make room for a new one in place of this damaged one, which is kept.

        Raises ConfigurationError `catalogue_damaged` where only a person can do that.
        """

    @abstractmethod
    def _mark(self) -> object | None:
        """Another one where the engines that are open are of no use any more; None where there is no database yet."""

    @abstractmethod
    def _open(self) -> Engines:
        """This process's own engines, with the schema up to date."""

    def _engines(self) -> Engines:
        mark = self._mark()
        if self._opened and mark is not None and self._opened[0] == mark:
            return self._opened[1]
        if self._opened:
            self._left.append(self._opened[1])
        engines = self._open()
        self._opened = self._mark(), engines
        return engines

    @abstractmethod
    def _explained(self, error: DBAPIError) -> ArchiveError:
        """What a person should know of it."""

    def _wait_for_writers(self, connection: Connection) -> None:  # noqa: B027 (SQLite's BEGIN IMMEDIATE has done it)
        """Return when no other process is writing."""

    @contextmanager
    def _transaction(self, *, writing: bool) -> Iterator[Connection]:
        try:
            engines = self._engines()
            with (engines.writing if writing else engines.reading).begin() as connection:
                yield connection
        except (IntegrityError, ProgrammingError):
            raise
        except PoolTimeoutError as error:
            raise PassingError("catalogue_unavailable", f"{self.place} keeps this process waiting: {error}") from error
        except DBAPIError as error:
            raise self._explained(error) from error
