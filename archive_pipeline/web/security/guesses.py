"""Wrong tokens, slowed down by who sends them."""

import time
from collections import OrderedDict
from collections.abc import Callable

_AT_ONCE = 20  # a person who types, a script that was not told of the new token
_EVERY_S = 1.0
_MOST_ASKERS = 10_000


class Guesses:
    """Each asker may be wrong 20 times at once, then once a second (the generic cell rate algorithm, ITU-T I.371).

    Of more than 10,000 askers those are forgotten that were wrong longest ago.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._spent_until: OrderedDict[str, float] = OrderedDict()

    def wait_s(self, asker: str) -> float:
        """Seconds until the asker's next token is looked at; 0 for most."""
        ahead = self._spent_until.get(asker, 0.0) - self._now()
        return max(0.0, ahead - (_AT_ONCE - 1) * _EVERY_S)

    def was_wrong(self, asker: str) -> None:
        now = self._now()
        self._spent_until[asker] = max(now, self._spent_until.get(asker, now)) + _EVERY_S
        self._spent_until.move_to_end(asker)
        if len(self._spent_until) > _MOST_ASKERS:
            self._spent_until.popitem(last=False)
