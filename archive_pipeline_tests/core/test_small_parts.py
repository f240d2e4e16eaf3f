"""Timecodes, locks, progress, what is kept in memory, and errors."""

import multiprocessing
import pickle
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest

from archive_pipeline.errors import MediaError, PassingError
from archive_pipeline.interruption import interruptible, raise_if_interrupted
from archive_pipeline.locking import file_lock
from archive_pipeline.progress import listening, report
from archive_pipeline.store.bounded_cache import Recent
from archive_pipeline.timecode import format_timecode
from archive_pipeline_tests.waiting import PATIENCE_S, until


@pytest.mark.parametrize(
    ("seconds", "timecode"),
    [
        (0.0, "00:00:00.000"),
        (0.0004, "00:00:00.000"),
        (59.9996, "00:01:00.000"),
        (3723.042, "01:02:03.042"),
        (360000.0, "100:00:00.000"),
        (-1.5, "-00:00:01.500"),
        (-0.0001, "00:00:00.000"),
    ],
)
def test_timecodes_are_hours_minutes_seconds_and_milliseconds(seconds: float, timecode: str) -> None:
    assert format_timecode(seconds) == timecode


def test_an_error_survives_the_trip_between_processes() -> None:
    error = pickle.loads(pickle.dumps(MediaError("no_video_stream", "There is no picture.")))
    assert (error.code, error.message, error.permanent) == ("no_video_stream", "There is no picture.", True)
    assert not PassingError("io_error", "later").permanent


def _hold(path: Path, seconds: float) -> None:
    with file_lock(path):
        time.sleep(seconds)


def test_a_lock_is_held_by_one_process_and_freed_when_that_dies(tmp_path: Path) -> None:
    lock = tmp_path / "deep" / "video.lock"
    holder = multiprocessing.get_context("spawn").Process(target=_hold, args=(lock, 60))
    holder.start()
    until(lock.exists, "the lock")
    time.sleep(0.2)
    waits: list[str] = []
    with (
        pytest.raises(PassingError, match="index_busy"),
        file_lock(lock, timeout_s=0.3, on_wait=waits.append, code="index_busy"),
    ):
        pass
    holder.kill()
    holder.join()
    with file_lock(lock, timeout_s=PATIENCE_S, on_wait=waits.append):
        waits.append("held")
    assert len(waits) == 2
    assert waits[0].startswith(f"process {holder.pid} on ")


def test_progress_reaches_listeners_only_while_they_listen() -> None:
    heard: list[tuple[str, float]] = []
    with listening(lambda stage, fraction: heard.append((stage, fraction))):
        report("frames", 0.5)
    report("frames", 0.9)
    assert heard == [("frames", 0.5)]


def test_what_was_used_last_is_kept_within_its_bytes() -> None:
    read: list[str] = []

    def value(key: str) -> bytes:
        read.append(key)
        return key.encode() * 10

    recent: Recent[bytes] = Recent(25, len)
    for key in ("a", "b", "a", "c", "a", "b"):
        assert recent.get(key, lambda key=key: value(key)) == key.encode() * 10
    assert read == ["a", "b", "c", "b"]
    assert recent.get("large", lambda: b"x" * 100) == b"x" * 100


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_that_somebody_swallowed_is_heeded_all_the_same(number: signal.Signals) -> None:
    former = signal.signal(number, signal.default_int_handler)
    try:
        with interruptible():
            with suppress(KeyboardInterrupt):
                signal.raise_signal(number)
            with pytest.raises(KeyboardInterrupt):
                raise_if_interrupted()
        raise_if_interrupted()
        assert signal.getsignal(number) is signal.default_int_handler
    finally:
        signal.signal(number, former)


def test_what_is_ignored_stays_ignored() -> None:
    former = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with interruptible():
            signal.raise_signal(signal.SIGINT)
            raise_if_interrupted()
    finally:
        signal.signal(signal.SIGINT, former)
