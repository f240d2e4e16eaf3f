"""How fast an archive is made, in processor time, so that a busy machine does not change the answer much."""

import resource
from pathlib import Path

import pytest

from archive_pipeline.simulator.archive import simulate


def times_real_time(out: Path, ffmpeg: Path, minutes: float, *, fast: bool) -> float:
    """Seconds of video per second of one core, ffmpeg's share included."""

    def used() -> float:
        both = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
        return sum(usage.ru_utime + usage.ru_stime for usage in both)

    before = used()
    simulate(out, 4, minutes, seed=21, ffmpeg=ffmpeg, fast=fast)
    return 4 * minutes * 60 / (used() - before)


@pytest.mark.verify
def test_full_archives_are_drawn_at_ten_times_real_time(tmp_path: Path, ffmpeg: Path) -> None:
    speed = times_real_time(tmp_path, ffmpeg, 1, fast=False)
    print(f"full: {speed:.1f} × real time on one core")
    assert speed >= 10


@pytest.mark.verify
def test_fast_archives_are_drawn_at_fifty_times_real_time(tmp_path: Path, ffmpeg: Path) -> None:
    speed = times_real_time(tmp_path, ffmpeg, 4, fast=True)
    print(f"fast: {speed:.1f} × real time on one core")
    assert speed >= 50
