"""Runs are forgotten in time, and what they materialized is not."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from archive_pipeline.automation.dagster_storage import Runs
from archive_pipeline.automation.old_runs import forget_runs

_VIDEOS = dg.DynamicPartitionsDefinition(name="videos")


@dg.asset(partitions_def=_VIDEOS)
def of_a_video() -> None: ...


@dg.asset
def of_all() -> None: ...


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dg.DagsterInstance:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    configuration = Path(__file__).parents[2] / "dagster.yaml"
    (tmp_path / "dagster.yaml").symlink_to(configuration)
    return dg.DagsterInstance.get()


def test_dagster_yaml_says_how_long(instance: dg.DagsterInstance) -> None:
    assert isinstance(instance.run_storage, Runs)
    assert instance.run_storage.keep_days == 90


def test_an_old_run_goes_with_its_log_and_what_it_made_last_stays_materialized(instance: dg.DagsterInstance) -> None:
    instance.add_dynamic_partitions("videos", ["a"])
    run_ids = [
        dg.materialize([of_a_video], instance=instance, partition_key="a").run_id,
        dg.materialize([of_all], instance=instance).run_id,
        dg.materialize([of_all], instance=instance).run_id,
    ]
    logs = [Path(instance.root_directory) / "history" / "runs" / f"{run_id}.db" for run_id in run_ids]
    assert all(log.exists() for log in logs)
    assert forget_runs(instance, datetime.now(UTC) - timedelta(days=1), budget_s=10).n_runs == 0
    assert all(log.exists() for log in logs)

    forgotten = forget_runs(instance, datetime.now(UTC) + timedelta(seconds=1), budget_s=10)

    assert (forgotten.n_runs, forgotten.is_all) == (3, True)
    assert not any(log.exists() for log in logs)
    assert instance.get_runs() == []
    assert instance.get_materialized_partitions(of_a_video.key) == {"a"}
    assert [record.run_id for record in instance.fetch_materializations(of_all.key, limit=5).records] == run_ids[2:]


def test_what_is_at_work_is_not_forgotten(instance: dg.DagsterInstance) -> None:
    run = instance.create_run_for_job(
        dg.define_asset_job("job").resolve(asset_graph=dg.Definitions([of_all]).resolve_asset_graph())
    )
    assert forget_runs(instance, datetime.now(UTC) + timedelta(seconds=1), budget_s=10).n_runs == 0
    assert instance.get_run_by_id(run.run_id)
