"""Methods that are transactions. One that a lost connection interrupted is done again as a whole.

The one uncertainty that remains: a connection that is lost while the transaction is being committed. It may then have
happened and happens twice; what the methods write is made so that the second time changes nothing but a counter.
"""

import random
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import Connection

from archive_pipeline.store.database.database import WAIT_S, Database, InterruptedTransactionError

_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.1, 2.0


class _OfADatabase(Protocol):
    @property
    def database(self) -> Database: ...


P = ParamSpec("P")
R = TypeVar("R")
Self = TypeVar("Self", bound=_OfADatabase)
Method = Callable[Concatenate[Self, Connection, P], R]


def reads(method: Method[Self, P, R]) -> Callable[Concatenate[Self, P], R]:
    """Gives the method a connection for one transaction that reads."""
    return _transaction(method, lambda owner: owner.database.reading())


def writes(method: Method[Self, P, R]) -> Callable[Concatenate[Self, P], R]:
    """Gives the method a connection for one transaction that writes, after and before those of others."""
    return _transaction(method, lambda owner: owner.database.writing())


def appends(method: Method[Self, P, R]) -> Callable[Concatenate[Self, P], R]:
    """Gives the method a connection for one transaction that writes beside those of others."""
    return _transaction(method, lambda owner: owner.database.appending())


def _transaction(
    method: Method[Self, P, R], begin: Callable[[Self], AbstractContextManager[Connection]]
) -> Callable[Concatenate[Self, P], R]:
    @wraps(method)
    def call(owner: Self, /, *args: P.args, **kwargs: P.kwargs) -> R:
        deadline, pause_s = time.monotonic() + WAIT_S, _FIRST_PAUSE_S
        while True:
            try:
                with begin(owner) as connection:
                    return method(owner, connection, *args, **kwargs)
            except InterruptedTransactionError:
                if time.monotonic() > deadline:
                    raise
            time.sleep(pause_s * random.uniform(0.5, 1.5))
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

    return call
