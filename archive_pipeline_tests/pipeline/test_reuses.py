"""Footage that ingested videos share, through the real pipeline: found, published, folded, kept, and refused."""

import json
from typing import Any

import dagster as dg
import pytest
from typer.testing import CliRunner

from archive_pipeline.automation.execution import LocalRuns
from archive_pipeline.cli import app
from archive_pipeline.store.naming import VideoName
from archive_pipeline_tests.pipeline.conftest import Ingested
from archive_pipeline_tests.pipeline.site import NAME, Site

FIRST, SECOND = VideoName(NAME, b"first.mp4"), VideoName(NAME, b"second.mp4")


@pytest.fixture
def ready(site: Site, ingested: Ingested) -> Site:
    """Two videos: the first begins with a test picture, the second has it from 1.5 to 3 s; both have bars."""
    ready = ingested.copy(site, "first", "second")
    ready.describe(analyses=["reuses"])
    return ready


def run(video: VideoName | None, *, force: bool = False) -> bool:
    job, assets = ("describe_video", ("reuses",)) if video else ("publish", ())
    tags = {"archive/force": "true"} if force else {}
    with dg.DagsterInstance.get() as instance:
        return LocalRuns(instance, job).execute(video.partition_key if video else None, tags, assets=assets)[1]


def rows(site: Site) -> list[tuple[Any, ...]]:
    assert run(None)
    asked = (
        "SELECT video_id, start_s, end_s, other_video_id, other_start_s, other_end_s FROM shared_footage ORDER BY ALL"
    )
    return site.rows(asked)


def search(*options: str) -> list[dict[str, Any]]:
    told = CliRunner().invoke(app, ["search", "colour bars", "-k", "20", *options, "--json"])
    assert told.exit_code == 0, told.output
    return list(json.loads(told.stdout)["shots"])


def test_the_second_of_two_finds_what_they_share_and_both_show_it(ready: Site) -> None:
    assert run(FIRST), [one.message for one in ready.archive.catalogue.analyses(NAME)]
    assert rows(ready) == []
    assert run(SECOND)
    both = [
        (FIRST.video_id, 0.0, 1.5, SECOND.video_id, 1.5, 3.0),
        (SECOND.video_id, 1.5, 3.0, FIRST.video_id, 0.0, 1.5),
    ]
    found = rows(ready)
    assert [one[:1] + one[3:4] for one in found] == [one[:1] + one[3:4] for one in both]
    for one, wanted in zip(found, both, strict=True):
        assert one[1:3] + one[4:] == pytest.approx(wanted[1:3] + wanted[4:], abs=0.5)
    assert run(FIRST, force=True), "now both know of it"
    assert len(rows(ready)) == 2

    every, folded = search("--copies"), search()
    assert len(folded) == len(every) - 1
    (best,) = (shot for shot in folded if shot["copies"])
    assert {best["id"], *best["copies"]} <= {shot["id"] for shot in every}


def test_what_was_found_is_kept_and_without_pictures_it_says_so(ready: Site) -> None:
    assert run(SECOND)
    assert run(SECOND)
    with dg.DagsterInstance.get() as instance:
        event = instance.get_latest_materialization_event(dg.AssetKey("reuses"))
    assert event
    assert event.asset_materialization
    assert event.asset_materialization.metadata["reused"].value is True
    ready.describe(analyses=["reuses"], pictures="keyframes")
    assert all(ready.ingest().values())
    assert not run(SECOND, force=True)
    (hold,) = ready.archive.catalogue.holds()
    assert (hold.work, hold.error_code) == ("reuses", "no_pictures_kept")
    ready.describe(analyses=["reuses"])
    assert not run(SECOND, force=True), "ingested before they were to be kept"
    (ended,) = ready.archive.catalogue.analyses(NAME, SECOND)
    assert ended.error_code == "no_pictures_kept"
