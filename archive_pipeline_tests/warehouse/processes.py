"""Other processes that use the database: readers, people who open it for writing, publishers that die."""

import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]


def start(code: str, *arguments: object) -> "subprocess.Popen[str]":
    """Run Python code in a process of its own; what it prints can be read from `stdout`."""
    command = [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)]
    return subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


@contextmanager
def running(code: str, *arguments: object) -> Iterator["subprocess.Popen[str]"]:
    """The process from the line that it prints first until the block ends, when it is killed."""
    process = start(code, *arguments)
    try:
        assert process.stdout
        line = process.stdout.readline()
        assert line == "ready\n", line + process.stdout.read()
        yield process
    finally:
        process.kill()
        process.communicate()


WRITER = """
    import sys, time, duckdb
    connection = duckdb.connect(sys.argv[1])
    try:
        connection.execute("SET wal_autocheckpoint = '1KB'")
        connection.execute("DELETE FROM shots")
        connection.execute("CREATE OR REPLACE TABLE frames AS FROM range(1000000)")
    except duckdb.Error as error:
        pass
    print("ready", flush=True)
    time.sleep(600)
"""
"""Opens the database for writing, tries to spoil it, and stays."""

READER = """
    import sys, threading, duckdb
    stop = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
    link, held = sys.argv[1], duckdb.connect(sys.argv[1], read_only=True)
    excess = "(SELECT count(*) FROM shots) - (SELECT sum(n_shots) FROM video_statistics)"
    question = f"SELECT (SELECT sequence FROM _published), {excess}"
    first = held.execute(question).fetchall()
    seen = []
    print("ready", flush=True)
    while not stop.is_set():
        with duckdb.connect(link, read_only=True) as connection:
            sequence, excess = connection.execute(question).fetchone()
        assert excess == 0, excess
        assert not seen or sequence >= seen[-1], (sequence, seen[-1])
        seen.append(sequence)
        assert held.execute(question).fetchall() == first
    print(len(seen), len(set(seen)), flush=True)
"""
"""Opens the link in a tight loop, and keeps one connection all the time; prints how often and how many versions."""

PUBLISHER = """
    import os, signal, sys
    from pathlib import Path
    from archive_pipeline.warehouse import snapshot, versions
    from archive_pipeline_tests.warehouse.archive import Archive

    def die(*arguments, **named):
        os.kill(os.getpid(), signal.SIGKILL)

    moment = sys.argv[2]
    if moment == "copying":
        versions._copied = lambda source, target, *_: os.sendfile(target, source, 0, 4096) and die()
    elif moment == "inserting":
        snapshot.Snapshot._insert = die
    elif moment == "checkpoint":
        snapshot.Snapshot.finish = die
    elif moment == "named":
        Path.symlink_to_before = Path.symlink_to
        Path.symlink_to = lambda self, target: die() if "warehouse" in str(target) else self.symlink_to_before(target)
    elif moment == "cleaning":
        versions.Versions.remove_old = die
    print(Archive(Path(sys.argv[1])).publish().sequence)
"""
"""Publishes, and is killed at a moment of the work."""
