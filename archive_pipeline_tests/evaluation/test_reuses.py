"""How found footage is judged; and how good it is, on an archive that no choice was made on."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from archive_pipeline.cli import app
from archive_pipeline.evaluation.reuses import FoundReuse, reuse_scores
from archive_pipeline.evaluation.truth import Span, TrueReuse
from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.simulator.archive import simulate

TRUE = [
    TrueReuse(Span("b", 10, 20), Span("a", 50, 60), "cropped", mirrored=False, moves=True),
    TrueReuse(Span("c", 0, 5), Span("a", 5, 10), "mirrored", mirrored=True, moves=False),
]


def judged(*found: FoundReuse) -> dict[tuple[str, str], tuple[float, int]]:
    return {(one.task, one.metric): (one.value, one.n) for one in reuse_scores(TRUE, found)}


def test_either_side_counts_and_times_of_still_pictures_only_here() -> None:
    scores = judged(
        FoundReuse(Span("a", 50.4, 60), Span("b", 10, 19.3), mirrored=False),
        FoundReuse(Span("c", 0, 5), Span("a", 9, 14), mirrored=True),
    )
    assert scores["reuses", "precision"] == (1, 2)
    assert scores["reuses", "recall"] == (1, 2)
    assert scores["reuses_cropped", "times_within_half_s"] == (0.75, 4)
    assert scores["reuses_mirrored", "times_within_half_s"] == (1, 2)


def test_the_wrong_video_time_or_mirroring_is_wrong() -> None:
    scores = judged(
        FoundReuse(Span("b", 10, 20), Span("x", 50, 60), mirrored=False),
        FoundReuse(Span("b", 10, 14), Span("a", 50, 54), mirrored=False),
        FoundReuse(Span("b", 10, 20), Span("a", 70, 80), mirrored=False),
        FoundReuse(Span("b", 10, 20), Span("a", 50, 60), mirrored=True),
    )
    assert scores["reuses", "precision"] == (0, 4)
    assert scores["reuses", "recall"] == (0, 2)
    assert reuse_scores([], []) == []


@pytest.mark.verify
def test_sixty_programmes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A seed of its own, through the commands; prints a row for each disturbance."""
    monkeypatch.setenv("ARCHIVE_HOME", str(tmp_path / "home"))
    made = simulate(tmp_path / "sim", 60, 1.0, seed=9009, ffmpeg=find_ffmpeg(None), reuse=0.15)

    def told(*arguments: str) -> str:
        result = CliRunner().invoke(app, list(arguments))
        assert result.exit_code == 0, result.output
        return result.stdout

    told("ingest", str(made.videos), "--collection", "sim", "--model", "archive-tiny")
    told("describe", "sim", "--only", "reuses")
    rows = json.loads(told("evaluate", "sim", "--truth", str(tmp_path / "sim"), "--no-peers", "--json"))["scores"]
    scores = {(one["task"], one["metric"]): one["value"] for one in rows if one["task"].startswith("reuses")}
    print(*(f"{task} {metric} {value:.3f}" for (task, metric), value in scores.items()), sep="\n")
    assert scores["reuses", "precision"] >= 0.98
    assert scores["reuses", "recall"] >= 0.95
