"""What the commands print with, and what their exit codes mean."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import typer
from rich.console import Console
from rich.markup import escape

from archive_pipeline.collections.yaml_files import FileProblem
from archive_pipeline.errors import ArchiveError, UnknownNameError
from archive_pipeline.system_errors import system_error

OK = 0
CANNOT = 1  # nothing was done: a wrong file, a missing model, an unknown collection
USAGE = 2  # Typer's own
SOME_FAILED = 3  # the work is done, and some videos failed
ASKS = 4  # stopped before it could harm: the source is missing, or too much vanished at once
STOPPED = 130  # by Ctrl+C or SIGTERM, as shells say it

EXIT_CODES = """Exit codes: 0 done · 1 nothing could be done · 2 wrong usage · 3 done, and some videos failed ·
4 stopped and asks (source missing, or too many videos vanished at once) · 130 stopped by a person"""

out = Console(highlight=False)
"""Results: what a script would read."""

err = Console(stderr=True, highlight=False)
"""Progress, notices and errors."""


def print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def fail(error: ArchiveError, as_json: bool = False) -> NoReturn:
    """Say what is wrong and what to do, with the code that scripts look for."""
    if as_json:
        near = {"near": error.near} if isinstance(error, UnknownNameError) else {}
        print_json({"error_code": error.code, "message": error.message, **near})
    err.print(f"[bold red]{error.code}[/]: {escape(error.message)}", soft_wrap=True)
    raise typer.Exit(CANNOT)


def show_problems(problems: Iterable[FileProblem]) -> None:
    """What is wrong in files that people write, one line each."""
    for problem in problems:
        err.print(f"[red]{escape(str(problem))}[/]", soft_wrap=True)


@contextmanager
def explained(as_json: bool = False) -> Iterator[None]:
    """Errors that people are meant to read end the command with their sentence, not with a traceback."""
    try:
        yield
    except ArchiveError as error:
        fail(error, as_json)
    except Exception as error:
        if refused := system_error(error):
            fail(refused, as_json)
        raise


def hours(seconds: float) -> str:
    """`1:02:03`, as people say how long an archive is."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"


def size(n_bytes: float) -> str:
    for unit in ("bytes", "kB", "MB", "GB"):
        if n_bytes < 1000:
            return f"{n_bytes:.0f} {unit}" if unit == "bytes" or n_bytes >= 100 else f"{n_bytes:.1f} {unit}"
        n_bytes /= 1000
    return f"{n_bytes:.1f} TB"
