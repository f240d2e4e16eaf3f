"""Search over an ingested archive: the Finder from the settings, the lake's frames and pictures, the command line."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from click.testing import Result
from PIL import Image
from typer.testing import CliRunner

from archive_pipeline.cli import app
from archive_pipeline.encoders import BUNDLED_MODEL, get_encoder, identify
from archive_pipeline.errors import RequestError
from archive_pipeline.search.configured import open_index
from archive_pipeline.search.finder import Finder
from archive_pipeline.search.model import Filter
from archive_pipeline.search.picture import read_picture
from archive_pipeline.search.request import Request
from archive_pipeline.search.spaces import space_name
from archive_pipeline.settings import Settings
from archive_pipeline.stages import archive_search
from archive_pipeline.stages.archive_search import open_finder
from archive_pipeline.store.arrays import embedding_matrix
from archive_pipeline.store.frame_vectors import LakeFrames
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.provenance import Provenance
from archive_pipeline.store.stills import Stills
from archive_pipeline_tests.pipeline.conftest import empty_site, make_clip
from archive_pipeline_tests.pipeline.site import NAME, Site
from archive_pipeline_tests.thorough import thorough
from archive_pipeline_tests.waiting import until

FIRST, SECOND = VideoName(NAME, b"first.mp4"), VideoName(NAME, "año 2/segundo.mp4".encode())


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Two ingested clips of three pictures each."""
    with pytest.MonkeyPatch.context() as patch:
        root = tmp_path_factory.mktemp("site")
        site = empty_site(root, patch)
        site.add(make_clip(root / "a.mp4", "testsrc2", "mandelbrot", "rgbtestsrc"), "first.mp4")
        site.add(make_clip(root / "b.mp4", "rgbtestsrc", "testsrc2", "smptebars"), "año 2/segundo.mp4")
        assert all(site.ingest().values())
        yield site


@pytest.fixture(scope="module")
def lake(site: Site) -> Lake:
    return site.archive.lake


@pytest.fixture(scope="module")
def finder(site: Site) -> Iterator[Finder]:
    assert site.home.is_dir()
    with open_finder(Settings()) as finder:
        yield finder


def test_words_find_every_shot_in_the_order_of_their_cosines(finder: Finder, lake: Lake) -> None:
    answer = finder.find(Request("colour bars"))
    query = get_encoder(BUNDLED_MODEL, "cpu").encode_texts(["colour bars"])[0]
    expected = {
        key: float(vector @ query)
        for video in (FIRST, SECOND)
        for rows in [lake.read("shot_embeddings", video)]
        for key, vector in zip(rows["shot_id"], embedding_matrix(rows), strict=True)
    }
    assert [shot.id for shot in answer.shots] == sorted(expected, key=lambda key: -expected[key])
    assert answer.hints == ()


def test_a_frame_of_the_archive_finds_its_shot(finder: Finder, lake: Lake) -> None:
    for video in (FIRST, SECOND):
        for shot in lake.read("shots", video).iter_rows(named=True):
            still = Stills(lake).at(video, shot["keyframe_s"])
            assert still is not None
            best = finder.find(Request(image=read_picture(still.jpeg))).shots[0]
            assert best.score > 0.97
            assert (best.shot.video_id, best.shot.shot) == (video.video_id, shot["shot"]) or best.score > 0.99


@thorough
def test_reranking_reads_the_frames_of_the_lake(finder: Finder, lake: Lake) -> None:
    answer = finder.find(Request("colour bars", rerank=True))
    query = get_encoder(BUNDLED_MODEL, "cpu").encode_texts(["colour bars"])[0]
    for found in answer.shots:
        video = VideoName.from_video_id(found.shot.video_id)
        frames = lake.read("frames", video).filter(pl.col("shot") == found.shot.shot)
        cosines = embedding_matrix(lake.read("embeddings", video))[frames["frame"].to_numpy()] @ query
        assert found.score == pytest.approx(float(cosines.max()), abs=1e-5)
        assert found.best_frame_s == frames["pts_s"][int(cosines.argmax())]
    assert not answer.hints


def test_a_curve_over_the_programme(finder: Finder, lake: Lake) -> None:
    curve = finder.curve(SECOND.video_id, Request("colour bars"))
    assert curve.pts_s.tolist() == lake.read("pictures", SECOND)["pts_s"].to_list()
    assert len(curve.cosines) == len(curve.pts_s)
    for unknown in ("site/nothing.mp4", "nothing", "../../etc/passwd", "Site/\\x00"):
        with pytest.raises(RequestError, match="no frames"):
            finder.curve(unknown, Request("colour bars"))


@thorough
def test_a_new_video_is_found_by_an_open_finder(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_search, "_LOOK_AGAIN_S", 0.0)
    with open_finder(Settings()) as finder:
        before = len(finder.find(Request("a boat")).shots)
        site.add(site.source / "first.mp4", "again.mp4")
        assert all(site.ingest().values())
        assert len(finder.find(Request("a boat")).shots) > before
        assert finder.collections() == [NAME]
    (site.source / "again.mp4").unlink()
    site.ingest(accept_removals=True)


@thorough
def test_points_of_a_model_that_is_gone_are_said(site: Site) -> None:
    strange = space_name("another", "model")
    with open_index(Settings().qdrant_dir) as index:
        own = index.spaces()[0]
        points = index.fetch(own, list(index.video_points(own, FIRST.video_id)))
        index.ensure_space(strange, 256)
        index.replace_video(strange, FIRST.video_id, list(points.values()))
        with open_finder(Settings()) as finder:
            answer = finder.find(Request("a boat"))
        index.drop_space(strange)
    assert [(hint.code, hint.facts["collections"]) for hint in answer.hints] == [("other_model", NAME)]
    assert site.home.is_dir()


def test_a_collection_whose_model_is_missing_is_said(site: Site) -> None:
    site.describe(model="local-dir:/nowhere")
    try:
        with open_finder(Settings()) as finder:
            answer = finder.find(Request("a boat"))
    finally:
        site.describe()
    assert "model_unavailable" in [hint.code for hint in answer.hints]
    assert answer.shots  # what the bundled model indexed before is still found


def test_stills_are_the_nearest_frames(lake: Lake) -> None:
    pictures = lake.read("pictures", FIRST)
    stills = Stills(lake)
    for row in pictures.iter_rows(named=True):
        still = stills.at(FIRST, row["pts_s"] + 0.01)
        assert still is not None
        assert (still.frame, still.pts_s, still.jpeg) == (row["frame"], row["pts_s"], row["jpeg"])
    assert stills.at(VideoName(NAME, b"nothing.mp4"), 0) is None


def test_where_only_keyframes_are_kept_the_nearest_of_them_is_shown(lake: Lake, tmp_path: Path) -> None:
    kept = lake.read("shots", FIRST)["keyframe_s"]
    sparse = Lake(tmp_path)
    shutil.copytree(Path(lake.objects.shown("shots")), tmp_path / "shots")
    thinned = lake.read("pictures", FIRST).with_columns(
        jpeg=pl.when(pl.col("pts_s").is_in(kept.implode())).then("jpeg")
    )
    sparse.write("pictures", FIRST, thinned, Provenance("frames", "1"))
    for time_s in (0.0, 1.2, 2.2, 3.9, 99.0):
        still = Stills(sparse).at(FIRST, time_s)
        assert still is not None
        assert still.pts_s == min(kept, key=lambda keyframe_s: abs(keyframe_s - time_s))
    sparse.write("pictures", FIRST, thinned.with_columns(jpeg=pl.lit(None, pl.Binary)), Provenance("frames", "1"))
    assert Stills(sparse).at(FIRST, 1.0) is None


def test_frames_of_another_encoder_are_not_taken(lake: Lake) -> None:
    frames = LakeFrames(lake)
    whole = frames.of_video(FIRST.video_id, identify(BUNDLED_MODEL))
    assert whole is not None
    np.testing.assert_array_equal(whole.vectors, embedding_matrix(lake.read("embeddings", FIRST)))
    assert frames.of_video(FIRST.video_id, "another") is None
    assert frames.of_video("site/nothing.mp4", identify(BUNDLED_MODEL)) is None
    part = frames.of_span(FIRST.video_id, identify(BUNDLED_MODEL), whole.pts_s[2], whole.pts_s[5])
    assert part is not None
    np.testing.assert_array_equal(part.vectors, whole.vectors[2:5])


def process(*arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, as a person starts it."""
    return subprocess.run(
        [sys.executable, "-m", "archive_pipeline", "search", *arguments],
        capture_output=True, text=True, env={**os.environ, "COLUMNS": "140", **changes}, check=True,
    )  # fmt: skip


def command(*arguments: str, code: int = 0) -> Result:
    """The command in this process, which has its libraries loaded."""
    done = CliRunner().invoke(app, ["search", *arguments])
    assert done.exit_code == code, done.output
    return done


def test_the_command_prints_what_scripts_read(site: Site, finder: Finder) -> None:
    picture = site.home / "question.png"
    Image.new("RGB", (64, 48), "red").save(picture)
    printed = json.loads(command("colour bars", "--image", str(picture), "--weight", "0.7", "-k", "3", "--json").stdout)
    expected = finder.find(Request("colour bars", read_picture(picture.read_bytes()), text_share=0.7, limit=3))
    assert [shot["id"] for shot in printed["shots"]] == [shot.id for shot in expected.shots]
    assert printed["shots"][0]["start_timecode"] == "00:00:00.000" or printed["shots"][0]["start_s"] > 0
    assert printed["models"] == ["archive-tiny"]
    marked = [shot["id"] for shot in printed["shots"][:2]]
    again = json.loads(command("--like", marked[0], "--unlike", marked[1], "--json").stdout)
    assert not {shot["id"] for shot in again["shots"]} & set(marked)
    groups = json.loads(command("colour bars", "--by-video", "--json").stdout)["videos"]
    assert {group["video_id"] for group in groups} == {FIRST.video_id, SECOND.video_id}


@thorough
def test_the_command_prints_what_people_read(site: Site) -> None:
    assert site.home.is_dir()
    printed = process("colour bars and a king", "-k", "2", "--pictures")
    assert printed.stdout.count("▀") > 100
    assert NAME in printed.stdout
    assert "There is more" in printed.stdout
    assert printed.stderr.startswith("unknown_words: archive-tiny was never taught: king.")
    assert "Nothing found" in command("a boat", "--threshold", "0.99").stdout


def test_the_command_explains_what_is_wrong(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "drawing.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    assert site.home.is_dir()
    for code, arguments in (
        ("unknown_collection", ["a boat", "--collection", "radio"]),
        ("empty_request", [""]),
        ("picture_format", ["--image", str(tmp_path / "drawing.svg")]),
    ):
        assert command(*arguments, code=1).stderr.startswith(f"{code}:")
    monkeypatch.setenv("ARCHIVE_HOME", str(tmp_path / "empty"))
    empty = command("a boat")
    assert empty.stderr.startswith("nothing_indexed:")


@thorough
def test_the_best_shot_opens_in_a_player_at_its_time(site: Site, tmp_path: Path) -> None:
    """A script stands for the player: it writes down how it was called."""
    called = tmp_path / "called"
    player = tmp_path / "mpv"
    player.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {called}.part && mv {called}.part {called}\n')
    player.chmod(0o755)
    best = json.loads(process("colour bars", "--json", "--open", PATH=f"{tmp_path}:{os.environ['PATH']}").stdout)
    until(called.exists, "the player's call")
    shot: dict[str, Any] = best["shots"][0]
    file = site.source / shot["video_id"].removeprefix(f"{NAME}/")
    assert called.read_text().splitlines() == [f"--start={shot['start_s']:.3f}", str(file)]


def test_only_one_collection_is_asked(finder: Finder) -> None:
    assert finder.find(Request("a boat", filter=Filter(collections=(NAME,)))).shots
    still = BytesIO()
    Image.new("RGB", (32, 32)).save(still, "WEBP")
    assert finder.find(Request(image=read_picture(still.getvalue()), by_video=True, limit=1)).has_more
