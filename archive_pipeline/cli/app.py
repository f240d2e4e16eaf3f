"""All commands, each in a module of its own, which is imported when the command is asked for."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

import archive_pipeline
from archive_pipeline.automation.library_logs import choose_logs
from archive_pipeline.cli.console import EXIT_CODES, explained

_WORK = (
    "ingest", "describe", "organise", "search", "export", "status", "sql", "dev", "worker", "web", "demo", "playground",
    "simulate", "evaluate", "judgements", "bench",
)  # fmt: skip
_CARE = ("doctor", "repair", "rebuild")
_GROUPS = ("collections", "concepts", "vocabularies", "policies", "encoder", "vlm")
NAMES = (*_WORK, *_CARE, *_GROUPS)
"""In the order of `--help`; each is a function, or a group of them, in the module of the same name."""


class _Commands(Mapping[str, Any]):
    """Click's commands by name. What `ingest` imports costs two seconds of a core, which `status` need not pay."""

    def __getitem__(self, name: str) -> Any:
        if name not in NAMES:
            raise KeyError(name)
        return _command(name)

    def __iter__(self) -> Iterator[str]:
        return iter(NAMES)

    def __len__(self) -> int:
        return len(NAMES)


@cache
def _command(name: str) -> Any:
    found = getattr(import_module(f"archive_pipeline.cli.{name}"), name)
    alone = typer.Typer()
    if isinstance(found, typer.Typer):
        alone.add_typer(found, name=name)
    else:
        alone.command()(found)
    return get_group(alone).commands[name]


class _Explaining(TyperGroup):
    """What the operating system refuses, and whatever else people are meant to read, ends a command with a sentence."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**{**attributes, "commands": _Commands()})

    def invoke(self, ctx: typer.Context) -> Any:  # type: ignore[override]
        with explained():
            return super().invoke(ctx)


app = typer.Typer(
    cls=_Explaining,
    help="Make a video archive searchable, watchable and countable.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _tell_version(asked: bool) -> None:
    if asked:
        typer.echo(f"archive-pipeline {archive_pipeline.__version__} ({archive_pipeline.__date__})")
        raise typer.Exit


@app.callback()
def _options(
    context: typer.Context,
    version: Annotated[  # noqa: ARG001 (its callback answers)
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Version and date.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", envvar="ARCHIVE_VERBOSE", help="Also show what libraries log.")
    ] = False,
    embargoed: Annotated[
        bool,
        typer.Option("--embargoed", help="`search`, `export` and `sql` also read what collections withhold (embargo)."),
    ] = False,
) -> None:
    choose_logs(verbose)
    if embargoed:
        from archive_pipeline.collections.embargo import cleared

        before = cleared.set(True)
        context.call_on_close(lambda: cleared.reset(before))
