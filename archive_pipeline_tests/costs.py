"""Which tests cost most: `pytest -p archive_pipeline_tests.costs`, with or without workers, prints it at the end.

Seconds of the processor, of the test's process and of all that it started: waiting costs nothing, and they depend less
than a clock's on what else the machine does. What several tests share is counted where it is made, in the setup of the
first. Not counted is what left its parent: the encoder of all tests, and forks of a warm parent that was stopped.
"""

import os
import time
from collections import defaultdict
from collections.abc import Generator
from pathlib import Path

import pytest

_SHOWN = 40
_TICKS = os.sysconf("SC_CLK_TCK")
_Spent = tuple[float, float]
_before: _Spent = (0.0, 0.0)
_COSTS = "costs"
_phases: list[tuple[float, float, str]] = []


def _spent() -> _Spent:
    """Seconds of processor so far, and the time by the clock."""
    own: dict[int, float] = {}
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        parents[int(folder.name)] = int(fields[1])
        own[int(folder.name)] = sum(map(int, fields[11:15])) / _TICKS
    family = {os.getpid()}
    while children := {process for process, parent in parents.items() if parent in family} - family:
        family |= children
    return sum(own[process] for process in family), time.monotonic()


def pytest_runtest_logstart() -> None:
    global _before
    _before = _spent()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    global _before
    report = yield
    now = _spent()
    report.user_properties.append(
        (_COSTS, [max(0.0, after - since) for after, since in zip(now, _before, strict=True)])
    )
    _before = now
    return report


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Where the tests are reported: here, or in the process that xdist's workers report to."""
    costs = dict(report.user_properties)[_COSTS]
    assert isinstance(costs, list)
    processor_s, clock_s = costs
    _phases.append((processor_s, clock_s, f"{report.when:8} {report.nodeid}"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    files: defaultdict[str, float] = defaultdict(float)
    for processor_s, _, name in _phases:
        files[name.split(maxsplit=1)[1].partition("::")[0]] += processor_s
    terminalreporter.section(f"{sum(files.values()):.0f} s of processor")
    for file, processor_s in sorted(files.items(), key=lambda each: -each[1])[:_SHOWN]:
        terminalreporter.write_line(f"{processor_s:8.1f} s  {file}")
    terminalreporter.section("of them, and by the clock")
    for processor_s, clock_s, name in sorted(_phases, reverse=True)[:_SHOWN]:
        terminalreporter.write_line(f"{processor_s:8.1f} s {clock_s:7.1f} s  {name}")
