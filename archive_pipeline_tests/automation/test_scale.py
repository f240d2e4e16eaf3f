"""The bench of a large archive works, in a small one: everything that it measures does what it says."""

from collections.abc import Iterator

import dagster as dg
import pytest

from archive_pipeline.automation.scale import steps
from archive_pipeline.automation.scale.costs import costs, draw
from archive_pipeline.automation.scale.drawn import COLLECTION, SHOTS, space
from archive_pipeline.collections.plan import IngestPlan
from archive_pipeline.resources.archive import Archive
from archive_pipeline.stages.health import damaged_tables, database_trouble, point_troubles
from archive_pipeline.stages.health.points import any_number
from archive_pipeline.web.api.models import Videos
from archive_pipeline.web.status import Report
from archive_pipeline_tests.thorough import thorough

N = 30


@pytest.fixture
def drawn(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Archive]:
    for name in ("ARCHIVE_HOME", "ARCHIVE_COLLECTIONS", "DAGSTER_HOME", "ARCHIVE_RUNTIME"):
        monkeypatch.setenv(name, "drawing makes its own")
    monkeypatch.delenv("QDRANT_URL", raising=False)
    monkeypatch.setattr(steps, "N_NEW", 3)
    monkeypatch.setattr(steps, "N_REMOVED", 1)
    draw(tmp_path_factory.mktemp("s"), N)  # short: sockets lie in it
    return Archive()


def done(archive: Archive, name: str) -> object:
    return steps.STEPS[name].prepare(archive)()


def test_the_drawn_archive_is_whole_and_each_step_finds_what_it_should(drawn: Archive) -> None:
    entries = drawn.catalogue.entries(COLLECTION)
    assert len(entries) == N
    assert list(damaged_tables(drawn.lake, drawn.catalogue, entries, deep=True)) == []
    assert point_troubles(drawn.index, entries, any_number).is_none
    assert database_trouble(drawn.catalogue, drawn.settings.database_link, deep=True) is None

    plan = done(drawn, "look")
    assert isinstance(plan, IngestPlan)
    assert (len(plan.unchanged), plan.has_news) == (N, False)
    for name in ("tick", "describe", "publish_tick", "stores"):
        done(drawn, name)
    report, videos = done(drawn, "status_data"), done(drawn, "videos")
    assert isinstance(report, Report)
    assert [(line.ready, line.total.shots) for line in report.lines] == [(N, N * SHOTS)]
    assert isinstance(videos, Videos)
    assert videos.total > 0
    done(drawn, "index")
    published = drawn.settings.database_link.resolve()
    done(drawn, "publication")
    assert drawn.settings.database_link.resolve() != published
    done(drawn, "news")
    assert len(drawn.catalogue.entries(COLLECTION)) == N + 3
    done(drawn, "removal")
    assert drawn.catalogue.standings()[COLLECTION].removed == 1
    assert drawn.index.count(space()) == (N - 1) * SHOTS
    with dg.DagsterInstance.get() as instance:
        assert instance.get_runs_count(dg.RunsFilter(job_name="withdraw_videos")) == 1
    left = [entry.name.partition_key for entry in drawn.catalogue.entries(COLLECTION)]
    assert done(drawn, "queue") == left[: drawn.settings.videos_at_once + 2]


@thorough
def test_steps_are_measured_in_processes_of_their_own(drawn: Archive) -> None:  # noqa: ARG001 (the environment)
    measured = list(costs(["status", "map", "map_again", "map_news"]))
    assert [cost.name for cost in measured] == ["status", "map", "map_again", "map_news"]
    assert all(cost.processor_s >= 0 and cost.peak_mib > 50 for cost in measured)
