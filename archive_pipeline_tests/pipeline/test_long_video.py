"""Three hours through the whole chain: memory does not grow with the length of a video."""

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.settings import child_environment

_HOURS = 3
_CLIP_S = 70.4  # tears_of_steel_battle.webm


class Watched(threading.Thread):
    """The most memory that a process and all that it started held at one moment, in bytes of resident set."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self.peak = 0

    def run(self) -> None:
        while Path(f"/proc/{self._pid}").exists():
            self.peak = max(self.peak, sum(_resident(pid) for pid in _family(self._pid)))
            time.sleep(0.2)


def _family(pid: int) -> set[int]:
    parents: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        parents[int(entry.parent.name)] = int(fields[1])
    family = {pid}
    while grown := {child for child, parent in parents.items() if parent in family} - family:
        family |= grown
    return family


def _resident(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024 if "VmRSS:" in status else 0


@pytest.mark.verify
def test_three_hours_go_through_all_stages_in_under_two_gigabytes(footage: Path, tmp_path: Path) -> None:
    source = tmp_path / "long"
    source.mkdir()
    clip, times = footage / "tears_of_steel_battle.webm", round(_HOURS * 3600 / _CLIP_S)
    copy = [str(find_ffmpeg(None)), "-v", "error", "-stream_loop", str(times), "-i", str(clip), "-c", "copy", "-an"]
    subprocess.run([*copy, str(source / "three hours.mkv")], check=True)
    command = [sys.executable, "-m", "archive_pipeline", "ingest", str(source), "--model", "archive-tiny", "--json"]
    home = {"ARCHIVE_HOME": str(tmp_path / "home"), "ARCHIVE_COLLECTIONS": str(tmp_path / "none")}
    began = time.monotonic()
    with subprocess.Popen(command, env=child_environment(home), stdout=subprocess.PIPE, text=True) as ingest:
        watched = Watched(ingest.pid)
        watched.start()
        printed, _ = ingest.communicate()
    report = json.loads(printed)
    print(f"peak of all processes {watched.peak / 1e9:.2f} GB, {time.monotonic() - began:.0f} s")
    assert (ingest.returncode, report["ready"], report["failed"]) == (0, 1, [])
    assert watched.peak < 2e9
