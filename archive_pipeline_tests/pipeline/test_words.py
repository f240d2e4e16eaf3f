"""What is said in a simulated archive, from subtitles through the pipeline to the search page's answers and scores."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import dagster as dg
import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from archive_pipeline.automation.execution import LocalRuns
from archive_pipeline.cli import app
from archive_pipeline.encoders import get_encoder
from archive_pipeline.evaluation.evaluation import shot_table, shot_words
from archive_pipeline.evaluation.results import video_results
from archive_pipeline.evaluation.truth_formats import open_truth
from archive_pipeline.evaluation.words import bm25, evidence
from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.search.model import Filter
from archive_pipeline.search.request import Request
from archive_pipeline.search.words.bm25 import question_of
from archive_pipeline.settings import Settings
from archive_pipeline.simulator.archive import SimulatedArchive, simulate
from archive_pipeline.simulator.topics import Topic
from archive_pipeline.simulator.truth import read_truth
from archive_pipeline.stages.archive_search import open_finder
from archive_pipeline.stages.qdrant_points import refresh_points, reindex, stored_points
from archive_pipeline.store.catalogue import Catalogue
from archive_pipeline.store.naming import VideoName
from archive_pipeline_tests.pipeline.conftest import empty_site
from archive_pipeline_tests.pipeline.site import NAME, Site
from archive_pipeline_tests.thorough import thorough

pytestmark = thorough


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> SimulatedArchive:
    return simulate(tmp_path_factory.mktemp("spoken"), 3, 0.7, seed=505, ffmpeg=find_ffmpeg(None), fast=True)


@pytest.fixture(scope="module")
def spoken(simulated: SimulatedArchive, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The archive, ingested and transcribed."""
    with pytest.MonkeyPatch.context() as environment:
        site = empty_site(tmp_path_factory.mktemp("site"), environment)
        site.describe(source=str(simulated.videos))
        assert all(site.ingest().values())
        with dg.DagsterInstance.get() as instance:
            for video in videos(simulated):
                run = LocalRuns(instance, "describe_video").execute(video.partition_key, {}, assets=("transcript",))
                assert run[1]
        yield site


def videos(simulated: SimulatedArchive) -> list[VideoName]:
    return [VideoName(NAME, file.name.encode()) for file in sorted(simulated.videos.glob("*.mp4"))]


def speech(simulated: SimulatedArchive) -> pl.DataFrame:
    return read_truth(simulated.truth.parent).speech


@pytest.mark.usefixtures("spoken")
def test_what_is_said_is_found_when_it_is_said(simulated: SimulatedArchive) -> None:
    with open_finder(Settings()) as finder:
        for row in speech(simulated).to_dicts():
            asked = Topic(row["people"], row["event"]).asked(row["language"])
            shots = finder.find(Request(asked, match="words", limit=100)).shots
            times = [f.shot for f in shots if f.shot.video_id == f"{NAME}/{row['path']}"]
            assert any(shot.start_s < row["end_s"] and shot.end_s > row["start_s"] for shot in times), asked
            assert [text.part for text in shots[0].texts] == ["said"]
            assert shots[0].texts[0].snippet.n_matched >= 2
            assert finder.find(Request(asked)).shots[0].by_words


def test_pictures_and_words_together_are_better_than_either(spoken: Site, simulated: SimulatedArchive) -> None:
    result = CliRunner().invoke(app, ["evaluate", NAME, "--truth", str(simulated.truth.parent), "--no-peers", "--json"])
    assert result.exit_code == 0, result.output
    scores = {
        (row["task"], row["system"].removeprefix("archive_pipeline").removeprefix(", "), row["metric"]): row["value"]
        for row in json.loads(result.stdout)["scores"]
        if row["task"].startswith("words_")
    }
    for metric in ("r_at_5", "r_at_10", "mrr"):
        both, picture, words = (
            scores["words_all_to_shot", way, metric] for way in ("", "picture alone", "words alone")
        )
        assert both > max(picture, words), metric
    for group, share in (("said", 0.95), ("seen", 0.95), ("both", 1)):
        task = f"words_{group}_to_shot"
        better = max(scores[task, "picture alone", "mrr"], scores[task, "words alone", "mrr"])
        assert scores[task, "", "mrr"] >= share * better, group
    assert spoken.rows("SELECT count(*) FROM evaluations WHERE task = 'words_all_to_shot'") == [(21,)]


def test_what_is_evaluated_is_what_the_index_answers(spoken: Site, simulated: SimulatedArchive) -> None:
    archive = spoken.archive
    results = video_results(archive.lake, archive.catalogue, archive.collection(NAME))
    shots, words = shot_table(results, archive.lake), shot_words(results, archive.lake)
    ids = [key for result in results for key in result.shots["shot_id"]]
    queries = open_truth(simulated.truth.parent, results, 3).word_queries[::4]
    texts = [text for one in queries for text in one.query.texts.values()]
    assert len(texts) > 10
    encoder = get_encoder("archive-tiny", "cpu")
    vectors = encoder.encode_texts(texts)
    by_picture = np.asarray(vectors @ shots.vectors.T, np.float32)
    by_words = bm25([question_of(text) for text in texts], words)
    nats = evidence(texts, vectors, by_picture, by_words, shots, words, encoder)
    with open_finder(Settings()) as finder:
        for text, row, cosines in zip(texts, nats, by_picture, strict=True):
            found = [one.id for one in finder.find(Request(text, limit=8)).shots]
            assert found == [ids[place] for place in np.lexsort((-cosines, -row))[:8]], text


def test_an_index_of_the_first_layout_answers_and_is_filled_anew(spoken: Site, simulated: SimulatedArchive) -> None:
    archive = spoken.archive
    [present] = archive.index.spaces()
    former = present.removesuffix("-2")
    archive.index.ensure_space(former, 256)
    for video in videos(simulated):
        points = [replace(point, words=None) for point in stored_points(archive.lake, video)]
        archive.index.replace_video(former, video.video_id, points)
    archive.index.drop_space(present)
    with open_finder(Settings()) as finder:
        answer = finder.find(Request("a red boat"))
        assert answer.shots
        assert {hint.code for hint in answer.hints} <= {"nothing_near"}  # nothing about the index
    first = videos(simulated)[0]
    with dg.DagsterInstance.get() as instance:
        assert LocalRuns(instance, "ingest_video").execute(first.partition_key, {})[1]
    own = Filter(video_ids=(first.video_id,))
    assert (archive.index.count(former, own), archive.index.count(former) > 0) == (0, True)
    assert archive.index.count(present) == archive.index.count(present, own) > 0
    assert spoken.computed("shots") == len(videos(simulated)), "nothing but the points was made again"
    said = speech(simulated).filter(path=first.path.decode())["text"][0]
    with open_finder(Settings()) as finder:
        assert finder.find(Request(said, match="words")).shots


def test_a_rebuild_makes_the_points_with_their_words(spoken: Site) -> None:
    archive = spoken.archive
    [present] = [space for space in archive.index.spaces() if space.endswith("-2")]
    before = archive.index.video_points(present, f"{NAME}/programme_0000.mp4")
    for space in archive.index.spaces():
        archive.index.drop_space(space)
    reindex(archive.lake, Catalogue(Settings().database), archive.index, lambda _: None)
    assert archive.index.video_points(present, f"{NAME}/programme_0000.mp4") == before
    assert any(point.words for point in archive.index.fetch(present, list(before)).values())


def test_an_answer_that_differs_is_indexed_even_where_nothing_else_changed(spoken: Site) -> None:
    archive, video = spoken.archive, VideoName(NAME, b"programme_0001.mp4")
    assert not refresh_points(archive.lake, archive.index, video)
    said, made_from = archive.lake.read("transcripts", video), archive.lake.provenance("transcripts", video)
    assert made_from
    archive.lake.write("transcripts", video, said.with_columns(text=pl.lit("ornitorrincos")), made_from)
    assert refresh_points(archive.lake, archive.index, video)
    assert not refresh_points(archive.lake, archive.index, video)
    with open_finder(Settings()) as finder:
        assert {f.shot.video_id for f in finder.find(Request("ornitorrinco", match="words")).shots} == {video.video_id}


def test_subtitles_that_change_change_what_is_found(spoken: Site, simulated: SimulatedArchive) -> None:
    file = next(path for path in sorted(simulated.videos.glob("*.vtt")))
    video = VideoName(NAME, f"{file.name.split('.')[0]}.mp4".encode())
    Path(file).write_text("WEBVTT\n\n00:00:01.000 --> 00:00:02.500\nUna tortuga centenaria\n", encoding="utf-8")
    with dg.DagsterInstance.get() as instance:
        assert LocalRuns(instance, "describe_video").execute(video.partition_key, {}, assets=("transcript",))[1]
    assert spoken.archive.lake.read("transcripts", video).height == 1
    with open_finder(Settings()) as finder:
        [found] = finder.find(Request("tortugas", match="words")).shots
        assert found.shot.video_id == video.video_id
        assert found.shot.start_s < 2.5
