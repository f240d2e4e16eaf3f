"""A progress bar for one long piece of work that reports its share done (`progress.report`)."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from archive_pipeline.cli.console import err
from archive_pipeline.progress import listening


@contextmanager
def one_bar(what: str, stage: str, *, transient: bool = False) -> Iterator[None]:
    """Show a bar on stderr while the block runs, and afterwards unless `transient`; it follows what is reported as
    `stage`."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, transient=transient) as bars:
        task = bars.add_task(what, total=1.0)

        def show(reported: str, share: float | None) -> None:
            if reported == stage and share is not None:
                bars.update(task, completed=share)

        with listening(show):
            yield
        bars.update(task, completed=1.0)
