"""All commands, each in a module of its own."""

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

import archive_pipeline
from archive_pipeline.automation.library_logs import choose_logs
from archive_pipeline.cli.bench import bench
from archive_pipeline.cli.collections import collections
from archive_pipeline.cli.concepts import concepts
from archive_pipeline.cli.console import EXIT_CODES, explained
from archive_pipeline.cli.demo import demo
from archive_pipeline.cli.describe import describe
from archive_pipeline.cli.dev import dev
from archive_pipeline.cli.doctor import doctor
from archive_pipeline.cli.encoder import encoder
from archive_pipeline.cli.evaluate import evaluate
from archive_pipeline.cli.ingest import ingest
from archive_pipeline.cli.playground import playground
from archive_pipeline.cli.policies import policies
from archive_pipeline.cli.rebuild import rebuild
from archive_pipeline.cli.repair import repair
from archive_pipeline.cli.search import search
from archive_pipeline.cli.simulate import simulate
from archive_pipeline.cli.sql import sql
from archive_pipeline.cli.status import status
from archive_pipeline.cli.vlm import vlm
from archive_pipeline.cli.vocabularies import vocabularies
from archive_pipeline.cli.web import web
from archive_pipeline.cli.worker import worker


class _Explaining(TyperGroup):
    """What the operating system refuses, and whatever else people are meant to read, ends a command with a sentence."""

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
    version: Annotated[  # noqa: ARG001 (its callback answers)
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Version and date.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", envvar="ARCHIVE_VERBOSE", help="Also show what libraries log.")
    ] = False,
) -> None:
    choose_logs(verbose)


_WORK = (ingest, describe, search, status, sql, dev, worker, web, demo, playground, simulate, evaluate, bench)
_CARE = (doctor, repair, rebuild)
for command in (*_WORK, *_CARE):
    app.command()(command)
app.add_typer(collections, name="collections")
app.add_typer(concepts, name="concepts")
app.add_typer(vocabularies, name="vocabularies")
app.add_typer(policies, name="policies")
app.add_typer(encoder, name="encoder")
app.add_typer(vlm, name="vlm")
