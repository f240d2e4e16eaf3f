"""Analysts are at most a minute behind a video's end, however many videos wait in the queue."""

import struct
import time
from pathlib import Path

import pytest

from archive_pipeline.automation.dagster_ui import DagsterUi
from archive_pipeline.stages.chain import CHAIN
from archive_pipeline_tests.pipeline.site import NAME, Site

N_VIDEOS, WATCHED_S, BEHIND_S = 2000, 240.0, 60.0


@pytest.mark.verify
def test_a_video_is_published_a_minute_after_its_end_while_2000_wait(
    site: Site, clips: dict[str, Path], ui: DagsterUi
) -> None:
    site.describe(analyses=[])
    clip = clips["plain"].read_bytes()
    for number in range(N_VIDEOS):  # each another file, by a box that players pass over
        (site.source / f"{number:04}.mp4").write_bytes(clip + struct.pack(">I4sQ", 16, b"free", number))
    _, videos = site.prepare()
    assert len(videos) == N_VIDEOS
    ui.wait()
    ui.launch_backfill([stage.name for stage in CHAIN], [video.partition_key for video in videos])
    seen: dict[str, float] = {}
    give_up = watched = time.time() + 600
    while time.time() < watched:
        for video_id in published(site):
            seen.setdefault(video_id, time.time())
        if seen and watched == give_up:
            watched = time.time() + WATCHED_S
        time.sleep(1)
    now = time.time()
    ended = [
        (entry.name.video_id, entry.finished_at.timestamp())
        for entry in site.archive.catalogue.entries(NAME)
        if entry.status == "ready" and entry.finished_at
    ]
    behind = [seen.get(video_id, now) - at for video_id, at in ended]
    mean = sum(behind) / len(behind)
    print(f"{len(behind)} of {N_VIDEOS} ended: published {max(behind):.1f} s later at most, {mean:.1f} on average")
    assert len(behind) > 20
    assert max(behind) <= BEHIND_S


def published(site: Site) -> list[str]:
    """The videos that are ready in the database that analysts see."""
    if not (site.home / "archive.duckdb").exists():
        return []
    return [video_id for (video_id,) in site.rows("SELECT video_id FROM videos WHERE status = 'ready'")]
