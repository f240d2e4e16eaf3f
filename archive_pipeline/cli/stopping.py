"""Commands that are stopped (Ctrl+C, SIGTERM) end with their workers in seconds and say how to go on."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.markup import escape

from archive_pipeline.cli.console import STOPPED, err
from archive_pipeline.interruption import interruptible


@contextmanager
def stoppable(again: str) -> Iterator[None]:
    """Both signals end the block as KeyboardInterrupt, and the command with a line that names the command `again`."""
    try:
        with interruptible():
            yield
    except KeyboardInterrupt:
        err.print(f"[yellow]Stopped.[/] What was done is kept; the rest is done by: {escape(again)}", soft_wrap=True)
        raise typer.Exit(STOPPED) from None
