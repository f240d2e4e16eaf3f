"""What a lease is (DESIGN §4.12)."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Protocol


class Leases(Protocol):
    """Each name is held by one block of one process at a time. Whoever dies lets go of it: at once where the kernel
    tells, within half a minute where a heartbeat does."""

    def hold(
        self,
        name: str,
        *,
        timeout_s: float | None = None,
        on_wait: Callable[[str], None] = lambda _: None,
        code: str = "locked",
        on_stop: Callable[[], None] | None = None,
    ) -> AbstractContextManager[None]:
        """Hold `name` while the block runs; waiting costs no processor time.

        `on_wait` is called once, and told by whom, where it is held. `on_stop` is called, in a thread, when somebody
        has asked the holder to stop; without it nobody can. Raises PassingError(`code`) after `timeout_s` seconds of
        waiting; None waits for ever.
        """

    def held(self, names: Iterable[str]) -> set[str]:
        """Those of the names that somebody holds."""

    def all_held(self) -> set[str]:
        """Every name that somebody holds."""

    def ask_to_stop(self, name: str) -> bool:
        """Ask whoever holds `name` to stop, which is heard within seconds; False where nobody does."""

    def sweep(self) -> None:
        """Remove what killed holders left behind, but nothing that somebody may just be about to hold."""
