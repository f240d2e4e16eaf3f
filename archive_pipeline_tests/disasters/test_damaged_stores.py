"""Stores that are lost or damaged: the doctor notices, the command that it names heals, and only what was damaged is
computed again."""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import dagster as dg
import pytest
from polars.testing import assert_frame_equal
from typer.testing import CliRunner

from archive_pipeline.cli import app
from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.stages.chain import ANALYSES, BY_NAME, CHAIN
from archive_pipeline.store.naming import VideoName
from archive_pipeline_tests.disasters.test_random_kills import state
from archive_pipeline_tests.media.hdr import programme
from archive_pipeline_tests.pipeline.site import NAME, Site
from archive_pipeline_tests.thorough import thorough

NAMES = ("first", "second", "third", "plain", "other")


@pytest.fixture(scope="module")
def whole(clips: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of five clips with concepts and transcripts, ingested once."""
    root = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as environment:
        from archive_pipeline_tests.pipeline.conftest import empty_site

        site = empty_site(root, environment)
        site.describe(analyses=["concepts", "transcript"])
        for name in NAMES:
            site.add(clips[name])
        assert all(site.ingest().values())
        assert invoke("describe", NAME)[0] == 0
    return root


@pytest.fixture
def archive(whole: Path, site: Site) -> Site:
    """A copy of it."""
    for folder in (site.home, site.source):
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(whole / folder.name, folder, symlinks=True)
    site.describe(analyses=["concepts", "transcript"])
    return site


def invoke(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, [*words])
    return done.exit_code, " ".join(done.output.split())


def problems(*options: str) -> dict[str, str]:
    """What the doctor finds of the stores: what → how to heal it."""
    findings = json.loads(CliRunner().invoke(app, ["doctor", "--json", *options]).stdout)
    ours = {"catalogue", "lake", "index", "database", "stores", "leftovers"}
    return {f["what"]: f["fix"] for f in findings if f["verdict"] == "problem" and f["what"] in ours}


def table(site: Site, name: str, video: str) -> Path:
    lake = site.archive.lake
    return Path(lake.objects.shown(lake.key(name, VideoName(NAME, f"{video}.mp4".encode()))))


def cut(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def emptied(file: Path) -> None:
    os.truncate(file, 0)


def flipped(file: Path) -> None:
    """One byte of the first page; the footer says nothing of it."""
    content = bytearray(file.read_bytes())
    content[60] ^= 0xFF
    file.write_bytes(content)


def index_folder(site: Site) -> Path:
    (facts,) = (site.home / "qdrant").glob("*/space.json")
    return facts.parent


def index_gone(site: Site) -> None:
    shutil.rmtree(site.home / "qdrant")


def segment_damaged(site: Site) -> None:
    for file in (index_folder(site) / "shard").rglob("*"):
        if file.is_file():
            os.truncate(file, file.stat().st_size // 3)


def space_cut(site: Site) -> None:
    cut(index_folder(site) / "space.json")


def journal_cut_and_not_applied(site: Site) -> None:
    entry = max((index_folder(site) / "journal").iterdir())
    cut(entry)
    (index_folder(site) / "applied").write_text(str(int(entry.stem) - 1))


def database_cut(site: Site) -> None:
    newest = (site.home / "archive.duckdb").resolve()
    newest.chmod(0o644)
    cut(newest)


def database_gone(site: Site) -> None:
    (site.home / "archive.duckdb").unlink()


def catalogue_damaged(site: Site) -> None:
    for end in ("-wal", "-shm"):
        (site.home / f"catalogue.sqlite{end}").unlink(missing_ok=True)
    (site.home / "catalogue.sqlite").write_bytes(b"no database at all" * 300)


def leftover(site: Site) -> None:
    file = site.home / "lake" / "frames" / NAME / ".0123.tmp"
    file.write_bytes(b"half")
    os.utime(file, (0, 0))


DERIVED = [index_gone, segment_damaged, space_cut, journal_cut_and_not_applied, database_cut, database_gone, leftover]


@pytest.mark.parametrize(
    "damage",
    [one if one in (index_gone, database_cut) else pytest.param(one, marks=pytest.mark.verify) for one in DERIVED],
)
def test_what_derives_is_noticed_and_made_again(archive: Site, damage: Callable[[Site], None]) -> None:
    expected = state(archive)
    assert problems() == {}
    damage(archive)
    assert list(problems().values()) == ["archive-pipeline repair"]
    code, said = invoke("repair")
    assert code == 0, said
    assert problems() == {}
    same(archive, expected)
    assert archive.computed("frames") == len(NAMES)


TABLES = [*(name for stage in (*CHAIN, BY_NAME["concepts"]) for name in stage.tables), "outcomes"]


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=thorough if name == "embeddings" else pytest.mark.verify) for name in TABLES]
)
def test_a_damaged_table_costs_its_stage_and_nothing_else(archive: Site, name: str) -> None:
    expected = state(archive)
    emptied(table(archive, name, "second"))
    assert problems() == {"lake": "archive-pipeline repair"}
    code, said = invoke("repair")
    assert code == 0, said
    same(archive, expected)
    stages = {s.name for s in (*CHAIN, *ANALYSES) if name in s.tables}
    computed = {stage.name for stage in CHAIN if archive.computed(stage.name) > len(NAMES)}
    assert computed == stages & {stage.name for stage in CHAIN}


@thorough
def test_what_this_dagster_does_not_know_is_mended_all_the_same(archive: Site) -> None:
    """Another machine's, or one whose history is new."""
    with dg.DagsterInstance.get() as instance:
        for key in instance.get_dynamic_partitions("videos"):
            instance.delete_dynamic_partition("videos", key)
    emptied(table(archive, "shots", "second"))
    code, said = invoke("repair")
    assert code == 0, said


def test_flipped_bits_are_found_by_a_deep_look(archive: Site) -> None:
    expected = state(archive)
    flipped(table(archive, "embeddings", "third"))
    assert problems() == {}
    assert problems("--deep") == {"lake": "archive-pipeline repair --deep"}
    code, said = invoke("repair", "--deep")
    assert code == 0, said
    assert problems("--deep") == {}
    same(archive, expected)
    assert archive.computed("embeddings") == len(NAMES) + 1
    assert archive.computed("frames") == len(NAMES)


def test_twelve_damages_are_healed_by_one_repair(archive: Site) -> None:
    expected = state(archive)
    emptied(table(archive, "embeddings", "first"))
    cut(table(archive, "shots", "second"))
    table(archive, "cuts", "third").unlink()
    flipped(table(archive, "frame_classes", "plain"))
    cut(table(archive, "points", "other"))
    emptied(table(archive, "concepts", "first"))
    cut(table(archive, "outcomes", "second"))
    emptied(table(archive, "video_statistics", "third"))
    segment_damaged(archive)
    database_cut(archive)
    leftover(archive)
    catalogue_damaged(archive)
    assert set(problems("--deep")) == {"catalogue"}, "what it says of the rest is not known"
    code, said = invoke("repair", "--deep")
    assert code == 0, said
    assert problems("--deep") == {}
    same(archive, expected)
    computed = {stage.name: archive.computed(stage.name) - len(NAMES) for stage in CHAIN}
    assert computed == {
        "source_video": 0,
        "frames": 1,
        "embeddings": 1,
        "classes": 1,
        "scenes": 0,
        "shots": 1,
        "qdrant_points": 1,
        "video_statistics": 1,
    }


def test_a_video_whose_run_met_a_damaged_table_is_healed_by_repair(archive: Site) -> None:
    expected = state(archive)
    with table(archive, "embeddings", "first").open("r+b") as file:  # its footer stays
        file.seek(4)
        file.write(bytes(2000))
    table(archive, "classes", "first").unlink()
    code, said = invoke("ingest", NAME)
    assert code == 3, said
    assert [entry.error_code for entry in archive.archive.catalogue.entries(NAME) if entry.status == "failed"] == [
        "table_damaged"
    ]
    code, said = invoke("repair")
    assert code == 0, said
    same(archive, expected)
    assert archive.computed("frames") == len(NAMES)


def test_ingest_notices_an_index_that_is_gone_and_tables_that_are_gone(archive: Site) -> None:
    expected = state(archive)
    index_gone(archive)
    for asked in (["boat"], ["--from", "1900"]):
        said = invoke("search", *asked)[1]
        assert "index_lost: The index is empty although videos are ready: archive-pipeline repair" in said
    table(archive, "scenes", "first").unlink()
    code, said = invoke("ingest", NAME)
    assert code == 0, said
    assert "Mended first: 1 damaged table asked for again" in said
    same(archive, expected)
    assert archive.computed("scenes") == len(NAMES) + 1
    assert archive.computed("frames") == len(NAMES)


def test_rebuild_passes_a_bad_file_over_and_names_it(archive: Site) -> None:
    emptied(table(archive, "shots", "second"))
    code, said = invoke("rebuild")
    assert code == 3
    assert "The points of 4 videos" in said
    assert f"1 video lacks readable tables ({NAME}/second.mp4): archive-pipeline repair" in said


def test_sql_says_when_the_newest_database_cannot_be_read(archive: Site) -> None:
    archive.add(archive.source / "first.mp4", "again.mp4")
    assert all(archive.ingest().values())
    newest = (archive.home / "archive.duckdb").resolve()
    newest.chmod(0o644)
    os.truncate(newest, 20_000)
    code, said = invoke("sql", "SELECT count(*) AS n FROM videos")
    assert code == 0, said
    assert "The newest version of the database cannot be read" in said
    assert invoke("repair")[0] == 0
    assert "cannot be read" not in invoke("sql", "FROM videos")[1]


def same(site: Site, expected: dict) -> None:  # type: ignore[type-arg]
    found = state(site)
    for name, rows in expected.items():
        if name == "collections":  # says where the copy lies
            continue
        assert_frame_equal(found[name], rows, rel_tol=1e-3, abs_tol=1e-4)


def test_hdr_that_an_earlier_release_stored_flat_is_found_and_decoded_again_and_no_other_video(
    site: Site, clips: dict[str, Path]
) -> None:
    site.add(clips["first"])
    programme(to="hlg")(find_ffmpeg(None), site.source / "hdr.mkv")
    assert all(site.ingest().values())
    assert problems() == {}
    lake, video = site.archive.lake, VideoName(NAME, b"hdr.mkv")
    now = lake.provenance("pictures", video)
    assert now is not None
    before = replace(now, parameters={key: value for key, value in now.parameters.items() if key != "converted"})
    assert before.fingerprint != now.fingerprint
    for name in BY_NAME["frames"].tables:
        lake.write(name, video, lake.read(name, video), before)
    assert problems() == {"lake": "archive-pipeline repair"}
    code, said = invoke("repair")
    assert code == 0, said
    assert "1 damaged table of 1 video made again" in said
    assert site.computed("frames") == 3
    found = lake.provenance("pictures", video)
    assert found is not None
    assert found.fingerprint == now.fingerprint
    assert problems() == {}
