"""Asking until there is an answer: what an encoder's death, end or upgrade is to those who ask, a pause."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import grpc

from archive_pipeline.encoders.service.connection import Connection, Route, SupersededError
from archive_pipeline.encoders.service.faults import BrokenError, carried

_T = TypeVar("_T")

_FIRST_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 15.0
_BUSY_PAUSE_S = 1.0


class Persistence:
    """One connection for all threads of a process, made again whenever it broke."""

    def __init__(self, route: Route, hang_s: float) -> None:
        self._route = route
        self._hang_s = hang_s
        self._connection: Connection | None = None
        self._connecting = threading.Lock()

    def ask(self, attempt: Callable[[Connection, "Failures"], _T]) -> _T:
        """What `attempt` gives; it is called again, on a new connection, whenever it breaks off without a word.

        Raises what the encoder says is wrong, and PassingError (`Route.give_up`) after too many failures in a row.
        """
        failures = Failures()
        while True:
            connection = None
            try:
                connection = self._connected()
                return attempt(connection, failures)
            except SupersededError:
                time.sleep(_FIRST_PAUSE_S)
            except (grpc.RpcError, grpc.FutureCancelledError, BrokenError) as error:
                if isinstance(error, grpc.RpcError):
                    if meant := carried(error):
                        raise meant from None
                    if error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED:  # alive, with more callers than threads
                        time.sleep(_BUSY_PAUSE_S)
                        continue
                self._forget(connection)
                failures.in_a_row += 1
                if failures.in_a_row >= self._route.most_failures:
                    raise self._route.give_up() from error
                time.sleep(min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2**failures.in_a_row))

    @contextmanager
    def watching(self, connection: Connection, cancel: Callable[[], object]) -> Iterator[None]:
        """Meanwhile look whether the other side is alive; where it gives no sign, cancel the call that waits for it."""
        is_over = threading.Event()

        def watch() -> None:
            while not is_over.wait(self._hang_s / 3):
                try:
                    connection.status(self._hang_s)
                except grpc.RpcError as error:
                    if error.code() is grpc.StatusCode.DEADLINE_EXCEEDED and not is_over.is_set():
                        self._route.on_hang()
                        cancel()
                except ValueError:  # the channel was closed
                    return

        threading.Thread(target=watch, name="encoder watch", daemon=True).start()
        try:
            yield
        finally:
            is_over.set()

    def _connected(self) -> Connection:
        with self._connecting:
            if self._connection is None:
                self._connection = self._route.connect()
            return self._connection

    def _forget(self, connection: Connection | None) -> None:
        with self._connecting:
            if connection is not None and connection is self._connection:
                self._connection = None
                connection.close()


class Failures:
    """How often asking broke off since the last answer."""

    in_a_row = 0
