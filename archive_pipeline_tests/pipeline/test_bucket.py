"""Two machines with homes of their own share one S3 bucket: what the one ingests, the other searches and publishes."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from archive_pipeline.settings import Settings
from archive_pipeline.store.catalogue import Catalogue, Entry
from archive_pipeline.store.lake import Lake
from archive_pipeline.web.archive import WebArchive
from archive_pipeline_tests.s3 import s3_server

_SECONDS_OF_FILM = 12
_COUNTED = """
import subprocess, sys
from archive_pipeline.automation.processor_time import of_descendants
with of_descendants() as used:
    subprocess.check_call([sys.executable, "-m", "archive_pipeline", "ingest", "films", "--jobs", "1", "--force"])
print(used.processor_s)
"""


def run(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "archive_pipeline", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def machine(root: Path, name: str) -> dict[str, str]:
    """The environment of a machine: a home, collections that all have, sources at a path of its own."""
    source = root / name / "films"
    source.parent.mkdir()
    source.symlink_to(root / "films")
    return {
        "ARCHIVE_HOME": str(root / name / "home"),
        "ARCHIVE_COLLECTIONS": str(root / "collections"),
        "ARCHIVE_RUNTIME": tempfile.mkdtemp(prefix="enc-"),  # short: a socket's path has 107 bytes
        "ARCHIVE_ENCODER_IDLE_S": "30",
        "ARCHIVE_SOURCES": json.dumps({"/mnt/nas": str(root / name)}),
    }


@pytest.fixture
def films(tmp_path: Path) -> int:
    """Two films and the file of their collection, which names a folder that no machine has."""
    run(
        {}, "simulate", str(tmp_path / "films"), "--videos", "2", "--minutes", str(_SECONDS_OF_FILM / 60), "--seed", "3"
    )
    (tmp_path / "collections").mkdir()
    described = "source: /mnt/nas/films\nmodel: archive-tiny\nsettle_s: 0\n"
    (tmp_path / "collections" / "films.yaml").write_text(described, encoding="utf-8")
    return 2


@pytest.mark.thorough
def test_what_one_machine_ingests_another_searches_shows_and_publishes(
    tmp_path: Path, films: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with s3_server() as s3:
        shared = {**s3.environment, "ARCHIVE_LAKE": f"s3://{s3.bucket()}/lake"}
        one, two = (machine(tmp_path, name) | shared for name in ("one", "two"))
        run(one, "ingest", "films", "--jobs", "1")
        assert not (tmp_path / "one" / "home" / "lake").exists()
        counted = "SELECT count(*) AS n FROM videos WHERE status = 'ready'"
        assert json.loads(run(two, "sql", "--json", counted)) == [{"n": films}]
        shots = "SELECT shot_id FROM shots ORDER BY shot_id"
        before = run(two, "sql", "--json", shots)
        run(two, "rebuild")
        assert run(one, "sql", "--json", shots) == before
        for name, value in two.items():
            monkeypatch.setenv(name, value)
        settings = Settings()
        archive = WebArchive(settings)
        try:
            for entry in Catalogue(settings.database).entries("films"):
                s3.proxy.requests.clear()
                still = archive.still(entry.name.video_id, 3.0)
                assert still.jpeg.startswith(b"\xff\xd8")
                assert archive.programmes.get(entry.name.video_id).shots.height
        finally:
            archive.close()
        assert any((settings.home / "cache" / "lake").rglob("*.part"))
        _damage(Lake(settings.lake_place), Catalogue(settings.database).entries("films"))
        assert "2 damaged tables of 2 videos made again." in run(two, "repair")
        assert run(one, "sql", "--json", shots) == before
        assert run(two, "repair") == "Nothing had to be mended.\n"
        assert s3.uploads(str(settings.lake_url).split("/")[2]) == 0


def _damage(lake: Lake, entries: Sequence[Entry]) -> None:
    """One table is lost, and one cut off in the middle."""
    first, second, *_ = [entry.name for entry in entries]
    lake.delete("shots", first)
    content = lake.content("scenes", second)
    with lake.objects.writing(lake.key("scenes", second)) as file:
        file.write(content[: len(content) // 2])


@pytest.mark.verify
def test_processor_seconds_and_requests_a_video_on_a_bucket_and_in_a_folder(tmp_path: Path, films: int) -> None:
    def spent_s(environment: dict[str, str]) -> float:
        """With all that it starts, the encoder's process too; counted in a process that has no other children."""
        whole = {**os.environ, **environment, "ARCHIVE_ENCODER_IDLE_S": "1"}
        return float(subprocess.check_output([sys.executable, "-c", _COUNTED], env=whole, text=True).splitlines()[-1])

    with s3_server() as s3:
        shared = {**s3.environment, "ARCHIVE_LAKE": f"s3://{s3.bucket()}/lake"}
        one, two = machine(tmp_path, "one"), machine(tmp_path, "two") | shared
        for environment in (one, two):
            run(environment, "ingest", "films", "--jobs", "1")
        in_folder_s = spent_s(one)
        s3.proxy.requests.clear()
        in_bucket_s = spent_s(two)
        per_video = {method: n / films for method, n in s3.proxy.requests.items()}
        print(f"{in_folder_s / films:.2f} s a video in a folder, {in_bucket_s / films:.2f} s in a bucket; {per_video}")
    assert sum(per_video.values()) < 400
