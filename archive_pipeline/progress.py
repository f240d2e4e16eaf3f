"""How far long work is: the domain reports, whoever watches (a terminal, a Dagster log) listens."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Listener = Callable[[str, float | None], None]
_listeners: list[Listener] = []


def report(stage: str, fraction: float | None) -> None:
    """Tell every listener that `stage` has done `fraction` (0 to 1) of its work. Cheap: call it often.

    Without a fraction `stage` is a sentence for a person: what is waited for.
    """
    for listener in _listeners:
        listener(stage, fraction)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Pass every report made in this process to `listener(stage, fraction)` while the block runs."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)
