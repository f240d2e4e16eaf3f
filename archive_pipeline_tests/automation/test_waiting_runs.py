"""Dagster's queue, shown only the runs that could begin, begins the same ones as if it were shown all."""

import random
import threading
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteJobOrigin, RemoteRepositoryOrigin
from dagster._core.storage.dagster_run import RunOpConcurrency
from dagster._daemon.run_coordinator.queued_run_coordinator_daemon import QueuedRunCoordinatorDaemon

from archive_pipeline.automation.waiting_runs import QUEUE_THREAD
from archive_pipeline.settings import shipped

VIDEO = "dagster/partition"
ORIGIN = RemoteJobOrigin(RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("ours"), "all"), "job")
LIMITS = """
concurrency:
  runs:
    max_concurrent_runs: 7
    tag_concurrency_limits:
      - {key: dagster/partition, value: {applyLimitPerUniqueValue: true}, limit: 1}
      - {key: dagster/partition, limit: 5}
      - {key: dagster/partition, value: archive/3.mp4, limit: 0}
      - {key: describe, limit: 2}
      - {key: does, value: news, limit: 0}
      - {key: does, value: {applyLimitPerUniqueValue: true}, limit: 3}
  pools: {default_limit: 2, granularity: run}
"""


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    configuration = shipped("dagster.yaml").read_text(encoding="utf-8") + LIMITS
    (tmp_path / "dagster.yaml").write_text(configuration, encoding="utf-8")
    with dg.DagsterInstance.from_config(str(tmp_path)) as made:
        yield made


def in_the_queue_s_thread(work: Callable[[], list[str]]) -> list[str]:
    done: list[list[str]] = []
    thread = threading.Thread(target=lambda: done.append(work()), name=QUEUE_THREAD)
    thread.start()
    thread.join()
    return done[0]


def begun(instance: dg.DagsterInstance) -> list[str]:
    """Runs that the queue would begin now; all that wait are on its first page."""
    queue = QueuedRunCoordinatorDaemon(interval_seconds=1, page_size=1_000)
    return [run.run_id for run in queue._get_runs_to_dequeue(instance, instance.get_concurrency_config(), None)]


def add(instance: dg.DagsterInstance, status: dg.DagsterRunStatus, pool: str | None = None, **tags: str) -> str:
    needs = (
        RunOpConcurrency(all_pools={pool}, root_key_counts={pool: 1}, has_unconstrained_root_nodes=False)
        if pool
        else None
    )
    named = {VIDEO if key == "video" else key: value for key, value in tags.items()}
    run = dg.DagsterRun(
        "job",
        run_id=str(uuid.uuid4()),
        status=status,
        tags=named,
        run_op_concurrency=needs,
        remote_job_origin=ORIGIN,
    )
    return instance.run_storage.add_run(run).run_id


def add_any(
    chance: random.Random, instance: dg.DagsterInstance, status: dg.DagsterRunStatus, pool: str | None = None
) -> str:
    tags = {"dagster/backfill": chance.choice("ab")}
    if chance.random() < 0.8:
        tags["video"] = f"archive/{chance.randrange(12)}.mp4"
    for key, values in {
        "describe": ["yes"],
        "does": ["news", "films", "sport"],
        "dagster/priority": ["5", "-1"],
    }.items():
        if chance.random() < 0.4:
            tags[key] = chance.choice(values)
    return add(instance, status, pool, **tags)


@pytest.mark.parametrize(("seed", "pools"), [(0, ""), (1, ""), (2, ""), (3, ""), (4, "a")])
def test_the_queue_begins_what_it_would_begin_if_it_saw_all(
    instance: dg.DagsterInstance, seed: int, pools: str
) -> None:
    chance = random.Random(seed)
    first = 0
    for _ in range(chance.randrange(4)):
        add_any(chance, instance, dg.DagsterRunStatus.STARTED)
    for _ in range(8):
        for _ in range(chance.randrange(20)):
            add_any(chance, instance, dg.DagsterRunStatus.QUEUED, chance.choice([None, *pools]))
        begun(instance)  # Dagster writes the limits of pools down at its first look, and heeds them from then on
        all_seen = begun(instance)
        assert in_the_queue_s_thread(partial(begun, instance)) == all_seen
        first += len(all_seen)
        for run_id in all_seen[:2]:
            run = instance.get_run_by_id(run_id)
            assert run is not None
            instance.report_run_canceled(run)
    assert first > 8


def test_of_thousands_that_are_alike_it_is_shown_as_many_as_could_be_in_progress(instance: dg.DagsterInstance) -> None:
    waiting = dg.RunsFilter(statuses=[dg.DagsterRunStatus.QUEUED])
    ids = [add(instance, dg.DagsterRunStatus.QUEUED, video=f"archive/{number}") for number in range(30)]

    def asked(cursor: str | None = None) -> list[str]:
        found = instance.get_runs(waiting, cursor=cursor, limit=5, ascending=True)
        return [run.run_id for run in found]

    assert in_the_queue_s_thread(asked) == ids[:5]
    assert in_the_queue_s_thread(lambda: asked() and asked(ids[4])) == ids[5:7]
    assert asked(ids[4]) == ids[5:10]  # everybody else


def test_a_priority_that_is_given_while_a_run_waits_is_seen(instance: dg.DagsterInstance) -> None:
    ids = [add(instance, dg.DagsterRunStatus.QUEUED, video=f"archive/{number}.mp4") for number in range(20)]
    queue_sees = [in_the_queue_s_thread(partial(begun, instance))]
    instance.add_run_tags(ids[-1], {"dagster/priority": "9"})
    queue_sees.append(in_the_queue_s_thread(partial(begun, instance)))
    assert queue_sees == [[*ids[:3], *ids[4:6]], [ids[-1], *ids[:3], ids[4]]]  # the third video is shut
