"""A small memory of what was read last, bounded in bytes."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Recent(Generic[Value]):
    """The values that were used last, at most `most_bytes` of them together. Safe for many threads."""

    def __init__(self, most_bytes: int, size: Callable[[Value], int]) -> None:
        self._most_bytes = most_bytes
        self._size = size
        self._bytes = 0
        self._kept: OrderedDict[Hashable, Value] = OrderedDict()
        self._mutex = threading.Lock()

    def get(self, key: Hashable, read: Callable[[], Value]) -> Value:
        """The value of `key`, from `read` where it is not kept. Two threads may read the same one at once."""
        with self._mutex:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        value = read()
        with self._mutex:
            if key not in self._kept:
                self._kept[key] = value
                self._bytes += self._size(value)
            while self._bytes > self._most_bytes:
                self._bytes -= self._size(self._kept.popitem(last=False)[1])
        return value
