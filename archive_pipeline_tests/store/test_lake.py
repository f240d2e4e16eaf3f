"""The lake: one Parquet file per table and video."""

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.provenance import Provenance

VIDEO = VideoName("nodo", b"a b/\xff.mp4")
MADE = Provenance("scenes", "1", {"min_scene_s": 2.0}, {"classes": "abc"}, elapsed_s=1.5, notes={"device": "cpu"})


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def file_of(lake: Lake) -> Path:
    return Path(lake.objects.shown(lake.key("scenes", VIDEO)))


def scenes(n: int) -> pl.DataFrame:
    starts = [float(i) for i in range(n)]
    return pl.DataFrame(
        {
            "video_id": [VIDEO.video_id] * n,
            "scene": list(range(n)),
            "class": [0] * n,
            "start_s": starts,
            "end_s": [start + 1 for start in starts],
        }
    )


def test_a_table_comes_back_as_it_was_written_with_where_it_came_from(lake: Lake) -> None:
    lake.write("scenes", VIDEO, scenes(3), MADE)
    assert lake.read("scenes", VIDEO).equals(scenes(3).cast({"scene": pl.Int32, "class": pl.Int32}))
    stored = lake.provenance("scenes", VIDEO)
    assert stored == MADE
    assert stored.fingerprint == MADE.fingerprint


def half_a_table(lake: Lake) -> None:
    with lake.writer("scenes", VIDEO, lambda: MADE) as writer:
        writer.append(scenes(5))
        writer.append(scenes(1).drop("class"))


def test_a_video_without_a_table_has_no_rows_and_no_provenance(lake: Lake) -> None:
    assert lake.read("scenes", VIDEO).is_empty()
    assert lake.read("scenes", VIDEO, ["start_s"]).columns == ["start_s"]
    assert lake.provenance("scenes", VIDEO) is None


def test_a_failed_write_leaves_the_old_table_and_nothing_else(lake: Lake, tmp_path: Path) -> None:
    lake.write("scenes", VIDEO, scenes(1), MADE)
    with pytest.raises(ValueError, match="table scenes has columns"):
        half_a_table(lake)
    assert lake.read("scenes", VIDEO).height == 1
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [file_of(lake)]


def test_rows_that_do_not_fit_the_schema_are_refused(lake: Lake) -> None:
    with pytest.raises(ValueError, match="table scenes has columns"):
        lake.write("scenes", VIDEO, scenes(1).drop("class"), MADE)


def test_row_groups_are_appended_and_read_in_batches(lake: Lake) -> None:
    with lake.writer("scenes", VIDEO, lambda: MADE) as writer:
        for _ in range(4):
            writer.append(scenes(10))
    batches = list(lake.batches("scenes", VIDEO, ["scene"], batch_rows=7))
    assert sum(batch.height for batch in batches) == 40
    assert max(batch.height for batch in batches) <= 7


def test_the_videos_of_a_table_are_found_again_by_their_names(lake: Lake) -> None:
    names = {VIDEO, VideoName("nodo", b"z" * 255 + b".mp4"), VideoName("other", b"x")}
    for name in names:
        lake.write("scenes", name, scenes(1), MADE)
    assert set(lake.videos("scenes", "nodo")) == names - {VideoName("other", b"x")}


def test_deleting_a_long_name_leaves_no_empty_folder(lake: Lake, tmp_path: Path) -> None:
    name = VideoName("nodo", b"z" * 600)
    lake.write("scenes", name, scenes(1), MADE)
    lake.delete("scenes", name)
    assert list((tmp_path / "lake" / "scenes" / "nodo").iterdir()) == []


def test_files_that_a_killed_writer_left_are_swept_once_they_are_old(lake: Lake) -> None:
    lake.write("scenes", VIDEO, scenes(1), MADE)
    old, fresh = (file_of(lake).parent / f".{name}.tmp" for name in ("old", "fresh"))
    old.touch()
    fresh.touch()
    two_days_ago = time.time() - 2 * 86400
    os.utime(old, (two_days_ago, two_days_ago))
    assert lake.objects.sweep() == 1
    assert fresh.exists()
    assert lake.read("scenes", VIDEO).height == 1


def test_a_fingerprint_depends_on_what_a_result_is_made_from_and_not_on_its_cost() -> None:
    same = Provenance("scenes", "1", {"min_scene_s": 2.0}, {"classes": "abc"}, elapsed_s=9.0, notes={"device": "cuda"})
    others = [
        Provenance("shots", "1", {"min_scene_s": 2.0}, {"classes": "abc"}),
        Provenance("scenes", "2", {"min_scene_s": 2.0}, {"classes": "abc"}),
        Provenance("scenes", "1", {"min_scene_s": 3.0}, {"classes": "abc"}),
        Provenance("scenes", "1", {"min_scene_s": 2.0}, {"classes": "abd"}),
    ]
    assert same.fingerprint == MADE.fingerprint
    assert len({MADE.fingerprint, *(other.fingerprint for other in others)}) == 5


def test_rows_in_the_middle_are_read_without_the_rest(lake: Lake) -> None:
    """Appended pieces and pieces of 1,024 rows are row groups; only those that are asked for are read."""
    with lake.writer("scenes", VIDEO, lambda: MADE) as writer:
        for part in (scenes(3000)[:5], scenes(3000)[5:]):
            writer.append(part)
    for first, last in ((0, 0), (4, 5), (3, 1029), (1028, 1029), (2999, 2999), (0, 2999)):
        assert lake.rows("scenes", VIDEO, ["scene"], first, last)["scene"].to_list() == list(range(first, last + 1))
    assert lake.rows("scenes", VIDEO, ["scene"], 2998, 5000)["scene"].to_list() == [2998, 2999]
    assert lake.rows("scenes", VIDEO, ["scene"], 4000, 5000).is_empty()
    assert lake.rows("scenes", VideoName("nodo", b"none"), ["scene"], 0, 1).is_empty()


def test_a_table_that_is_written_anew_has_another_version(lake: Lake) -> None:
    assert lake.version("scenes", VIDEO) is None
    lake.write("scenes", VIDEO, scenes(3), MADE)
    first = lake.version("scenes", VIDEO)
    assert first == lake.version("scenes", VIDEO)
    lake.write("scenes", VIDEO, scenes(3), MADE)
    assert lake.version("scenes", VIDEO) != first


def test_a_table_is_read_in_pieces_without_keeping_those_that_were_read(tmp_path: Path) -> None:
    """In a process of its own, whose peak is known: 400 MB of pictures that do not compress.

    The peak does not grow with the table; pyarrow's own share of it is 95 or 125 MB, as its threads meet.
    """
    program = """
import sys
from pathlib import Path
import numpy as np
import polars as pl
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.provenance import Provenance

lake, video = Lake(Path(sys.argv[1])), VideoName("c", b"a.mp4")
if sys.argv[2] == "write":
    random = np.random.default_rng(0)
    with lake.writer("pictures", video, lambda: Provenance("frames", "1", {}, {})) as writer:
        for n in range(400):
            row = {"video_id": "c/a.mp4", "frame": n, "pts_s": float(n), "source_frame": n, "leader": None}
            writer.append(pl.DataFrame([row | {"jpeg": random.bytes(1_000_000)}]))
else:
    peak = lambda: int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) * 1024
    before = peak()
    n_bytes = sum(len(jpeg) for batch in lake.batches("pictures", video, ["jpeg"], 8) for jpeg in batch["jpeg"])
    print(n_bytes, peak() - before)
"""
    for what in ("write", "read"):
        command = [sys.executable, "-c", program, str(tmp_path), what]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    n_bytes, grown = map(int, printed.split())
    assert n_bytes == 400_000_000
    assert grown < n_bytes / 2


def test_what_the_system_refuses_is_no_damage_of_a_table(lake: Lake) -> None:
    """`repair` deletes damaged tables."""
    lake.write("scenes", VIDEO, scenes(3), MADE)
    assert lake.damage("scenes", VIDEO, deep=False) is None
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))  # nothing more can be opened
    try:
        with pytest.raises(OSError, match="Too many open files"):
            lake.damage("scenes", VIDEO, deep=False)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
