"""Forks of the warm parent: ready at once, in the environment of whoever asked, and gone when he is."""

import os
import subprocess
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from archive_pipeline.automation.warm_parent import pipe, start_process
from archive_pipeline.settings import child_environment
from archive_pipeline_tests.waiting import PATIENCE_S, until

_HEAVY = {"torch", "open_clip", "transformers"}


def _tell(answers: Connection) -> None:
    used = os.times()
    loaded = {"dagster", "polars", "archive_pipeline.assets.frames", "archive_pipeline.definitions"} & set(sys.modules)
    answers.send((loaded, _HEAVY & set(sys.modules), os.environ.get("ASKED_FOR"), used.user + used.system))


def _work_with_everything(answers: Connection) -> None:
    """What fork is feared for: the libraries that have threads of their own."""
    import duckdb
    import numpy as np
    import polars as pl

    numbers = np.random.default_rng(0).random((400, 400))
    frame = pl.DataFrame({"a": np.arange(100_000) % 17, "b": np.random.default_rng(0).random(100_000)})
    grouped = frame.group_by("a").agg(pl.col("b").mean()).height
    answers.send((grouped, duckdb.sql("SELECT count(*) FROM frame").fetchall(), (numbers @ numbers).shape))


def _tell_parent(answers: Connection) -> None:
    parent = os.getppid()
    status = Path(f"/proc/{parent}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    answers.send(f"{parent} {status[1]}")


def _sleep(answers: Connection) -> None:
    answers.send(os.getpid())
    time.sleep(60)


def test_a_fork_has_what_every_run_needs_and_no_model_and_the_asker_s_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ASKED_FOR", "now")
    for _ in range(2):  # the parent was started for the first, under another environment than the second's
        ours, theirs = pipe()
        process = start_process(_tell, theirs)
        loaded, heavy, asked_for, processor_s = ours.recv()
        process.join()
        assert loaded == {"dagster", "polars", "archive_pipeline.assets.frames"}  # definitions are made anew
        assert heavy == set()
        assert asked_for == os.environ["ASKED_FOR"]
        assert processor_s < 1.0
        monkeypatch.setenv("ASKED_FOR", "later")


def test_libraries_with_threads_work_in_forks_of_forks() -> None:
    for _ in range(4):
        ours, theirs = pipe()
        process = start_process(_work_with_everything, theirs)
        assert ours.poll(60), "it hangs"
        assert ours.recv() == (17, [(100_000,)], (400, 400))
        process.join()


def test_a_fork_ends_when_its_starter_is_killed() -> None:
    code = (
        "from archive_pipeline.automation.warm_parent import pipe, start_process\n"
        "from archive_pipeline_tests.automation.test_warm_parent import _sleep\n"
        "ours, theirs = pipe(); start_process(_sleep, theirs); print(ours.recv(), flush=True); ours.recv()"
    )
    starter = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert starter.stdout is not None
    fork = int(starter.stdout.readline())
    starter.kill()
    starter.wait()
    until(lambda: not lives(fork), "its end")


def test_a_command_line_is_the_warm_parent_s_own_parent_and_takes_it_along() -> None:
    code = (
        "import os\n"
        "import archive_pipeline.cli\n"
        "from archive_pipeline.automation.warm_parent import fork_warm_parent, pipe, start_process\n"
        "from archive_pipeline_tests.automation.test_warm_parent import _tell_parent, _work_with_everything\n"
        "fork_warm_parent()\n"
        "for work in (_tell_parent, _work_with_everything):\n"
        "    ours, theirs = pipe(); start_process(work, theirs).join(); print(ours.recv(), flush=True)\n"
        "print(os.getpid()); os._exit(0)"
    )
    starter = subprocess.run(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, timeout=PATIENCE_S, check=True
    )
    told, worked, own = starter.stdout.splitlines()
    parent, grandparent = map(int, told.split())
    assert grandparent == int(own)
    assert worked == "(17, [(100000,)], (400, 400))"
    until(lambda: not lives(parent), "its end")


def lives(process: int) -> bool:
    """Whether it still runs; one that has ended and that nobody has asked about does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_fork_of_the_warm_parent_imports_nothing_of_ours_but_the_definitions(tmp_path: Path) -> None:
    program = (
        "import sys; import archive_pipeline.automation.preloaded; known = set(sys.modules); "
        "import archive_pipeline.definitions; print(*sorted(set(sys.modules) - known))"
    )
    environment = child_environment({"ARCHIVE_HOME": str(tmp_path), "DAGSTER_HOME": str(tmp_path)})
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    ours = [name for name in done.stdout.split() if name.startswith("archive_pipeline.")]
    assert ours == ["archive_pipeline.definitions"]
