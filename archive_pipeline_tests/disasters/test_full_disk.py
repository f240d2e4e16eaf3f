"""The disk of the archive is full: one clear sentence, nothing of before is lost, and with room again all is done."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive_pipeline_tests.pipeline.conftest import empty_site
from archive_pipeline_tests.pipeline.site import NAME, Site
from archive_pipeline_tests.small_disks import fill, small_disk
from archive_pipeline_tests.thorough import thorough

_LEFT_KB = (0, 64, 1_000, 10_000, 60_000, 120_000)
"""Room that is left: what runs out first is Dagster's history, the catalogue, a table, the index, the database."""


@pytest.fixture(params=["tmpfs", pytest.param("ext4", marks=pytest.mark.verify)])
def small(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """An archive on a file system of 900 MB."""
    with small_disk(request.param, tmp_path, megabytes=900) as disk:
        yield empty_site(disk, monkeypatch)


def command(*words: str) -> tuple[int, str, str]:
    done = subprocess.run([sys.executable, "-m", "archive_pipeline", *words], capture_output=True, text=True)
    return done.returncode, done.stdout, " ".join(done.stderr.split())


def full_and_roomy_again(small: Site, clips: dict[str, Path], left_kb: int) -> None:
    small.add(clips["first"])
    code, _, said = command("ingest", NAME)
    assert code == 0, said
    small.add(clips["second"])
    small.add(clips["third"])
    ballast = fill(small.home, left_kb)
    code, out, said = command("ingest", NAME, "--jobs", "1")
    assert code in (1, 3), (code, out, said)
    assert "disk_full" in said + out, said
    assert "has no room left" in said + " ".join(out.split())
    assert "Traceback" not in said
    code, out, said = command("sql", "--json", "SELECT video_id FROM videos WHERE status = 'ready' ORDER BY ALL")
    assert code == 0, said
    assert {"video_id": f"{NAME}/first.mp4"} in json.loads(out)
    code, out, said = command("search", "a red boat", "--json")
    assert code == 0, said
    assert json.loads(out)["shots"]
    assert command("doctor")[0] == 1
    ballast.unlink()
    code, _, said = command("ingest", NAME)
    assert code == 0, said
    assert small.rows("SELECT count(*) FROM videos WHERE status = 'ready'") == [(3,)]
    assert small.rows("SELECT count(*) FROM failures") == [(0,)]
    (points,) = small.points().values()
    assert len(points) == small.rows("SELECT count(*) FROM shots")[0][0]


@thorough
def test_an_ingest_on_a_full_disk(small: Site, clips: dict[str, Path]) -> None:
    full_and_roomy_again(small, clips, 0)


@pytest.mark.verify
@pytest.mark.parametrize("left_kb", _LEFT_KB)
def test_an_ingest_on_a_disk_that_becomes_full(small: Site, clips: dict[str, Path], left_kb: int) -> None:
    full_and_roomy_again(small, clips, left_kb)


@thorough
def test_a_place_that_may_not_be_written(site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("somebody's")
    monkeypatch.setenv("ARCHIVE_HOME", str(in_the_way / "home"))
    monkeypatch.delenv("DAGSTER_HOME")
    code, _, said = command("ingest", str(site.source), "--model", "archive-tiny")
    assert (code, "Traceback" in said) == (1, False)
    assert f"{in_the_way} is a file where a folder should be" in said
