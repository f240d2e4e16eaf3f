"""One part after the other, each in a process that is ended when its time is over."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from archive_pipeline.automation.gpu_bench.asked import Asked, Value
from archive_pipeline.automation.gpu_bench.parts import parts
from archive_pipeline.durability import write_atomically
from archive_pipeline.encoders.service.census import stop_all
from archive_pipeline.settings import child_environment

_WHOLE_S = 585.0
"""For all parts together on a GPU, which is lent for a quarter of an hour."""
_SLACK = 10.0  # of every limit without one: tried at a small size, on whatever machine
_SAID = 1000  # characters of what a part that failed wrote last


def measure(asked: Asked, out: Path, on_part: Callable[[str, dict[str, Value]], None]) -> list[str]:
    """Write figures by part to the JSON file `out`, anew after each, and tell `on_part`.

    Gives the names of those that failed. None has more time than its limit, nor than is left of the ten minutes.
    """
    known: dict[str, dict[str, Value]] = {}
    at, began = time.monotonic(), datetime.now(UTC).isoformat(timespec="seconds")
    slack = 1.0 if asked.has_gpu else _SLACK
    for part in parts(asked):
        left_s = slack * _WHOLE_S - (time.monotonic() - at)
        known[part.name] = _figures(part.name, asked, min(slack * part.limit_s, left_s))
        whole = {"began": began, "asked": asdict(asked), "parts": known}
        write_atomically(out, json.dumps(whole, indent=1, ensure_ascii=False).encode())
        on_part(part.name, known[part.name])
    return [name for name, figures in known.items() if "failed" in figures]


def _figures(name: str, asked: Asked, limit_s: float) -> dict[str, Value]:
    """With the seconds that it took, and `failed` where it did."""
    if limit_s <= 0:
        return {"failed": "no time was left"}
    work = Path(asked.work)
    noted, log = work / f"{name}.json", work / f"{name}.log"
    arguments = [name, str(noted), json.dumps(asdict(asked))]
    began = time.monotonic()
    failed: dict[str, Value] = {}
    with log.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", __package__, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=written,
            env=child_environment({}),
            start_new_session=True,  # with all that it starts, but the encoder's process
        )
        try:
            if status := process.wait(limit_s):
                failed = {"failed": f"exit status {status}: {log.read_text(errors='replace')[-_SAID:]}"}
        except subprocess.TimeoutExpired:
            failed = {"failed": f"took longer than {limit_s:.0f} s"}
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            for runtime in work.glob("*/runtime"):
                stop_all(runtime, 5.0)
    seconds: dict[str, Value] = {"part_took_s": round(time.monotonic() - began, 1)}
    return {**(json.loads(noted.read_text()) if noted.exists() else {}), **failed, **seconds}
