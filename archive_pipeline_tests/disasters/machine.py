"""A machine of its own for a test: `archive-pipeline dev` on an archive, whose processes can be killed like a power cut
kills them, and started again."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import dagster as dg

from archive_pipeline.automation.dagster_ui import DagsterUi
from archive_pipeline_tests.pipeline.site import Site


class Machine:
    """Everything that runs for the site's archive: UI, daemon, code server, runs, encoder, decoders."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._mark = f"ARCHIVE_HOME={site.home}".encode()
        self._uis: list[DagsterUi] = []

    def start(self) -> DagsterUi:
        ui = DagsterUi(self._site.source.parent / f"dev {len(self._uis)}.log")
        self._uis.append(ui)
        return ui

    def processes(self, *words: str) -> list[int]:
        """Those whose command line has all of these words."""
        return [process for process, command in self._own() if all(word.encode() in command for word in words)]

    def cut_power(self) -> None:
        """All processes at once: none sees another one die."""
        for number in (signal.SIGSTOP, signal.SIGKILL):
            while True:
                found = [process for process, _ in self._own()]
                for process in found:
                    with suppress(ProcessLookupError):
                        os.kill(process, number)
                if number == signal.SIGSTOP or not found:
                    break
                time.sleep(0.05)

    def stop(self) -> None:
        self.cut_power()
        for ui in self._uis:
            ui.stop()

    def _own(self) -> Iterator[tuple[int, bytes]]:
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                number = int(folder.name)
                command = (folder / "cmdline").read_bytes()  # empty where it is dead
                if command and number != os.getpid() and self._mark in (folder / "environ").read_bytes().split(b"\0"):
                    yield number, command


def begun_steps(instance: dg.DagsterInstance) -> set[tuple[str, str]]:
    """Run and step of all steps that have begun."""
    return {
        (run.run_id, str(entry.dagster_event.step_key))
        for run in instance.get_runs()
        for entry in instance.all_logs(run.run_id, of_type=dg.DagsterEventType.STEP_START)
        if entry.dagster_event
    }
