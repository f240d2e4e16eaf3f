"""Who is at work on a run is told by the kernel, or by the database that machines share: death, and only death or the
end, lets go."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from archive_pipeline.automation.run_locks import ask_to_stop, at_work, in_hand, is_at_work, launching, sweep
from archive_pipeline_tests.thorough import thorough
from archive_pipeline_tests.waiting import PATIENCE_S, until

_HOLD = """
import sys, time, dagster as dg
from archive_pipeline.automation.run_locks import at_work
with dg.DagsterInstance.from_config(sys.argv[1]) as instance, at_work(instance, "run"):
    print("at work", flush=True)
    time.sleep(3600)
"""


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    (tmp_path / "dagster.yaml").touch()
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        yield instance


@pytest.fixture
def shared(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on several machines: their locks' files are not each other's."""
    monkeypatch.setenv("ARCHIVE_DATABASE_URL", postgres_url)


def _holder(instance: dg.DagsterInstance, *before: str) -> subprocess.Popen[str]:
    return _started(instance, [*before, sys.executable, "-c", _HOLD])


def _started(instance: dg.DagsterInstance, command: list[str]) -> subprocess.Popen[str]:
    holder = subprocess.Popen([*command, instance.root_directory], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "at work\n"
    return holder


def test_a_run_is_at_work_until_its_block_ends(instance: dg.DagsterInstance) -> None:
    assert not is_at_work(instance, "run")
    with at_work(instance, "run"):
        assert is_at_work(instance, "run")
        assert not is_at_work(instance, "another")
    assert not is_at_work(instance, "run")
    assert list(Path(instance.root_directory, "workers").iterdir()) == []


@pytest.mark.parametrize(
    "space", [(), ("unshare", "--uts", "--pid", "--fork", "--kill-child")], ids=["here", "elsewhere"]
)
def test_a_killed_holder_lets_go_whatever_his_host_and_number(
    instance: dg.DagsterInstance, space: tuple[str, ...]
) -> None:
    holder = _holder(instance, *space)
    assert is_at_work(instance, "run")
    holder.kill()
    holder.wait()
    until(lambda: not is_at_work(instance, "run"), "the end of its work")
    (lock,) = Path(instance.root_directory, "workers").iterdir()
    sweep(instance)
    assert lock.exists(), "somebody may just be about to lock it"
    os.utime(lock, (0, 0))
    sweep(instance)
    assert not lock.exists()


def test_a_stopped_holder_is_at_work_still(instance: dg.DagsterInstance) -> None:
    holder = _holder(instance)
    os.kill(holder.pid, signal.SIGSTOP)
    sweep(instance)
    assert is_at_work(instance, "run")
    holder.kill()
    holder.wait()


def test_whoever_is_at_work_ends_when_asked(instance: dg.DagsterInstance) -> None:
    assert not ask_to_stop(instance, "run")
    holder = _holder(instance)
    assert ask_to_stop(instance, "run")
    assert holder.wait(timeout=PATIENCE_S) == 1
    assert not is_at_work(instance, "run")


def test_whoever_cannot_write_that_he_was_asked_ends_all_the_same(instance: dg.DagsterInstance) -> None:
    """A busy database would leave the run to go on with nobody listening."""
    busy = "dg.DagsterInstance.get_run_by_id = lambda *_: 1 / 0"
    holder = _started(instance, [sys.executable, "-c", _HOLD.replace("\nwith", f"\n{busy}\nwith")])
    assert ask_to_stop(instance, "run")
    assert holder.wait(timeout=PATIENCE_S) == 1
    assert not is_at_work(instance, "run")


@pytest.mark.usefixtures("shared")
def test_machines_that_share_a_database_see_each_others_runs(instance: dg.DagsterInstance) -> None:
    holder = _holder(instance, "unshare", "--uts", "--pid", "--fork", "--kill-child")
    assert not Path(instance.root_directory, "workers").exists()
    assert in_hand(instance, ["run", "another"]) == {"run"}
    with launching(instance, "another"):
        assert in_hand(instance, ["run", "another"]) == {"run", "another"}
        assert not is_at_work(instance, "another")
    assert ask_to_stop(instance, "run")
    assert holder.wait(timeout=PATIENCE_S) == 1


@thorough
@pytest.mark.usefixtures("shared")
def test_a_killed_holder_on_another_machine_lets_go_within_half_a_minute(instance: dg.DagsterInstance) -> None:
    holder = _holder(instance)
    holder.kill()
    holder.wait()
    assert is_at_work(instance, "run"), "nobody on another machine can tell yet"
    until(lambda: not is_at_work(instance, "run"), "the end of its lease")
