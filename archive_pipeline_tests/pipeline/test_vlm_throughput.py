"""A VLM server that answers in a fixed time at a fixed concurrency: how busy the pipeline keeps it, as it sees it."""

import hashlib
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path
from random import Random

import dagster as dg
import polars as pl
import pytest

from archive_pipeline.automation.execution import LocalRuns
from archive_pipeline.automation.instance import environment
from archive_pipeline.automation.local_runs import run_videos
from archive_pipeline.automation.local_worker import Task
from archive_pipeline.media.facts import MediaFacts
from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.settings import Settings
from archive_pipeline.simulator.archive import simulate
from archive_pipeline.stages.shot_pictures import ShotSpan, SourcePictures
from archive_pipeline.store.naming import VideoName
from archive_pipeline_tests.language.vlm.server import Asked, VlmOfTests
from archive_pipeline_tests.pipeline.conftest import empty_site
from archive_pipeline_tests.pipeline.site import NAME, Site
from archive_pipeline_tests.thorough import thorough


def simulated_site(root: Path, monkeypatch: pytest.MonkeyPatch, n_videos: int, minutes: float) -> Site:
    """An ingested archive of simulated programmes."""
    archive = simulate(root / "simulated", n_videos, minutes, seed=5, ffmpeg=find_ffmpeg(None), fast=True, jobs=2)
    site = empty_site(root, monkeypatch)
    site.describe(source=str(archive.videos), analyses=["descriptions"])
    assert all(site.ingest().values())
    return site


def describe(site: Site, jobs: int) -> None:
    """Every video in a Dagster run of its own, `jobs` at once, in warm worker processes."""
    keys = [video.partition_key for video in videos(site)]
    results = run_videos(
        [Task("describe_video", key, ("descriptions",)) for key in keys],
        jobs=jobs,
        environment=environment(Settings()),
        tags={},
        publish_every_s=3600,
        on_progress=lambda _: None,
    )
    assert sorted(result.task.key or "" for result in results if result.success) == sorted(keys)


def videos(site: Site) -> Iterator[VideoName]:
    return (entry.name for entry in site.archive.catalogue.entries(NAME))


def described(site: Site) -> pl.DataFrame:
    rows = pl.concat([site.archive.lake.read("descriptions", video) for video in videos(site)])
    return rows.sort("video_id", "shot_id").drop("latency_s")


def pictures_of(site: Site, video: VideoName) -> dict[str, str]:
    """The digest of each shot's picture, decoded anew, one after the other."""
    lake = site.archive.lake
    facts = MediaFacts.from_row(lake.read("media", video).row(0, named=True))
    source = SourcePictures(site.archive.collection(NAME).source / video.path.decode(), facts, find_ffmpeg(None), True)
    shots = lake.read("shots", video, ["shot_id", "start_s", "end_s", "keyframe_s"])
    return {
        shot_id: hashlib.sha256(b"".join(source.of_shot(ShotSpan(*span), 1).jpegs)).hexdigest()
        for shot_id, *span in shots.iter_rows()
    }


@thorough
def test_rows_are_the_same_in_any_order_of_arrival(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = simulated_site(tmp_path, monkeypatch, n_videos=1, minutes=1.2)
    [video] = videos(site)
    with VlmOfTests(slots=8).running() as vlm, dg.DagsterInstance.get() as instance:
        monkeypatch.setenv("ARCHIVE_VLM_URL", vlm.url)
        run = partial(LocalRuns(instance, "describe_video").execute, video.partition_key, assets=("descriptions",))
        assert run()[1]
        first = described(site)
        assert len(vlm.asked) == first.height > 10
        latencies = Random(3)
        vlm.seconds = lambda _: latencies.uniform(0, 0.4)
        assert run({"archive/force": "true"})[1]
        assert len(vlm.asked) == 2 * first.height
    assert described(site).equals(first)
    assert dict(first.select("shot_id", "title").iter_rows()) == pictures_of(site, video)


@pytest.mark.verify
@pytest.mark.parametrize("seconds", [2.0])
def test_the_server_is_kept_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """20 videos with 500 shots, 8 slots: at least 95 % of the slots are busy from the first question to the last
    answer, as the server sees it."""
    site = simulated_site(tmp_path, monkeypatch, n_videos=20, minutes=2.2)

    def fixed(_: Asked) -> float:
        return seconds

    with VlmOfTests(slots=8, seconds=fixed).running() as vlm:
        monkeypatch.setenv("ARCHIVE_VLM_URL", vlm.url)
        describe(site, jobs=3)
    rows = described(site)
    start_s, end_s = vlm.span_s
    edges = [start_s + (end_s - start_s) * tenth / 10 for tenth in range(11)]
    tenths = " ".join(f"{vlm.occupancy(*edge):.0%}" for edge in pairwise(edges))
    print(
        f"{rows.height} shots of 20 videos, {vlm.slots} slots of {seconds:g} s: {vlm.occupancy():.1%} busy over "
        f"{end_s - start_s:.1f} s (by tenths: {tenths}); at most {vlm.most_at_once} questions at once"
    )
    assert len(vlm.asked) == rows.height >= 500
    assert rows["shot_id"].n_unique() == rows.height
    assert vlm.occupancy() >= 0.95
