"""The truth of an archive that the simulator made."""

from pathlib import Path
from typing import Any

import polars as pl

from archive_pipeline.evaluation.absence import absent_questions
from archive_pipeline.evaluation.boundaries import Boundaries
from archive_pipeline.evaluation.questions import graded_queries
from archive_pipeline.evaluation.sequences import sequence_queries
from archive_pipeline.evaluation.spoken import Said, word_queries
from archive_pipeline.evaluation.truth import Span, TrueLine, TrueReuse, TrueShot, Truth, VideoTruth
from archive_pipeline.simulator.topics import Topic
from archive_pipeline.simulator.truth import Truth as Tables
from archive_pipeline.simulator.truth import facts_of, read_truth

_SPOKEN = (
    "path",
    pl.col("start_s_of_shot").alias("start_s"),
    pl.col("end_s_of_shot").alias("end_s"),
    "people",
    "event",
    "language",
)


def simulated_truth(archive: Path, seed: int) -> Truth:
    """Read the truth that lies beside the videos; `seed` draws the queries. ConfigurationError `no_truth`."""
    tables = read_truth(archive)
    cuts = tables.cuts.partition_by("path", as_dict=True)
    shots = tables.shots.sort("path", "shot").partition_by("path", as_dict=True)
    videos = {
        path: VideoTruth(
            boundaries_of(cuts.get((path,), tables.cuts.clear())),
            _semantic(cuts.get((path,), tables.cuts.clear())),
            tuple(_shot(row) for row in shots[(path,)].to_dicts()),
            _lines(tables.texts.filter(path=path), frame_rate) if tables.texts.height else None,
        )
        for path, frame_rate in tables.videos.select("path", "frame_rate").sort("path").rows()
    }
    every = [shot for video in videos.values() for shot in video.shots or ()]
    return Truth(
        f"simulated archive {archive.name}",
        videos,
        tuple(graded_queries(every, seed)),
        tuple(word_queries(every, _said(tables), seed)),
        tuple(sequence_queries(every, seed)),
        tuple(absent_questions(every, seed)),
        tuple(_reuse(row) for row in tables.reuses.to_dicts()),
    )


def _said(tables: Tables) -> Said:
    spoken = tables.speech.join(tables.shots, on=["path", "shot"], suffix="_of_shot", maintain_order="left")
    return {
        _span(row): (Topic(row["people"], row["event"]), row["language"]) for row in spoken.select(_SPOKEN).to_dicts()
    }


def boundaries_of(cuts: pl.DataFrame) -> Boundaries:
    """The rows of one video in the table `cuts` of the truth."""
    hard = cuts.filter(kind="hard")["start_frame"]
    gradual = cuts.filter(kind="gradual").select("start_frame", "end_frame").rows()
    return Boundaries(tuple(map(float, hard)), tuple((float(start), float(end)) for start, end in gradual))


def _semantic(cuts: pl.DataFrame) -> tuple[tuple[float, float], ...]:
    return tuple(cuts.filter(kind="semantic").select("start_s", "end_s").rows())


def _lines(texts: pl.DataFrame, frame_rate: float) -> tuple[TrueLine, ...]:
    rows = texts.select("kind", "text", "start_s", "end_s").rows()
    return tuple(
        TrueLine(kind, text, start_s, end_s, frame_rate if kind == "timecode" else None)
        for kind, text, start_s, end_s in rows
    )


def _span(row: dict[str, object]) -> Span:
    return Span(str(row["path"]), float(str(row["start_s"])), float(str(row["end_s"])))


def _reuse(row: dict[str, Any]) -> TrueReuse:
    here = Span(row["path"], row["start_s"], row["end_s"])
    there = Span(row["other_path"], row["other_start_s"], row["other_end_s"])
    return TrueReuse(here, there, row["disturbance"], row["mirrored"], row["moves"])


def _shot(row: dict[str, object]) -> TrueShot:
    facts = facts_of(row)
    return TrueShot(_span(row), facts.card or f"place {row['class']}", int(str(row["scene"])), facts)
