"""Leases that machines share: rows of the database, kept alive by a heartbeat on the database's own clock.

A session would end with a restart of Postgres, and PgBouncer lends one to many: a row outlives both. While the server
was down nobody could beat, so a lease counts as expired when the server has been up for as long without a beat.
Whoever was frozen for longer than that finds another holder in his place and ends his process: every stage is made so
that a kill at any moment loses nothing. Whoever is merely cut off goes on until he can ask.
"""

import os
import random
import socket
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

from sqlalchemy import Connection

from archive_pipeline.errors import PassingError
from archive_pipeline.store.database import Database, appends, execute, reads

_EXPIRES_S, _BEAT_S = 30.0, 5.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.1, 2.0
_KEEP_DEAD = "1 day"

_IS_ALIVE = "greatest(beat, pg_postmaster_start_time()) > now() - make_interval(secs => :expires_s)"


class RowLeases:
    """Leases on things of one kind. Threads and forks of a holder do not hold."""

    def __init__(
        self, database: Database, kind: str, *, expires_s: float = _EXPIRES_S, beat_s: float = _BEAT_S
    ) -> None:
        self.database = database
        self._kind = kind
        self._expires_s = expires_s
        self._beat_s = beat_s

    @contextmanager
    def hold(
        self,
        name: str,
        *,
        timeout_s: float | None = None,
        on_wait: Callable[[str], None] = lambda _: None,
        code: str = "locked",
        on_stop: Callable[[], None] | None = None,
    ) -> Iterator[None]:
        holder, done = uuid.uuid4().hex, threading.Event()
        self._wait(name, holder, timeout_s, on_wait, code)

        def beat() -> None:
            pause_s = self._beat_s
            while not done.wait(pause_s):
                try:
                    asked = self._beat(name, holder)
                except PassingError:  # the server is away; it will be asked again
                    pause_s = min(1.0, self._beat_s)
                    continue
                pause_s = self._beat_s
                if done.is_set():
                    return
                if asked is None:
                    _end(f"{self._kind} {name} was given to another process while this one stood still.")
                if asked and on_stop:
                    on_stop()

        threading.Thread(target=beat, name=f"heartbeat of {name}", daemon=True).start()
        try:
            yield
        finally:
            done.set()
            with suppress(PassingError):  # it expires
                self._release(name, holder)

    def held(self, names: Iterable[str]) -> set[str]:
        alive = self.all_held()
        return {name for name in names if name in alive}

    @reads
    def all_held(self, connection: Connection) -> set[str]:
        sql = f"SELECT name FROM leases WHERE starts_with(name, :kind) AND {_IS_ALIVE}"
        kind = self._key("")
        return {key.removeprefix(kind) for (key,) in execute(connection, sql, kind=kind, expires_s=self._expires_s)}

    @appends
    def ask_to_stop(self, connection: Connection, name: str) -> bool:
        sql = f"UPDATE leases SET asked_to_stop = TRUE WHERE name = :name AND {_IS_ALIVE}"
        return bool(execute(connection, sql, name=self._key(name), expires_s=self._expires_s).rowcount)

    @appends
    def sweep(self, connection: Connection) -> None:
        """Rows of the dead, of which the names may be free for ever."""
        execute(connection, f"DELETE FROM leases WHERE beat < now() - interval '{_KEEP_DEAD}'")

    def _key(self, name: str) -> str:
        return f"{self._kind}/{name}"

    def _wait(self, name: str, holder: str, timeout_s: float | None, on_wait: Callable[[str], None], code: str) -> None:
        label = f"process {os.getpid()} on {socket.gethostname()} since {datetime.now():%F %T}"
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        pause_s, waited = _FIRST_PAUSE_S, False
        while (other := self._holder(name)) or not self._take(name, holder, label):
            if other and not waited:
                on_wait(other)
                waited = True
            if deadline is not None and time.monotonic() > deadline:
                raise PassingError(code, f"{name} is held for over {timeout_s:g} s by {other or 'another process'}")
            time.sleep(pause_s * random.uniform(0.5, 1.5))
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

    @reads
    def _holder(self, connection: Connection, name: str) -> str | None:
        sql = f"SELECT label FROM leases WHERE name = :name AND {_IS_ALIVE}"
        found: str | None = execute(connection, sql, name=self._key(name), expires_s=self._expires_s).scalar()
        return found

    @appends
    def _take(self, connection: Connection, name: str, holder: str, label: str) -> bool:
        taken = execute(
            connection,
            "INSERT INTO leases VALUES (:name, :holder, :label, now(), FALSE) ON CONFLICT (name) DO UPDATE"
            " SET holder = excluded.holder, label = excluded.label, beat = excluded.beat, asked_to_stop = FALSE"
            f" WHERE leases.holder = excluded.holder OR NOT {_IS_ALIVE.replace('beat', 'leases.beat')}",
            name=self._key(name),
            holder=holder,
            label=label,
            expires_s=self._expires_s,
        )
        return bool(taken.rowcount)

    @appends
    def _beat(self, connection: Connection, name: str, holder: str) -> bool | None:
        """Whether the holder was asked to stop; None where he holds it no more."""
        sql = "UPDATE leases SET beat = now() WHERE name = :name AND holder = :holder RETURNING asked_to_stop"
        asked: bool | None = execute(connection, sql, name=self._key(name), holder=holder).scalar()
        return asked

    @appends
    def _release(self, connection: Connection, name: str, holder: str) -> None:
        sql = "DELETE FROM leases WHERE name = :name AND holder = :holder"
        execute(connection, sql, name=self._key(name), holder=holder)


def _end(why: str) -> None:
    print(f"archive-pipeline ends: {why}", file=sys.stderr, flush=True)
    os._exit(1)
