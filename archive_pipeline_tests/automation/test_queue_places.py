"""The queue's places follow the machine, and what dagster.yaml says goes before."""

from pathlib import Path

import dagster as dg
import pytest
from dagster._core.execution.asset_backfill import get_asset_backfill_run_chunk_size

from archive_pipeline.settings import shipped


def queue_of(home: Path, more: str = "") -> tuple[int, list[tuple[str, int]]]:
    (home / "dagster.yaml").write_text(shipped("dagster.yaml").read_text(encoding="utf-8") + more, encoding="utf-8")
    with dg.DagsterInstance.from_config(str(home)) as instance:
        config = instance.get_concurrency_config().run_queue_config
    assert config is not None
    return config.max_concurrent_runs, [(limit["key"], limit["limit"]) for limit in config.tag_concurrency_limits]


@pytest.mark.parametrize("jobs", [1, 16])
def test_there_is_a_place_for_each_video_two_for_descriptions_and_two_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    monkeypatch.setenv("ARCHIVE_JOBS", str(jobs))
    places = [
        ("dagster/partition", 1),
        ("dagster/partition", jobs + 2),
        ("archive/describe", 2),
        ("archive/organise", 1),
    ]
    assert queue_of(tmp_path) == (jobs + 4, places)


def test_what_dagster_yaml_says_goes_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    own = "concurrency: {runs: {max_concurrent_runs: 7, tag_concurrency_limits: [{key: mine, limit: 3}]}}\n"
    assert queue_of(tmp_path, own) == (7, [("mine", 3)])


@pytest.mark.parametrize(("own", "used"), [(None, 500), ("40", 40)])
def test_a_backfill_is_written_down_after_hundreds_of_runs_not_after_25(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own: str | None, used: int
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    monkeypatch.setenv("DAGSTER_ASSET_BACKFILL_RUN_CHUNK_SIZE", own or "")
    if own is None:
        monkeypatch.delenv("DAGSTER_ASSET_BACKFILL_RUN_CHUNK_SIZE")
    queue_of(tmp_path)
    assert get_asset_backfill_run_chunk_size() == used
