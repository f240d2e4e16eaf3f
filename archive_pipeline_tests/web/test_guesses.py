"""Wrong tokens are slowed down, by who sends them."""

import pytest

from archive_pipeline.web.security.askers import asker
from archive_pipeline.web.security.guesses import Guesses


class Clock:
    def __init__(self) -> None:
        self.s = 1000.0

    def __call__(self) -> float:
        return self.s


def guessed(guesses: Guesses, clock: Clock, who: str, seconds: float) -> int:
    """How many tokens somebody gets looked at who never waits."""
    until, n = clock.s + seconds, 0
    while clock.s < until:
        if guesses.wait_s(who) == 0:
            guesses.was_wrong(who)
            n += 1
        else:
            clock.s += 0.01
    return n


def test_an_hour_of_guessing_is_20_guesses_and_then_one_a_second() -> None:
    clock = Clock()
    guesses = Guesses(clock)
    assert guessed(guesses, clock, "a", 3600) == pytest.approx(3620, abs=1)
    guesses.was_wrong("a")
    assert guesses.wait_s("a") > 0
    assert guesses.wait_s("b") == 0
    clock.s += 30
    assert guessed(guesses, clock, "a", 0.005) == 20


def test_what_is_kept_is_bounded() -> None:
    guesses = Guesses(Clock())
    for _ in range(20):
        guesses.was_wrong("the newest")
    for number in range(30_000):
        guesses.was_wrong(str(number))
        if number % 5000 == 0:
            guesses.was_wrong("the newest")
    assert len(guesses._spent_until) == 10_000
    assert guesses.wait_s("the newest") > 0


@pytest.mark.parametrize(
    ("client", "who"),
    [
        (("192.0.2.7", 1), "192.0.2.7"),
        (("::ffff:192.0.2.7", 1), "192.0.2.7"),
        (("2001:db8:1:2:3:4:5:6", 1), "2001:db8:1:2::/64"),
        (("fe80::1%eth0", 1), "fe80::/64"),
        (("a name", 1), "a name"),
        (None, ""),
    ],
)
def test_an_asker_is_an_address_or_a_network(client: tuple[str, int] | None, who: str) -> None:
    assert asker({"type": "http", "client": client}) == who
