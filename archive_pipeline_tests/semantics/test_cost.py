"""An hour in seconds, six hours in little memory. Each in a process of its own, so that the peak is its own."""

import json
import subprocess
import sys

import pytest


def cost_of(n_frames: int) -> dict[str, float]:
    command = [sys.executable, "-m", "archive_pipeline.semantics.bench", str(n_frames)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=580)
    cost: dict[str, float] = json.loads(done.stdout)
    return cost


def test_ten_minutes_cost_little() -> None:
    cost = cost_of(1800)
    assert cost["total_s"] < 10
    assert cost["peak_rss_mib"] < 1000


@pytest.mark.verify
def test_an_hour_at_three_frames_a_second_takes_under_ten_seconds() -> None:
    assert cost_of(10_800)["total_s"] < 10


@pytest.mark.verify
def test_65000_frames_stay_under_two_gigabytes() -> None:
    assert cost_of(65_000)["peak_rss_mib"] < 2000
