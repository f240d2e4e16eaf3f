"""A share of the processors for a machine of the tests, and what it used of them: a control group, version 1 or 2."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from archive_pipeline_tests.waiting import until

_ROOT = Path("/sys/fs/cgroup")
_PERIOD_US = 100_000


class ControlGroup:
    def __init__(self, name: str, cores: float | None) -> None:
        """`cores`: the quota, such as 0.4; None: only counted. Raises OSError where there are no such groups."""
        self._version_2 = (_ROOT / "cgroup.controllers").exists()
        quota_us = round(cores * _PERIOD_US) if cores else None
        if self._version_2:
            (_ROOT / "cgroup.subtree_control").write_text("+cpu")
        kinds = ("",) if self._version_2 else ("cpu", "cpuacct")
        self.folders = tuple(_ROOT / kind / name for kind in kinds)
        for folder in self.folders:
            folder.mkdir()
        if quota_us and self._version_2:
            (self.folders[0] / "cpu.max").write_text(f"{quota_us} {_PERIOD_US}")
        elif quota_us:
            (self.folders[0] / "cpu.cfs_period_us").write_text(str(_PERIOD_US))
            (self.folders[0] / "cpu.cfs_quota_us").write_text(str(quota_us))

    @property
    def processor_s(self) -> float:
        """Used so far by all that ever belonged to it."""
        if self._version_2:
            facts = dict(line.split() for line in (self.folders[0] / "cpu.stat").read_text("ascii").splitlines())
            return int(facts["usage_usec"]) / 1e6
        return int((self.folders[1] / "cpuacct.usage").read_text("ascii")) / 1e9

    def join(self, process: int) -> None:
        """With all that it will start."""
        for folder in self.folders:
            (folder / "cgroup.procs").write_text(str(process))

    def close(self) -> None:
        """Everybody in it has been killed, or asked to end."""
        for folder in self.folders:
            until(partial(_is_empty, folder), f"the end of all in {folder}")
            folder.rmdir()


def _is_empty(folder: Path) -> bool:
    return not (folder / "cgroup.procs").read_text("ascii")


@contextmanager
def control_group(name: str, cores: float | None = None) -> Iterator[ControlGroup]:
    """Skips the test where no control groups can be made."""
    try:
        group = ControlGroup(name, cores)
    except OSError as error:
        pytest.skip(f"no control groups: {error}")
    try:
        yield group
    finally:
        group.close()
