"""Answers survive the process that got them."""

import multiprocessing
import time
from pathlib import Path

import pytest

from archive_pipeline.language.vlm.journal import FileJournal, open_journal
from archive_pipeline.store.database import open_database
from archive_pipeline.store.naming import VideoName


@pytest.mark.parametrize("kind", ["file", "rows"])
def test_entries_come_back_by_key_and_fingerprint(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    place = tmp_path / "sqlite" if kind == "file" else str(request.getfixturevalue("postgres_url"))
    video = VideoName("films", b"\xff\n.mp4")
    journal = open_journal(open_database(place), tmp_path / "deep", "findings", video)
    other = open_journal(open_database(place), tmp_path / "deep", "descriptions", video)
    assert journal.entries("a") == {}
    with journal:
        journal.append("one", "a", {"said": "línea\nnueva 😀 \u2028"})
        journal.append("two", "a", {"said": "\0"})
        journal.append("one", "b", {"said": "otherwise"})
        journal.append("two", "a", {"said": "last"})
    assert journal.entries("a") == {"one": {"said": "línea\nnueva 😀 \u2028"}, "two": {"said": "last"}}
    assert journal.entries("b") == {"one": {"said": "otherwise"}}
    assert other.entries("a") == {}
    other.delete()
    assert journal.entries("b")
    journal.delete()
    assert journal.entries("a") == {}


def test_a_torn_line_costs_its_entry_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    with FileJournal(path) as journal:
        journal.append("one", "a", {"n": 1})
        journal.append("two", "a", {"n": 2})
    path.write_bytes(path.read_bytes()[:-10])
    with FileJournal(path) as journal:
        journal.append("three", "a", {"n": 3})
        assert journal.entries("a") == {"one": {"n": 1}, "three": {"n": 3}}


def test_what_is_no_entry_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    path.write_bytes(b'[1]\nnull\n{"key": "x"}\n\xff\xfe\n{"key": "k", "fingerprint": "a", "entry": {"n": 1}}\n')
    assert FileJournal(path).entries("a") == {"k": {"n": 1}}


def test_entries_survive_a_process_that_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    child = multiprocessing.get_context("spawn").Process(target=_append_for_ever, args=(path,))
    child.start()
    while len(FileJournal(path).entries("a")) < 100:
        time.sleep(0.01)
    child.kill()
    child.join()
    kept = FileJournal(path).entries("a")
    assert [kept[str(i)] for i in range(len(kept))] == [{"n": i} for i in range(len(kept))]


def _append_for_ever(path: Path) -> None:
    with FileJournal(path) as journal:
        n = 0
        while True:
            journal.append(str(n), "a", {"n": n})
            n += 1
