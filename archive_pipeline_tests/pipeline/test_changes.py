"""What a second ingest does: nothing that is done already, everything that is not, and no stale rows or points."""

import io
import os
import shutil
import subprocess
import sys
import time
from dataclasses import fields
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from archive_pipeline.automation.execution import LocalRuns
from archive_pipeline.cli import app
from archive_pipeline.media.colour import Colour
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName
from archive_pipeline_tests.pipeline.conftest import Ingested
from archive_pipeline_tests.pipeline.site import NAME, TIMINGS, Site
from archive_pipeline_tests.thorough import mostly_thorough, thorough


def without(tables: dict[str, pl.DataFrame], **columns: tuple[str, ...]) -> dict[str, list[Any]]:
    """The rows of all tables. `collections.source` is left out: it is another one until a copied archive publishes."""
    left_out = {"collections": ("source",), **columns}
    return {name: table.drop(left_out.get(name, ())).rows() for name, table in tables.items()}


def test_ingesting_twice_recomputes_nothing_and_changes_no_row_and_no_point(site: Site, clips: dict[str, Path]) -> None:
    for name in ("first", "second"):
        site.add(clips[name])
    assert site.ingest() == {"site/first.mp4": True, "site/second.mp4": True}
    rows, points = site.everything(), site.points()
    assert rows["shots"].height >= 6
    published = (site.home / "archive.duckdb").resolve()
    assert site.ingest() == {}
    assert (site.home / "archive.duckdb").resolve() == published, "what has not changed was published again"
    assert without(site.everything()) == without(rows)
    assert site.points() == points


def test_a_run_of_a_finished_video_finds_every_stage_done(site: Site, ingested: Ingested) -> None:
    ingested.copy(site, "first")
    rows, points = site.everything(), site.points()
    ingestion = site._ingestion()
    assert site.run(ingestion, next(iter(site.prepare()[0].unchanged)).name)
    site.publish(ingestion)
    ingestion.close()
    for asset in ("source_video", "frames", "embeddings", "classes", "scenes", "shots", "qdrant_points"):
        assert len(site.materializations(asset)) == 2
        assert site.computed(asset) == 1, asset
    assert without(site.everything()) == without(rows)
    assert site.points() == points


def test_a_moved_file_keeps_its_results_and_only_its_path_changes(site: Site, ingested: Ingested) -> None:
    ingested.copy(site, "first", "second")
    file = site.source / "first.mp4"
    rows, points = site.everything(), site.points()
    (site.source / "años 70").mkdir()
    file.rename(site.source / "años 70" / "primero.mp4")
    assert site.ingest() == {}
    after = site.everything()
    assert without(after, videos=("path",)) == without(rows, videos=("path",))
    assert site.rows("SELECT path FROM videos WHERE video_id = 'site/first.mp4'") == [("años 70/primero.mp4",)]
    assert site.points() == points
    assert site.computed("frames") == 2


@thorough
def test_two_identical_files_are_two_videos_with_shots_of_their_own(site: Site, clips: dict[str, Path]) -> None:
    site.add(clips["first"], "a.mp4")
    site.add(clips["first"], "copy/a.mp4")
    assert all(site.ingest().values())
    assert site.rows("SELECT count(*), count(DISTINCT sha256) FROM videos") == [(2, 1)]
    per_video = site.rows("SELECT count(*) FROM shots GROUP BY video_id")
    assert per_video[0] == per_video[1]
    assert site.rows("SELECT count(DISTINCT shot_id) = count(*) FROM shots") == [(True,)]
    assert sum(map(len, site.points().values())) == 2 * per_video[0][0]


def test_another_fps_recomputes_what_depends_on_it_and_leaves_nothing_stale(site: Site, ingested: Ingested) -> None:
    ingested.copy(site, "first")
    site.describe(fps=1)
    assert site.ingest() == {"site/first.mp4": True}
    assert site.computed("source_video") == 1
    assert site.computed("frames") == site.computed("embeddings") == 2
    n_frames = site.rows("SELECT count(*) FROM frames")[0][0]
    assert n_frames == site.rows("SELECT n_frames FROM video_statistics")[0][0]
    assert 4 <= n_frames <= 6  # 4.5 s at one frame a second, and a sample for a piece that has none
    (points,) = site.points().values()
    assert set(points) == {str(shot) for (shot,) in site.rows("SELECT shot_id FROM shots")}


@thorough
def test_other_shot_parameters_recompute_shots_and_nothing_before(site: Site, ingested: Ingested) -> None:
    ingested.copy(site, "first")
    site.describe(shots={"min_shot_s": 2.0})
    assert site.ingest() == {"site/first.mp4": True}
    assert site.computed("scenes") == site.computed("embeddings") == 1
    assert site.computed("shots") == site.computed("qdrant_points") == 2


@thorough
def test_another_model_moves_all_points_to_its_own_space(site: Site, ingested: Ingested, small_model: str) -> None:
    ingested.copy(site, "first")
    (old,) = site.points()
    site.describe(model=small_model)
    assert site.ingest() == {"site/first.mp4": True}
    assert site.computed("frames") == 1
    filled = {space: points for space, points in site.points().items() if points}
    assert list(filled) != [old]
    (points,) = filled.values()
    assert set(points) == {str(shot) for (shot,) in site.rows("SELECT shot_id FROM shots")}


def test_a_changed_file_is_ingested_again_under_its_name(
    site: Site, clips: dict[str, Path], ingested: Ingested
) -> None:
    ingested.copy(site, "first")
    old = {shot for (shot,) in site.rows("SELECT shot_id FROM shots")}
    site.add(clips["plain"], "first.mp4")
    assert site.ingest() == {"site/first.mp4": True}
    new = {shot for (shot,) in site.rows("SELECT shot_id FROM shots")}
    assert not old & new
    (points,) = site.points().values()
    assert set(points) == {str(shot) for shot in new}


@thorough
def test_a_touched_file_is_looked_at_and_found_unchanged(site: Site, ingested: Ingested) -> None:
    ingested.copy(site, "first")
    file = site.source / "first.mp4"
    rows = site.everything()
    os.utime(file, ns=(file.stat().st_atime_ns, file.stat().st_mtime_ns + 10**9))
    site.ingest()
    assert site.computed("frames") == 1
    assert without(site.everything(), videos=("ingested_at",)) == without(rows, videos=("ingested_at",))


def test_a_file_that_broke_loses_its_shots_and_says_why(site: Site, clips: dict[str, Path]) -> None:
    file = site.add(clips["first"])
    site.add(clips["plain"])
    site.ingest()
    file.write_bytes(b"not a video any more" * 100)
    assert site.ingest() == {"site/first.mp4": False}
    assert site.rows("SELECT status, n_source_frames FROM videos WHERE video_id = 'site/first.mp4'") == [
        ("failed", None)
    ]
    ((stage, code, message, permanent, attempts),) = site.rows(
        "SELECT stage, error_code, message, permanent, attempts FROM failures"
    )
    assert (stage, permanent, attempts) == ("source_video", True, 1)
    assert code
    assert message.endswith(".")
    for table in ("frames", "cuts", "classes", "scenes", "shots", "video_statistics"):
        assert site.rows(f"SELECT DISTINCT video_id FROM {table}") in ([("site/plain.mp4",)], [])
    (points,) = site.points().values()
    assert {point["video_id"] for point in points.values()} == {"site/plain.mp4"}
    assert site.ingest() == {}, "a permanent failure is not tried again by itself"
    assert site.ingest(retry_failed=True) == {"site/first.mp4": False}
    shutil.copyfile(clips["first"], file)
    assert site.ingest() == {"site/first.mp4": True}
    assert site.rows("SELECT count(*) FROM failures") == [(0,)]


def test_vanished_videos_are_removed_only_when_somebody_says_so(site: Site, ingested: Ingested) -> None:
    ingested.copy(site, "first", "second")
    file = site.source / "first.mp4"
    rows, points = site.everything(), site.points()
    away = file.rename(site.source.parent / "away.mp4")
    plan, _ = site.prepare()
    assert plan.held
    assert "50%" in plan.held
    assert "archive-pipeline ingest site --accept-removals" in plan.held
    site.ingest()
    assert without(site.everything()) == without(rows)
    site.ingest(accept_removals=True)
    assert site.rows("SELECT video_id, status FROM videos ORDER BY ALL") == [
        ("site/first.mp4", "removed"),
        ("site/second.mp4", "ready"),
    ]
    assert site.rows("SELECT DISTINCT video_id FROM shots") == [("site/second.mp4",)]
    (left,) = site.points().values()
    assert {point["video_id"] for point in left.values()} == {"site/second.mp4"}
    away.rename(file)
    assert site.ingest() == {"site/first.mp4": True}
    assert site.computed("frames") == 2, "its results were still in the lake"
    assert without(site.everything(), videos=("ingested_at",)) == without(rows, videos=("ingested_at",))
    assert site.points() == points


def test_an_unmounted_source_removes_nothing_and_nothing_is_recomputed_afterwards(
    site: Site, ingested: Ingested
) -> None:
    ingested.copy(site, "first")
    rows, points = site.everything(), site.points()
    elsewhere = site.source.rename(site.source.parent / "unmounted")
    plan, videos = site.prepare(accept_removals=True)
    assert plan.held
    assert videos == []
    elsewhere.rename(site.source)
    assert site.ingest() == {}
    assert without(site.everything()) == without(rows)
    assert site.points() == points


def drop_columns(lake: Lake, table: str, video: VideoName, *columns: str) -> None:
    """The table as a release wrote it that did not know these columns, with the provenance that it has."""
    with pq.ParquetFile(io.BytesIO(lake.content(table, video))) as file:
        rows = file.read()
    with lake.objects.writing(lake.key(table, video)) as written:
        pq.write_table(rows.drop_columns(list(columns)), written)


def test_facts_of_a_release_that_did_not_look_at_colours_are_completed_and_nothing_else_is_made(
    site: Site, ingested: Ingested
) -> None:
    ingested.copy(site, "first")
    video, lake = VideoName("site", b"first.mp4"), site.archive.lake
    media, stored = lake.read("media", video), lake.provenance("media", video)
    assert stored is not None
    colours = [field.name for field in fields(Colour)]
    drop_columns(lake, "media", video, *colours)
    assert lake.read("media", video, colours).row(0) == (None,) * len(colours)
    assert site.ingest() == {}, "pictures were made of it as it was: nothing is due"
    with dg.DagsterInstance.get() as instance:
        assert LocalRuns(instance, "ingest_video").execute(video.partition_key)[1]
    assert lake.read("media", video).equals(media)
    completed = lake.provenance("media", video)
    assert completed is not None
    assert completed.fingerprint == stored.fingerprint
    assert (site.computed("source_video"), site.computed("frames")) == (2, 1)


def test_shots_are_made_alone_of_pictures_of_an_earlier_release(site: Site, ingested: Ingested) -> None:
    """Version 0.1.0 wrote `pictures` without the column `leader`."""
    ingested.copy(site, "first")
    video, lake = VideoName("site", b"first.mp4"), site.archive.lake
    shots = lake.read("shots", video)
    drop_columns(lake, "pictures", video, "leader")
    lake.delete("shots", video)
    with dg.DagsterInstance.get() as instance:
        assert LocalRuns(instance, "ingest_video").execute(video.partition_key, assets=("shots",))[1]
    assert lake.read("shots", video).equals(shots)


@thorough
def test_a_forced_recompute_gives_the_same_rows_timings_excepted(site: Site, ingested: Ingested) -> None:
    ingested.copy(site, "first")
    rows, points = site.everything(), site.points()
    assert site.ingest(force=True) == {"site/first.mp4": True}
    assert site.computed("source_video") == site.computed("shots") == 2
    ignored = {"videos": ("ingested_at",), "video_statistics": TIMINGS}
    assert without(site.everything(), **ignored) == without(rows, **ignored)
    assert site.points() == points


def test_deleting_duckdb_and_qdrant_loses_nothing(site: Site, ingested: Ingested) -> None:
    ingested.copy(site, "first", "second")
    rows, points = site.everything(), site.points()
    shutil.rmtree(site.home / "qdrant")
    shutil.rmtree(site.home / "warehouse")
    (site.home / "archive.duckdb").unlink()
    result = CliRunner().invoke(app, ["rebuild"])
    assert result.exit_code == 0, result.output
    assert without(site.everything()) == without(rows)
    assert site.points() == points


@thorough
def test_odd_file_names_go_all_the_way(site: Site, clips: dict[str, Path]) -> None:
    names = [
        b"-lead\nline.mp4", b"caf\xe9.mp4", "año 🎬 'x' \"y\" 100%25.mp4".encode(), b"wait...mp4",
        b"n" * 251 + b".mp4", b"http:host.mp4", b"deep/er/a,[b]*.mp4",
    ]  # fmt: skip
    for name in names:
        site.add(clips["plain"], os.fsdecode(name))
    ran = site.ingest()
    assert len(ran) == len(names)
    assert all(ran.values()), ran
    assert site.rows("SELECT count(DISTINCT video_id) FROM shots") == [(len(names),)]
    assert site.rows(r"SELECT count(*) FROM videos WHERE video_id = 'site/caf\xe9.mp4'") == [(1,)]
    assert site.ingest() == {}


@pytest.mark.parametrize("kept", mostly_thorough(["keyframes", "none"], ["keyframes"]))
def test_only_the_pictures_that_a_collection_keeps_stay(site: Site, clips: dict[str, Path], kept: str) -> None:
    site.describe(pictures=kept)
    site.add(clips["first"])
    site.ingest()
    (entry,) = site.archive.catalogue.entries("site")
    pictures = site.archive.lake.read("pictures", entry.name)
    keyframes = {time for (time,) in site.rows("SELECT keyframe_s FROM shots")} if kept == "keyframes" else set()
    assert pictures.height == site.rows("SELECT count(*) FROM frames")[0][0]
    assert set(pictures.filter(pl.col("jpeg").is_not_null())["pts_s"]) == keyframes
    points = site.points()
    site.describe(pictures=kept, shots={"min_shot_s": 0.3})
    site.ingest()
    assert site.computed("frames") == 1, "the embeddings are there: no picture is needed"
    assert [len(found) for found in site.points().values()] == [len(found) for found in points.values()]
    site.describe(pictures="all")
    site.ingest(force=False)
    assert site.computed("frames") == 2, "pictures that are wanted again are made again"
    assert site.archive.lake.read("pictures", entry.name)["jpeg"].null_count() == 0


def test_what_force_asked_for_is_done_by_the_next_ingest_and_once(site: Site, ingested: Ingested) -> None:
    site = ingested.copy(site, "plain", "other")
    done = site.computed("embeddings")
    _, videos = site.prepare(force=True)  # and the command is killed before it has run any of them
    assert len(videos) == 2
    with dg.DagsterInstance.get() as instance:
        part = LocalRuns(instance, "ingest_video").execute(videos[0].partition_key, assets=["video_statistics"])
        assert part[1], "a part of the chain is not what was asked for"
    assert site.ingest() == {video.video_id: True for video in videos}
    assert site.computed("embeddings") == done + 2
    assert site.ingest() == {}


@thorough
def test_an_ingest_with_force_that_is_killed_is_taken_up_by_a_plain_one(site: Site, ingested: Ingested) -> None:
    site = ingested.copy(site, "plain", "other", "first")
    done = site.computed("embeddings")
    command = [sys.executable, "-m", "archive_pipeline", "ingest", NAME, "--force", "--jobs", "1"]
    killed = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 600
        while sum(entry.forced for entry in site.archive.catalogue.entries(NAME)) != 2:
            assert killed.poll() is None, "it ended before it was killed"
            assert time.monotonic() < deadline
            time.sleep(0.05)
    finally:
        killed.kill()
        killed.wait()
    assert len(site.ingest()) == 2, "the one that was done is not done again"
    assert site.computed("embeddings") - done in (3, 4), "one may have been in the midst of it"
    assert site.ingest() == {}
