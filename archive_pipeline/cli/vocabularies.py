"""`archive-pipeline vocabularies`: the words that shots are scored against, checked and tried before they are used."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from archive_pipeline.cli.console import CANNOT, explained, out, print_json, show_problems
from archive_pipeline.cli.tables import WholeTable
from archive_pipeline.collections.collection_files import find_collection
from archive_pipeline.counting import counted
from archive_pipeline.errors import ConfigurationError
from archive_pipeline.language.concepts.vocabulary import Vocabulary
from archive_pipeline.language.concepts.vocabulary_files import (
    chosen,
    load_vocabularies,
    read_vocabulary,
    shipped_vocabularies,
)
from archive_pipeline.settings import Settings
from archive_pipeline.stages.vocabulary_trial import TriedVocabulary, try_on
from archive_pipeline.timecode import format_timecode

vocabularies = typer.Typer(
    help="The words that shots are scored against: YAML files, shipped and your own.", no_args_is_help=True
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@vocabularies.command("list")
def list_vocabularies(as_json: AsJson = False) -> None:
    """List the shipped vocabularies and your own."""
    known, problems = load_vocabularies(Settings().own_vocabularies)
    if as_json:
        print_json([vocabulary.model_dump(mode="json") for vocabulary in known.values()])
    else:
        shipped = shipped_vocabularies()
        table = WholeTable(
            "name", "title", "kind", "concepts", "for model", "", texts=("name", "title", "kind", "for model", "")
        )
        for v in known.values():
            whose = "shipped" if shipped.get(v.name) == v else "your own"
            table.add_row(v.name, escape(v.title_in("en")), v.kind, str(len(v.entries)), v.model or "any", whose)
        out.print(table)
    show_problems(problems)


@vocabularies.command()
def check(
    files: Annotated[list[Path] | None, typer.Argument(help="Files; default: all that there are.")] = None,
    as_json: AsJson = False,
) -> None:
    """Check vocabulary files: wrong keys and values, with file and line."""
    if files:
        read = [read_vocabulary(file) for file in files]
        problems = [problem for found in read if not isinstance(found, Vocabulary) for problem in found]
        n_right = sum(isinstance(found, Vocabulary) for found in read)
    else:
        known, problems = load_vocabularies(Settings().own_vocabularies)
        n_right = len(known)
    if as_json:
        print_json([{"file": str(p.file), "line": p.line, "message": p.message} for p in problems])
    else:
        show_problems(problems)
        out.print(f"Vocabularies that are right: {n_right}; problems: {len(problems)}.")
    if problems:
        raise typer.Exit(CANNOT)


@vocabularies.command("try")
def try_file(
    file: Annotated[str, typer.Argument(help="A vocabulary's file, or the name of one that is there.")],
    collection: Annotated[str, typer.Argument(help="An ingested collection.")],
    shots: Annotated[int, typer.Option(help="Try it on at most so many shots.", min=1)] = 20_000,
    pictures: Annotated[int, typer.Option(help="…or keyframes, where it has a model of its own.", min=1)] = 500,
    best: Annotated[int, typer.Option(help="How many of each concept's best shots to name.", min=1)] = 3,
    as_json: AsJson = False,
) -> None:
    """Show what a wording would select in a collection, before it is adopted. Nothing is stored.

    For each concept: the share of shots in which it would hold, in which it is the best one, how far its phrasings
    agree (the mean correlation of their scores; 1: all rank the shots alike), the phrasing that agrees least with the
    others, and the best shots.
    """
    settings = Settings()
    with explained(as_json):
        described = find_collection(collection, settings.collection_folders)
        vocabulary = _vocabulary(file, settings)
        tried = try_on(vocabulary, described, settings, shots, pictures, best)
    if as_json:
        print_json(_as_json(tried))
    else:
        _show(vocabulary, tried)


def _vocabulary(file: str, settings: Settings) -> Vocabulary:
    if not Path(file).is_file():
        known, problems = load_vocabularies(settings.own_vocabularies)
        return chosen([file], known, problems)[0]
    read = read_vocabulary(Path(file))
    if isinstance(read, Vocabulary):
        return read
    raise ConfigurationError("wrong_vocabulary", "; ".join(map(str, read)))


def _show(vocabulary: Vocabulary, tried: TriedVocabulary) -> None:
    headings = ("concept", "holds", "is best", "agreement", "agrees least", "best shots")
    table = WholeTable(*headings, texts=("concept", "agrees least", "best shots"))
    for trial in tried.trials:
        named = f"  {trial.concept}" if trial.parent else trial.concept
        table.add_row(
            named,
            _percent(trial.share_held),
            _percent(trial.share_first),
            "" if trial.agreement is None else f"{trial.agreement:.2f}",
            escape(trial.odd_one or ""),
            "\n".join(_shot(tried, row, score) for row, score in trial.best),
        )
    out.print(table)
    n_videos = tried.shots["video_id"].n_unique()
    out.print(f"[dim]{counted(tried.shots.height, 'shot')} of {counted(n_videos, 'video')}[/]")
    if tried.undecided is not None:
        least = vocabulary.holds_from
        out.print(f"Nothing holds in {_percent(tried.undecided)} of them (the threshold is {least:g}).")


def _shot(tried: TriedVocabulary, row: int, score: float) -> str:
    shot = tried.shots.row(row, named=True)
    return f"{score:.2f} {escape(shot['video_id'])} {format_timecode(shot['start_s'])}"


def _as_json(tried: TriedVocabulary) -> dict[str, object]:
    trials = [
        {
            **asdict(trial),
            "best": [{"score": score, **tried.shots.row(row, named=True)} for row, score in trial.best],
        }
        for trial in tried.trials
    ]
    return {"concepts": trials, "shots": tried.shots.height, "undecided": tried.undecided}


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}".replace("%", " %")
