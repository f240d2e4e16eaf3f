"""What failed, for a terminal: each cause once, with its sentence and the names of what it befell."""

from collections.abc import Iterable
from typing import NamedTuple

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

_MOST_CAUSES, _MOST_NAMES, _MOST_LETTERS = 20, 5, 300


class Failure(NamedTuple):
    """One video, album or photo that failed."""

    what: str
    """Its id or path."""
    stage: str
    """Stage or analysis; empty where there is none to name."""
    code: str
    message: str
    fate: str = ""
    """What becomes of it without anybody."""


def show_failures(console: Console, title: str, failures: Iterable[Failure], all_of_them: str) -> None:
    """Print them by cause, what befell most first: one wrong setting may fail thousands of videos with one sentence.

    Names stand on lines of their own and are never broken, so that they can be copied; `all_of_them` says where the
    rest is.
    """
    causes: dict[Failure, list[str]] = {}
    for one in failures:
        causes.setdefault(one._replace(what=""), []).append(one.what)
    console.print(f"[bold red]{title}[/]")
    shown = sorted(causes.items(), key=lambda befallen: -len(befallen[1]))
    for cause, names in shown[:_MOST_CAUSES]:
        several = f"{len(names):,} times" if len(names) > 1 else ""
        where = " · ".join(part for part in (cause.stage, several, cause.fate) if part)
        console.print(f"[red]{escape(cause.code)}[/] [dim]{escape(where)}[/]")
        console.print(Padding(escape(cause.message[:_MOST_LETTERS]), (0, 0, 0, 2)))
        for name in names[:_MOST_NAMES]:
            console.print(f"    [dim]{escape(name)}[/]", soft_wrap=True)
        if len(names) > _MOST_NAMES:
            console.print(f"    [dim]and {len(names) - _MOST_NAMES:,} more: {all_of_them}[/]", soft_wrap=True)
    if len(shown) > _MOST_CAUSES:
        console.print(f"[dim]and {len(shown) - _MOST_CAUSES} causes more: {all_of_them}[/]", soft_wrap=True)
