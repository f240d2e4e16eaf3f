"""The project's own commands, run in a process beside the page."""

import json
import subprocess
import sys
from pathlib import Path

from archive_pipeline.settings import child_environment


class OwnCommands:
    """One command at a time, for the archive in `home`."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._child: subprocess.Popen[bytes] | None = None

    def run(self, *words: str) -> str | None:
        """Run a command that knows `--json`; None where it succeeded, else the sentence that it says. Raises OSError
        where no process can be started."""
        self._child = subprocess.Popen(
            [sys.executable, "-m", "archive_pipeline", *words, "--json"],
            env=child_environment({"ARCHIVE_HOME": str(self._home)}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        said, _ = self._child.communicate()
        return None if self._child.returncode == 0 else _trouble(said)

    def end(self) -> None:
        """Stop what is running."""
        child = self._child
        if child is not None and child.poll() is None:
            child.terminate()


def _trouble(said: bytes) -> str:
    """The sentence in a command's JSON."""
    try:
        report = json.loads(said)
    except ValueError:
        return "It ended without a word: run archive-pipeline ingest NAME in a terminal to see why."
    if report.get("message"):
        return str(report["message"])[:500]
    failed = report.get("failed") or []
    if failed:
        return "; ".join(dict.fromkeys(str(one.get("message")) for one in failed))[:500]
    return "No server that describes answers: its part is done once one does (archive-pipeline describe)."
