"""Searching an embedded index while others write it."""

import logging
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from archive_pipeline.errors import ArchiveError, PassingError
from archive_pipeline.search.edge import EdgeSearch
from archive_pipeline.search.edge_replica import Replica, copied_elsewhere
from archive_pipeline.search.edge_shard import Shard
from archive_pipeline.system_errors import DISK_FULL

_REFRESH_S = 1.0  # looking costs 0.1 ms, applying a video of 50 shots some 10 ms; a write must be found within 10 s
_CATCH_UP_S = (
    0.5  # while many videos are written at once, a query that came at the wrong moment waits no longer than this
)
_logger = logging.getLogger(__name__)


@dataclass(eq=False)
class _Opened:
    """A replica and how many queries run on it; it is closed when the last of them ends."""

    replica: Replica
    looked_at: float
    users: int = 0
    retired: bool = False


class EdgeReader(EdgeSearch):
    """Works from copies of its own, brought up to date at most every second, when somebody asks.

    Only the first copy of a space waits for its writers. Whatever goes wrong later (a writer that hangs while a new
    copy is needed), the copy at hand keeps answering.
    """

    def __init__(self, folder: Path, timeout_s: float) -> None:
        super().__init__(folder, timeout_s)
        self._opened: dict[str, _Opened] = {}
        self._mutex = threading.Lock()  # for the fields here, held for moments
        self._refreshing = threading.Lock()  # one thread at a time copies or applies
        weakref.finalize(self, _close_all, self._opened)

    def close(self) -> None:
        with self._refreshing:
            for space in list(self._opened):
                self._install(space, None)

    @contextmanager
    def _shard(self, space: str) -> Iterator[Shard | None]:
        try:
            self._refresh_if_due(space)
        except PassingError as error:
            if error.code != DISK_FULL:
                raise
            with copied_elsewhere(self._space(space)) as shard:  # slower, and it answers
                yield shard
            return
        with self._mutex:
            opened = self._opened.get(space)
            if opened:
                opened.users += 1
        try:
            yield opened.replica.shard if opened else None
        finally:
            if opened:
                self._leave(opened)

    def _refresh_if_due(self, space: str) -> None:
        opened = self._opened.get(space)
        if opened and time.monotonic() - opened.looked_at < _REFRESH_S:
            return
        if not self._refreshing.acquire(blocking=opened is None):
            return  # another thread is at it; what is at hand will do
        try:
            opened = self._opened.get(space)
            if opened is None:
                self._install(space, Replica.take(self._space(space)))
            else:
                self._bring_up_to_date(space, opened)
        finally:
            self._refreshing.release()

    def _bring_up_to_date(self, space: str, opened: _Opened) -> None:
        source = self._space(space)
        try:
            facts = source.facts()
            if facts is None or facts.birth != opened.replica.birth:
                self._install(space, Replica.take(source))
            else:
                try:
                    opened.replica.catch_up(_CATCH_UP_S)
                except LookupError:
                    self._install(space, Replica.take(source))
        except (ArchiveError, OSError) as error:
            _logger.warning("search goes on with older points of %s: %s", space, error)
        opened.looked_at = time.monotonic()

    def _install(self, space: str, replica: Replica | None) -> None:
        with self._mutex:
            former = self._opened.pop(space, None)
            if replica:
                self._opened[space] = _Opened(replica, time.monotonic())
            if former:
                former.retired = True
                former.users += 1
        if former:
            self._leave(former)

    def _leave(self, opened: _Opened) -> None:
        with self._mutex:
            opened.users -= 1
            last = opened.retired and opened.users == 0
        if last:
            opened.replica.close()


def _close_all(opened: dict[str, _Opened]) -> None:
    for one in opened.values():
        one.replica.close()
    opened.clear()
