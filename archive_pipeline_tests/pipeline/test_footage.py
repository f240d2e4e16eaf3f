"""The main job on real footage, as a person starts it: one command, 34 videos ready, 2 failed and named; or four."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from archive_pipeline.search.configured import open_index
from archive_pipeline.settings import child_environment
from archive_pipeline.store.catalogue import Catalogue
from archive_pipeline.store.lake import Lake
from archive_pipeline_tests.thorough import brief, thorough

FAILED = {"footage/bee_hls_encrypted.ts": "unreadable", "footage/sintel_audio_only.mp4": "no_video_stream"}


@dataclass(frozen=True)
class Expected:
    """What is known of the clips beforehand; all but `FAILED` become ready."""

    n_clips: int
    n_ignored: int
    hours: tuple[float, float]  # more than, less than
    n_hard_cuts: int  # at least so many true ones have a shot boundary within a third of a second

    @property
    def n_ready(self) -> int:
        return self.n_clips - len(FAILED)


ALL = Expected(n_clips=36, n_ignored=5, hours=(0.1, 0.13), n_hard_cuts=30)
"""The whole folder; what is ignored are three JSON files, the captions and the licence."""

FEW_FILES = (
    "bbb_first30s.webm", "city_night.mpg", "nasa_13013_rotated.mp4", "asl_bird.mkv", "bee_hls_encrypted.ts",
    "sintel_audio_only.mp4", "shots.json",
)  # fmt: skip
FEW = Expected(n_clips=6, n_ignored=1, hours=(0.01, 0.012), n_hard_cuts=4)
"""A clip of each kind: VP8, MPEG-1 with oblong pixels, one that is turned, Matroska; and both that fail."""


class Ingested:
    """The archive after `archive-pipeline ingest ../shared/footage --model archive-tiny`."""

    def __init__(self, home: Path, footage: Path, expected: Expected) -> None:
        self.home = home
        self.footage = footage
        self.expected = expected
        self.environment = child_environment(
            {
                "ARCHIVE_HOME": str(home),
                "ARCHIVE_COLLECTIONS": str(home / "none"),
                "DAGSTER_HOME": str(home / "dagster"),
            }
        )
        self.first = self.command("ingest", str(footage), "--model", "archive-tiny", "--json")

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "archive_pipeline", *words],
            env=self.environment, capture_output=True, text=True, timeout=900, check=False,
        )  # fmt: skip

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str((self.home / "archive.duckdb").resolve()), read_only=True) as connection:
            return connection.execute(query).fetchall()


@pytest.fixture(scope="module", params=[pytest.param("few", marks=brief), pytest.param("all", marks=thorough)])
def ingested(
    request: pytest.FixtureRequest, footage: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ingested]:
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "all":
        yield Ingested(folder, footage, ALL)
        return
    (few := folder / "footage").mkdir()
    for name in FEW_FILES:
        shutil.copyfile(footage / name, few / name)
    yield Ingested(folder / "home", few, FEW)


def test_34_videos_are_ready_and_2_failed_with_code_and_sentence(ingested: Ingested) -> None:
    n_clips, n_ready = ingested.expected.n_clips, ingested.expected.n_ready
    report = json.loads(ingested.first.stdout)
    assert ingested.first.returncode == 3, ingested.first.stderr
    assert (report["ready"], report["ran"], report["published"]) == (n_ready, n_clips, True)
    assert {video["video_id"]: video["error_code"] for video in report["failed"]} == FAILED
    assert report["ignored"] == ingested.expected.n_ignored
    for code in FAILED.values():
        assert code in ingested.first.stderr
    assert ingested.rows("SELECT status, count(*) FROM videos GROUP BY status ORDER BY status") == [
        ("failed", 2),
        ("ready", n_ready),
    ]
    assert dict(ingested.rows("SELECT video_id, error_code FROM failures")) == FAILED
    assert all(error.endswith(".") for (error,) in ingested.rows("SELECT error FROM videos WHERE status = 'failed'"))


def test_sizes_and_durations_are_those_of_the_manifest(ingested: Ingested, manifest: dict[str, dict[str, Any]]) -> None:
    rows = ingested.rows(
        "SELECT path, sha256, bytes, width, height, rotation, n_source_frames, video_codec, has_audio FROM videos"
        " WHERE status = 'ready'"
    )
    for path, sha256, size, width, height, rotation, n_frames, codec, has_audio in rows:
        clip = manifest[path]
        assert (sha256, size, codec) == (clip["sha256"], clip["bytes"], clip["video_codec"]), path
        coded = (clip["width"], clip["height"])
        turned = coded[::-1] if (clip["rotation"] or 0) % 180 == 90 else coded
        assert (width, height) == turned or path == "city_night.mpg", path  # its pixels are not square
        assert n_frames == clip["decoded_frames"], path
        assert has_audio == bool(clip["audio_codecs"]), path
        assert bool(rotation) == bool(clip["rotation"]), path


def test_every_invariant_holds_for_all_of_them(ingested: Ingested) -> None:
    lake = Lake(ingested.home / "lake")
    entries = Catalogue(ingested.home / "catalogue.sqlite").entries("footage")
    with open_index(ingested.home / "qdrant", None, None) as index:
        (space,) = index.spaces()
        for entry in (entry for entry in entries if entry.status == "ready"):
            shots = lake.read("shots", entry.name).sort("shot")
            start_s, end_s = lake.read("decoding", entry.name, ["start_s", "end_s"]).row(0)
            assert shots["start_s"][0] == start_s
            assert shots["end_s"][-1] == end_s
            assert shots["start_s"][1:].equals(shots["end_s"][:-1], check_names=False)
            assert (shots["end_s"] > shots["start_s"]).all()
            times = lake.read("pictures", entry.name, ["pts_s"])["pts_s"]
            assert (times.diff().drop_nulls() > 0).all()
            lengths = lake.read("embeddings", entry.name)["embedding"].list.eval(pl.element() ** 2).list.sum().sqrt()
            assert ((lengths - 1).abs() < 1e-3).all()
            assert set(index.video_points(space, entry.name.video_id)) == set(shots["shot_id"])
        assert index.count(space) == ingested.rows("SELECT count(*) FROM shots")[0][0]
    astray = """
        FROM shots AS s LEFT JOIN scenes AS c USING (video_id, scene)
        WHERE c.scene IS NULL OR s.class <> c.class OR s.start_s < c.start_s OR s.end_s > c.end_s
    """
    assert ingested.rows(astray) == []


def test_shot_boundaries_near_a_true_hard_cut_lie_on_its_very_frame(
    ingested: Ingested, manifest: dict[str, dict[str, Any]]
) -> None:
    truth = json.loads((ingested.footage / "shots.json").read_text(encoding="utf-8"))
    near = exact = 0
    for name, known in truth.items():
        if not isinstance(known, dict) or "hard_cuts" not in known:
            continue
        if not (ingested.footage / name).exists():
            continue
        numerator, denominator = map(int, manifest[name]["avg_frame_rate"].split("/"))
        frame_s = denominator / numerator
        starts = [s for (s,) in ingested.rows(f"SELECT start_s FROM shots WHERE video_id = 'footage/{name}'")]
        first_s = min(starts)
        for cut in known["hard_cuts"]:
            cut_s = first_s + cut * frame_s
            distance_s = min(abs(start - cut_s) for start in starts)
            if distance_s <= 1 / 3:
                near += 1
                exact += distance_s < frame_s / 2
    assert near >= ingested.expected.n_hard_cuts
    assert exact / near >= 0.95, f"{exact} of {near}"


def test_a_second_ingest_finds_nothing_to_do(ingested: Ingested) -> None:
    before = ingested.rows("FROM shots ORDER BY ALL")
    again = ingested.command("ingest", "footage", "--json")
    report = json.loads(again.stdout)
    assert report["ran"] == 0
    assert (report["unchanged"], report["failed_permanent"]) == (ingested.expected.n_ready, 2)
    assert ingested.rows("FROM shots ORDER BY ALL") == before


@thorough
def test_status_scan_list_and_doctor_answer_scripts(ingested: Ingested) -> None:
    n_ready, (more_than_h, less_than_h) = ingested.expected.n_ready, ingested.expected.hours
    status = json.loads(ingested.command("status", "--json").stdout)
    (collection,) = status["collections"]
    assert (collection["ready"], collection["failed"], collection["missing"]) == (n_ready, 2, 0)
    assert more_than_h < collection["hours"] < less_than_h
    scan = ingested.command("collections", "scan", "footage", "--json")
    assert scan.returncode == 0
    assert json.loads(scan.stdout)["unchanged"] == n_ready
    (listed,) = json.loads(ingested.command("collections", "list", "--json").stdout)
    assert listed["name"] == "footage"
    findings = {finding["what"]: finding for finding in json.loads(ingested.command("doctor", "--json").stdout)}
    assert findings["ffmpeg"]["verdict"] == findings["model archive-tiny"]["verdict"] == "ok"
    answer = ingested.command("sql", "SELECT n_ready FROM collection_totals", "--json")
    assert json.loads(answer.stdout) == [{"n_ready": n_ready}]


@thorough
def test_a_model_that_cannot_be_had_is_said_before_any_work(footage: Path, tmp_path: Path) -> None:
    changes = {"ARCHIVE_HOME": str(tmp_path), "ARCHIVE_COLLECTIONS": str(tmp_path / "none"), "HF_HUB_OFFLINE": "1"}
    environment = child_environment(changes | {"DAGSTER_HOME": str(tmp_path / "dagster")})
    answer = subprocess.run(
        [sys.executable, "-m", "archive_pipeline", "ingest", str(footage)],
        env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert answer.returncode == 1
    assert "model_unavailable" in answer.stderr
    assert "--model archive-tiny" in answer.stderr
    assert not (tmp_path / "catalogue.sqlite").exists()
    assert not (tmp_path / "collections").exists()
