"""`archive-pipeline concepts`: how sentences share the probability for one picture."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from archive_pipeline.cli.console import explained, out, print_json
from archive_pipeline.collections.collection_files import load_collections
from archive_pipeline.encoders import BUNDLED_MODEL, canonical
from archive_pipeline.errors import ConfigurationError
from archive_pipeline.language.concepts.phrase_vectors import Vectors
from archive_pipeline.search.picture import MOST_PICTURE_BYTES, read_picture
from archive_pipeline.settings import Settings
from archive_pipeline.stages.archive_search import open_finder
from archive_pipeline.stages.phrase_comparison import Compared, compare_phrases, picture_vector, shot_vector
from archive_pipeline.store.lake import Lake

concepts = typer.Typer(help="Concepts of shots, and the wordings behind them.", no_args_is_help=True)

_BAR = 40  # columns


@concepts.callback()
def _group() -> None:
    """A group of commands, even while it has one."""


@concepts.command()
def compare(
    picture: Annotated[str, typer.Argument(help="A picture's file, or the id of a shot.", metavar="IMAGE_OR_SHOT")],
    phrases: Annotated[list[str], typer.Argument(help="Sentences that compete, two or more.")],
    model: Annotated[
        str | None, typer.Option(help="Encoder that looks at a picture; default: the one of the collections.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show how competing sentences share the probability for one picture or shot.

    A model answers only which sentence fits best among those given: try the wording of a vocabulary here first.
    """
    settings = Settings()
    with explained(as_json):
        name, vector = _seen(picture, model, settings)
        compared = compare_phrases(vector, phrases, name, settings.device)
    if as_json:
        print_json({"model": name, "phrases": [asdict(one) for one in compared]})
    else:
        _show(compared)
        out.print(f"[dim]{name}[/]")


def _seen(picture: str, model: str | None, settings: Settings) -> tuple[str, Vectors]:
    """The encoder and what it made of the picture or shot."""
    file = Path(picture).expanduser()
    if file.is_file():
        with file.open("rb") as stream:
            jpeg = read_picture(stream.read(MOST_PICTURE_BYTES + 1)).jpeg
        name = canonical(model) if model else _only_model(settings)
        return name, picture_vector(jpeg, name, settings.device)
    with open_finder(settings) as finder:
        return shot_vector(finder, Lake(settings.lake_place), picture)


def _only_model(settings: Settings) -> str:
    models = sorted({collection.model for collection in load_collections(settings.collection_folders)[0]})
    if len(models) > 1:
        raise ConfigurationError("several_models", f"The collections have several models: choose --model of {models}.")
    return models[0] if models else BUNDLED_MODEL


def _show(compared: list[Compared]) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for one in sorted(compared, key=lambda one: -one.probability):
        bar = "█" * round(_BAR * one.probability)
        alone = "" if one.match is None else f", alone {one.match:.2%}".replace("%", " %")
        share = f"{one.probability:.1%}".replace("%", " %")
        table.add_row(Text(one.phrase), share, Text(bar), f"[dim]{one.cosine:.3f}{alone}[/]")
    out.print(table)
