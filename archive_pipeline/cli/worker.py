"""`archive-pipeline worker`: does runs of an archive that several machines work on."""

from typing import Annotated

import typer

from archive_pipeline.automation.broker import reach_broker
from archive_pipeline.cli.console import err, explained
from archive_pipeline.counting import counted
from archive_pipeline.settings import Settings


def worker(
    queue: Annotated[
        list[str], typer.Option("--queue", help="Runs of this queue: cpu, gpu; may be given more than once.")
    ],
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Runs at once; default: ARCHIVE_JOBS, else one a core.")
    ] = None,
) -> None:
    """Do runs that the daemon hands out (ARCHIVE_BROKER_URL), on as many machines as there are.

    SIGTERM and Ctrl+C: no more are taken, those at work are ended well; a second one ends them at once, and they are
    started again elsewhere. So are those of a worker that was killed, in under a minute.
    """
    settings = Settings()
    at_once = jobs or settings.videos_at_once
    with explained():
        reach_broker(settings)
        from archive_pipeline.automation.celery_worker import work

        err.print(f"Archive [bold]{settings.home}[/] · queues {', '.join(queue)} · {counted(at_once, 'run')} at once")
        code = work(settings, queue, at_once)
    raise typer.Exit(code)
