"""Commands that are stopped (Ctrl+C, SIGTERM) end with their workers in seconds and say how to go on."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.markup import escape

from archive_pipeline.cli.console import STOPPED, err


@contextmanager
def stoppable(again: str) -> Iterator[None]:
    """Both signals end the block as KeyboardInterrupt, and the command with a line that names the command `again`."""
    former = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        err.print(f"[yellow]Stopped.[/] What was done is kept; the rest is done by: {escape(again)}", soft_wrap=True)
        raise typer.Exit(STOPPED) from None
    finally:
        signal.signal(signal.SIGTERM, former)
