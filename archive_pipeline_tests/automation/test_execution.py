"""What a run that the queue launched tells of its cost."""

from pathlib import Path

import pytest

from archive_pipeline.automation import execution
from archive_pipeline.automation.execution import _cost, _own_mib
from archive_pipeline.automation.overhead import _COST


def test_a_run_tells_what_memory_is_its_own_and_the_bench_reads_that() -> None:
    found = _COST.search(f"The run took {_cost()}.")
    assert found is not None
    assert 1 < int(found[3]) <= int(found[2])


def test_where_the_system_does_not_tell_that_the_run_has_ended_well_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _own_mib(tmp_path / "none") is None
    monkeypatch.setattr(execution, "_own_mib", lambda: None)
    assert _cost().endswith("MiB of memory at most")
