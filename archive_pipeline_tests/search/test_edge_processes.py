"""The embedded index between real processes: writers take turns, readers never notice, kills do no harm."""

import gc
import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from archive_pipeline.errors import PassingError
from archive_pipeline.search import edge_folder, edge_reader, journal
from archive_pipeline.search.edge import EdgeIndex
from archive_pipeline.search.edge_reader import EdgeReader
from archive_pipeline.search.edge_shard import Shard
from archive_pipeline.search.model import Filter
from archive_pipeline_tests.search import processes
from archive_pipeline_tests.search.processes import DIMENSION, ENOUGH, N_VIDEOS, SPACE, video_points
from archive_pipeline_tests.thorough import thorough
from archive_pipeline_tests.waiting import PATIENCE_S, until


def start(role: str, folder: Path, seconds: float) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", processes.__name__, role, str(folder), str(seconds)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def filled(folder: Path) -> EdgeIndex:
    index = EdgeIndex(folder, 60)
    index.ensure_space(SPACE, DIMENSION)
    index.replace_videos(SPACE, {f"c/{video}": video_points(video, 0) for video in range(N_VIDEOS)})
    return index


def copies(folder: Path) -> list[str]:
    return sorted(place.name for place in (folder / ".replicas" / SPACE).glob("*"))


@thorough
def test_a_reader_never_fails_while_writers_write(tmp_path: Path) -> None:
    filled(tmp_path)
    writers, readers = ([start(role, tmp_path, PATIENCE_S) for _ in range(2)] for role in ("write", "read"))
    printed = [reader.communicate()[0] for reader in readers]
    assert [writer.poll() for writer in writers] == [None, None]
    (tmp_path / ENOUGH).touch()
    assert [process.wait() for process in writers + readers] == [0, 0, 0, 0]
    for n_searches, n_generations in (map(int, line.split()) for line in printed):
        assert n_searches >= 100
        assert n_generations >= 5, "the reader did not see the writers' work"
    assert copies(tmp_path) in (["0"], ["1"], [])


@thorough
def test_a_writer_that_is_killed_anywhere_leaves_a_whole_index(tmp_path: Path) -> None:
    """The video in hand has all of its old points or all of its new ones, every other exactly the last ones written."""
    index = filled(tmp_path)
    versions = dict.fromkeys(range(N_VIDEOS), 0)
    with EdgeReader(tmp_path, 60) as reader:
        reader.count(SPACE)
        for _ in range(5):
            (tmp_path / "log").unlink(missing_ok=True)
            writer = start("write", tmp_path, 60)
            time.sleep(random.uniform(0, 0.6))
            writer.kill()
            writer.communicate()
            for video, version, state in log_lines(tmp_path):
                if state == "done" or ids_of(index, video) != ids(video, versions[video]):
                    versions[video] = version
            assert {video: ids_of(index, video) for video in versions} == {v: ids(v, versions[v]) for v in versions}
            assert index.count(SPACE) == sum(len(ids(v, versions[v])) for v in versions)
        time.sleep(edge_reader._REFRESH_S)
        for video, version in versions.items():
            points = {point.id: point for point in video_points(video, version)}
            for stored in (index.fetch(SPACE, list(points)), reader.fetch(SPACE, list(points))):
                assert stored.keys() == points.keys()
                for key, point in points.items():
                    np.testing.assert_allclose(stored[key].vector, point.vector, atol=1e-6)


def test_a_second_writer_waits_for_the_first(tmp_path: Path) -> None:
    index = filled(tmp_path)
    holder = start("hold", tmp_path, 1.5)
    before = time.monotonic()
    index.replace_video(SPACE, "c/0", video_points(0, 1))
    assert time.monotonic() - before > 0.5
    assert holder.wait() == 0


def test_a_writer_that_waited_too_long_says_so_and_may_be_tried_again(tmp_path: Path) -> None:
    filled(tmp_path)
    holder = start("hold", tmp_path, 60)
    with pytest.raises(PassingError, match="index_busy"):
        EdgeIndex(tmp_path, 0.3).replace_video(SPACE, "c/0", [])
    holder.kill()
    holder.communicate()
    EdgeIndex(tmp_path, 5).replace_video(SPACE, "c/0", [])  # a dead process holds nothing


def test_a_reader_that_has_its_copy_does_not_wait_for_writers(tmp_path: Path) -> None:
    filled(tmp_path)
    with EdgeReader(tmp_path, 5) as reader:
        n_points = reader.count(SPACE)
        holder = start("hold", tmp_path, PATIENCE_S)
        for _ in range(20):
            assert reader.count(SPACE) == n_points
        assert holder.poll() is None, "the writer was not waited for"
        holder.kill()
        holder.communicate()


def test_what_another_process_writes_is_found_within_seconds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge_reader, "_REFRESH_S", 1.0)
    filled(tmp_path)
    with EdgeReader(tmp_path, 60) as reader:
        reader.count(SPACE)
        writer = start("write", tmp_path, 2)
        assert writer.wait() == 0
        video, version, _ = log_lines(tmp_path)[-1]
        expected = ids(video, version)
        until(lambda: set(reader.video_points(SPACE, f"c/{video}")) == expected, "what was written last")


def test_a_reader_that_fell_far_behind_copies_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = filled(tmp_path)
    with EdgeReader(tmp_path, 60) as reader:
        reader.count(SPACE)
        first_copy = reader._opened[SPACE].replica
        monkeypatch.setattr(journal, "_KEPT_BYTES", 1)
        monkeypatch.setattr(edge_folder, "_MOST_BEHIND", 1)
        for version in (1, 2, 3):
            index.replace_video(SPACE, "c/0", video_points(0, version))
        assert len(list((tmp_path / SPACE / "journal").iterdir())) == 1
        assert reader.video_points(SPACE, "c/0").keys() == ids(0, 3)
        assert reader._opened[SPACE].replica is not first_copy
        assert len(copies(tmp_path)) == 1


def test_writing_a_video_opens_no_shard_until_enough_is_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = filled(tmp_path)
    index.count(SPACE)
    monkeypatch.setattr(journal, "_KEPT_BYTES", 1)
    monkeypatch.setattr(edge_folder, "_MOST_BEHIND", 5)
    opened: list[Path] = []
    load = Shard.load.__func__  # type: ignore[attr-defined]
    monkeypatch.setattr(Shard, "load", classmethod(lambda cls, *of: (opened.append(of[0]), load(cls, *of))[1]))
    for version in range(1, 5):
        index.replace_video(SPACE, "c/0", video_points(0, version))
        assert index.video_points(SPACE, "c/0").keys() == ids(0, version)
    assert opened == []
    assert len(list((tmp_path / SPACE / "journal").iterdir())) >= 4, "what the shard lacks is not forgotten"
    index.replace_video(SPACE, "c/0", video_points(0, 5))
    assert len(opened) == 1
    assert index.video_points(SPACE, "c/0").keys() == ids(0, 5)
    assert len(list((tmp_path / SPACE / "journal").iterdir())) == 1


def test_a_space_that_was_dropped_and_made_again_is_not_mistaken(tmp_path: Path) -> None:
    index = filled(tmp_path)
    with EdgeReader(tmp_path, 60) as reader:
        reader.count(SPACE)
        index.drop_space(SPACE)
        index.ensure_space(SPACE, DIMENSION)
        index.replace_video(SPACE, "c/9", video_points(0, 5)[:0])
        assert reader.count(SPACE) == 0


def test_one_idle_copy_waits_for_the_next_reader(tmp_path: Path) -> None:
    index = filled(tmp_path)
    with EdgeReader(tmp_path, 60) as reader:
        reader.count(SPACE)
    assert copies(tmp_path) == ["0"]
    index.replace_video(SPACE, "c/0", video_points(0, 1))
    inode = (tmp_path / ".replicas" / SPACE / "0" / "shard").stat().st_ino
    with EdgeReader(tmp_path, 60) as first, EdgeReader(tmp_path, 60) as second:
        for reader in (first, second):
            assert reader.video_points(SPACE, "c/0").keys() == ids(0, 1)
        assert copies(tmp_path) == ["0", "1"]
        assert (tmp_path / ".replicas" / SPACE / "0" / "shard").stat().st_ino == inode, "it was copied again"
    assert copies(tmp_path) == ["0"]


def test_a_reader_that_nobody_closes_gives_its_copy_back(tmp_path: Path) -> None:
    filled(tmp_path)
    reader = EdgeReader(tmp_path, 60)
    reader.count(SPACE)
    assert not (tmp_path / ".replicas" / SPACE / "0" / "state.json").exists()
    del reader
    gc.collect()
    assert (tmp_path / ".replicas" / SPACE / "0" / "state.json").exists()


def test_many_writes_at_once_do_not_hold_a_query_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = filled(tmp_path)
    with EdgeReader(tmp_path, 60) as reader:
        reader.count(SPACE)
        for version in (1, 2, 3):
            index.replace_video(SPACE, "c/0", video_points(0, version))
        monkeypatch.setattr(edge_reader, "_CATCH_UP_S", 0.0)
        for version in (1, 2, 3):  # an entry a query
            assert reader.video_points(SPACE, "c/0").keys() == ids(0, version)


@thorough
def test_searches_from_many_threads_while_points_change(tmp_path: Path) -> None:
    index = filled(tmp_path)
    query = np.ones(DIMENSION, np.float32)
    with EdgeReader(tmp_path, 60) as reader, ThreadPoolExecutor(8) as threads:
        reader.count(SPACE)
        for version in range(1, 4):
            answers = [threads.submit(reader.search, SPACE, query, 10) for _ in range(100)]
            index.replace_video(SPACE, "c/0", video_points(0, version))
            if version == 2:  # the copy is exchanged under running queries
                index.drop_space(SPACE)
                filled(tmp_path)
            assert all(len(answer.result()) in (0, 10) for answer in answers)
        assert reader.count(SPACE) == index.count(SPACE)


def test_copies_of_killed_readers_are_cleaned_up_and_not_trusted(tmp_path: Path) -> None:
    index = filled(tmp_path)
    killed = [start("search_and_wait", tmp_path, 60) for _ in range(3)]
    assert copies(tmp_path) == ["0", "1", "2"]
    for process in killed:
        process.kill()
        process.communicate()
    with EdgeReader(tmp_path, 60) as reader:
        assert reader.count(SPACE) == index.count(SPACE)
        assert copies(tmp_path) == ["0"]


def test_a_reader_from_before_the_first_write_finds_what_comes(tmp_path: Path) -> None:
    with EdgeReader(tmp_path / "not yet", 60) as reader:
        assert reader.spaces() == []
        assert reader.count(SPACE) == 0
        index = filled(tmp_path / "not yet")
        assert reader.spaces() == [SPACE]
        assert reader.count(SPACE) == index.count(SPACE)


@thorough
def test_an_archive_that_is_replaced_again_and_again_does_not_grow_without_bound(tmp_path: Path) -> None:
    index = EdgeIndex(tmp_path, 60)
    index.ensure_space(SPACE, DIMENSION)
    rng = np.random.default_rng(0)
    sizes = []
    for _ in range(5):
        points = processes.random_points("c/0", 1200, rng, DIMENSION)
        index.replace_video(SPACE, "c/0", points)
        sizes.append(sum(file.stat().st_blocks * 512 for file in (tmp_path / SPACE / "shard").rglob("*")))
    assert index.count(SPACE) == 1200
    assert sizes[-1] < 1.5 * sizes[1], sizes  # not the first: file systems in memory fill a shard's holes later
    query = rng.standard_normal(DIMENSION).astype(np.float32)
    found = [hit.score for hit in index.search(SPACE, query, limit=1200)]
    cosines = [float(point.vector @ query) / np.linalg.norm(query) for point in points]
    np.testing.assert_allclose(found, sorted(cosines, reverse=True), atol=1e-5)
    assert index.count(SPACE, Filter(classes=(0, 1, 2, 3))) == 1200


def log_lines(folder: Path) -> list[tuple[int, int, str]]:
    log = folder / "log"
    lines = log.read_text().splitlines() if log.exists() else []
    return [(int(video), int(version), state) for video, version, state in (line.split() for line in lines)]


def ids(video: int, version: int) -> set[str]:
    return {point.id for point in video_points(video, version)}


def ids_of(index: EdgeIndex, video: int) -> set[str]:
    return set(index.video_points(SPACE, f"c/{video}"))
