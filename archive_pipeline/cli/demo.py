"""`archive-pipeline demo`: a small simulated archive through the whole pipeline, and what one can ask of it."""

import time
from pathlib import Path
from typing import Annotated

import typer

from archive_pipeline.automation.ingestion import Request as IngestRequest
from archive_pipeline.automation.local_analyses import LocalAnalyses
from archive_pipeline.cli.answers import show_answer
from archive_pipeline.cli.bars import one_bar
from archive_pipeline.cli.console import explained, out
from archive_pipeline.cli.describe import run_describe
from archive_pipeline.cli.ingest import run_ingest
from archive_pipeline.cli.sql import result_table
from archive_pipeline.cli.targets import collection_of
from archive_pipeline.encoders import BUNDLED_MODEL
from archive_pipeline.resources.archive import Archive
from archive_pipeline.search.model import Filter
from archive_pipeline.search.request import Match, Request
from archive_pipeline.settings import Settings
from archive_pipeline.stages.archive_search import open_finder

_COMMAND = ".venv/bin/archive-pipeline"
_VIDEOS, _MINUTES, _SEED = 6, 0.66, 2026
_QUERIES: tuple[tuple[str, Match], ...] = (
    ("a red boat", "picture"),
    ("un tren amarillo en la montaña", "picture"),
    ("the teachers went on strike", "words"),
)
_STATISTICS = """
SELECT v.path AS video, round(s.duration_s, 1) AS seconds, s.n_classes AS classes, s.n_scenes AS scenes,
       s.n_shots AS shots, round(s.shots_per_minute, 1) AS "per min", round(s.realtime_factor, 1) AS "× real time"
FROM video_statistics AS s JOIN videos AS v USING (video_id) WHERE v.collection = 'demo' ORDER BY v.path
"""
_CONCEPTS = """
SELECT vocabulary, string_agg(concept || ' ' || n, ', ' ORDER BY n DESC) AS "shots in which each comes first"
FROM (SELECT vocabulary, concept, count(*) AS n FROM concepts JOIN videos USING (video_id)
      WHERE rank = 1 AND collection = 'demo' GROUP BY ALL)
GROUP BY vocabulary ORDER BY vocabulary
"""


def demo(
    keep: Annotated[bool, typer.Option(help="Use the simulated videos of an earlier demo.")] = True,
) -> None:
    """Simulate a small archive, ingest it through Dagster, count it in DuckDB and search it in two languages."""
    settings = Settings()
    started = time.monotonic()
    with explained():
        out.rule("1 · a small archive, drawn and edited here")
        videos = _simulated(settings, settings.home / "demo", keep)
        out.rule("2 · every video through Dagster")
        collection = collection_of(settings, str(videos), name="demo", model=BUNDLED_MODEL, fps=None)
        code, _ = run_ingest(settings, collection, IngestRequest(jobs=settings.videos_at_once))
        out.rule("3 · what is in the shots, in words")
        run_describe(LocalAnalyses(Archive(), collection), jobs=settings.videos_at_once)
        out.rule("4 · statistics, from DuckDB")
        for statistics in (_STATISTICS, _CONCEPTS):
            _show_statistics(settings, statistics)
        out.rule("5 · shots, found by what is seen and by what is said")
        _show_shots(settings)
        out.rule("6 · your turn")
        _show_next_steps(settings, time.monotonic() - started)
    raise typer.Exit(code)


def _simulated(settings: Settings, folder: Path, keep: bool) -> Path:
    """The folder of the simulated videos; made unless it is there already."""
    from archive_pipeline.media.ffmpeg import find_ffmpeg
    from archive_pipeline.simulator.archive import simulate

    videos = folder / "videos"
    if keep and len(list(videos.glob("*.mp4"))) == _VIDEOS:
        out.print(f"Using the {_VIDEOS} videos in {videos}.")
        return videos
    with one_bar(f"drawing {_VIDEOS} newsreels", "simulate"):
        simulate(folder, _VIDEOS, _MINUTES, _SEED, ffmpeg=find_ffmpeg(settings.ffmpeg), jobs=settings.videos_at_once)
    return videos


def _show_statistics(settings: Settings, query: str) -> None:
    from archive_pipeline.warehouse import open_database

    with open_database(settings.database_link) as connection:
        out.print(result_table(connection.sql(query)))


def _show_shots(settings: Settings) -> None:
    with open_finder(settings) as finder:
        for query, match in _QUERIES:
            out.print(f"[bold]{_COMMAND} search '{query}' --collection demo --match {match}[/]", soft_wrap=True)
            show_answer(finder.find(Request(query, limit=3, match=match, filter=Filter(collections=("demo",)))), None)
    out.print(
        "[dim]Without --match, pictures and words count together. The number is the cosine of picture and question.[/]"
    )


def _show_next_steps(settings: Settings, seconds: float) -> None:
    out.print(f"Done in {seconds:.0f} s. Everything that was written lies in {settings.home}.", soft_wrap=True)
    steps = (
        ("find shots, on a page", f"{_COMMAND} web", "then http://127.0.0.1:8080, in English and Spanish"),
        ("and in a terminal", f"{_COMMAND} search 'a red boat'", "--image, --like, --by-video, …: see --help"),
        ("the Dagster UI", "make dev", "then http://127.0.0.1:3000"),
        ("your own videos", f"{_COMMAND} ingest FOLDER", f"without a network: --model {BUNDLED_MODEL}"),
        ("read what is written", f"{_COMMAND} describe demo --only visible_text", "a second or two a shot"),
        ("what is ready, what failed", f"{_COMMAND} status", ""),
        ("ask DuckDB", f"{_COMMAND} sql 'FROM collection_totals'", f"or any client on {settings.database_link}"),
    )
    for what, how, remark in steps:
        out.print(f"{what:<27}[bold]{how}[/]  [dim]{remark}[/]", soft_wrap=True)
