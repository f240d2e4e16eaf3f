"""Runs are forgotten in time, and what they materialized is not."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
import yaml

from archive_pipeline.automation.dagster_storage import Runs
from archive_pipeline.automation.old_runs import forget_runs
from archive_pipeline.settings import shipped

_VIDEOS = dg.DynamicPartitionsDefinition(name="videos")


@dg.asset(partitions_def=_VIDEOS)
def of_a_video() -> None: ...


@dg.asset
def of_all() -> None: ...


@pytest.fixture(params=["SQLite", "Postgres"])
def instance(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dg.DagsterInstance]:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    if request.param == "SQLite":
        (tmp_path / "dagster.yaml").symlink_to(Path(__file__).parents[2] / "dagster.yaml")
    else:
        monkeypatch.setenv("DAGSTER_POSTGRES_URL", request.getfixturevalue("postgres_url"))
        storage = yaml.safe_load(shipped("deploy/dagster-celery.yaml").read_text(encoding="utf-8"))["storage"]
        (tmp_path / "dagster.yaml").write_text(yaml.safe_dump({"storage": storage}))
    with dg.DagsterInstance.get() as instance:
        yield instance


def test_an_old_run_goes_with_its_log_and_what_it_made_last_stays_materialized(instance: dg.DagsterInstance) -> None:
    instance.add_dynamic_partitions("videos", ["a"])
    run_ids = [
        dg.materialize([of_a_video], instance=instance, partition_key="a").run_id,
        dg.materialize([of_all], instance=instance).run_id,
        dg.materialize([of_all], instance=instance).run_id,
    ]
    assert all(_steps_logged(instance, run_id) for run_id in run_ids)
    assert forget_runs(instance, datetime.now(UTC) - timedelta(days=1), budget_s=10).n_runs == 0
    assert all(_steps_logged(instance, run_id) for run_id in run_ids)

    forgotten = forget_runs(instance, datetime.now(UTC) + timedelta(seconds=1), budget_s=10)

    assert (forgotten.n_runs, forgotten.is_all) == (3, True)
    assert not any(_steps_logged(instance, run_id) for run_id in run_ids)
    assert instance.get_runs() == []
    assert instance.get_materialized_partitions(of_a_video.key) == {"a"}
    assert [record.run_id for record in instance.fetch_materializations(of_all.key, limit=5).records] == run_ids[2:]


def test_what_runs_wrote_goes_from_the_disk(instance: dg.DagsterInstance) -> None:
    run_id = dg.materialize([of_all], instance=instance).run_id
    file = Path(instance.root_directory) / "history" / "runs" / f"{run_id}.db"
    assert file.exists() == isinstance(instance.run_storage, Runs)
    forget_runs(instance, datetime.now(UTC) + timedelta(seconds=1), budget_s=10)
    assert not file.exists()


def test_what_is_at_work_is_not_forgotten(instance: dg.DagsterInstance) -> None:
    run = instance.create_run_for_job(
        dg.define_asset_job("job").resolve(asset_graph=dg.Definitions([of_all]).resolve_asset_graph())
    )
    assert forget_runs(instance, datetime.now(UTC) + timedelta(seconds=1), budget_s=10).n_runs == 0
    assert instance.get_run_by_id(run.run_id)


def _steps_logged(instance: dg.DagsterInstance, run_id: str) -> int:
    return len(instance.get_records_for_run(run_id, of_type=dg.DagsterEventType.STEP_SUCCESS).records)
