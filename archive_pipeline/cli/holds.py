"""What holds the work of whole collections up, in a terminal: told once, however many videos wait."""

from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

from archive_pipeline.store.catalogue import REMOVALS, Hold


def held_facts(hold: Hold) -> dict[str, Any]:
    """A hold for scripts."""
    names = ("collection", "work", "error_code", "message", "since")
    return {name: getattr(hold, name) for name in names}


def show_holds(console: Console, holds: Iterable[Hold]) -> None:
    """Each with what is wrong and what to do."""
    for hold in holds:
        since = f"since {hold.since.astimezone():%Y-%m-%d %H:%M}"
        fate = "nothing else waits for it" if hold.work == REMOVALS else "goes on by itself once that is put right"
        console.print(f"[bold yellow]Held up[/] {hold.collection}: {hold.work} [dim]{since}; {fate}[/]", soft_wrap=True)
        console.print(Padding(f"[yellow]{escape(hold.error_code)}[/] {escape(hold.message)}", (0, 0, 0, 2)))
