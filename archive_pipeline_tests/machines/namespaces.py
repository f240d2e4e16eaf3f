"""Machines of the tests: processes in network, mount, host-name and process-number spaces of their own, each with a
home of its own at one path, joined by a bridge whose other end is this host, where the services are."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from archive_pipeline_tests.waiting import PATIENCE_S

_TOOLS = ("ip", "unshare", "mount")
_WORK = """hostname "$1" && mount --bind "$2" "$3" && shift 3 && { "$@" & wait $!; }"""
"""The shell is the machine's first process: it reaps the orphans."""


class Network:
    """A bridge, and the folder in which every machine sees its own disk."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._id = uuid.uuid4().hex[:6]
        self._subnet = "10.{}.{}".format(*bytes.fromhex(self._id)[:2])
        self._machines: list[Machine] = []
        self.host = f"{self._subnet}.1"
        """Address of the services."""
        self.here = root / "home"
        """A machine's own disk, on whichever machine one looks; this host's where none does."""
        self.here.mkdir()
        self._bridge = f"arch{self._id}"
        _ip("link", "add", self._bridge, "type", "bridge")
        _ip("addr", "add", f"{self.host}/24", "dev", self._bridge)
        _ip("link", "set", self._bridge, "up")

    def machine(self, name: str) -> "Machine":
        number = len(self._machines) + 2
        space, plug = f"arch{self._id}-{name}", f"ar{self._id}{number}"
        _ip("netns", "add", space)
        machine = Machine(name, space, self._root / name, self.here)
        self._machines.append(machine)
        _ip("link", "add", plug, "type", "veth", "peer", "name", "eth0", "netns", space)
        _ip("link", "set", plug, "master", self._bridge, "up")
        _ip("-n", space, "addr", "add", f"{self._subnet}.{number}/24", "dev", "eth0")
        for device in ("eth0", "lo"):
            _ip("-n", space, "link", "set", device, "up")
        return machine

    def close(self) -> None:
        for machine in self._machines:
            machine.cut_power()
            _ip("netns", "del", machine.space)
        _ip("link", "del", self._bridge)


class Machine:
    """One that is switched on by `work` and has nothing running before."""

    def __init__(self, name: str, space: str, disk: Path, here: Path) -> None:
        disk.mkdir()
        self.name, self.space, self.log = name, space, disk / "log"
        self._disk, self._here = disk, here
        self._process: subprocess.Popen[bytes] | None = None

    def work(self, *arguments: str, groups: Sequence[Path] = ()) -> None:
        """`archive-pipeline` with these arguments; it and all that it starts belong to these control groups."""
        joined = "".join(f"echo $$ > {group}/cgroup.procs && " for group in groups)
        command = ["ip", "netns", "exec", self.space, "unshare", "--mount", "--uts", "--pid", "--mount-proc"]
        command += ["--kill-child", "sh", "-c", _WORK, "sh", self.name, str(self._disk), str(self._here)]
        command += [sys.executable, "-m", "archive_pipeline", *arguments]
        with self.log.open("ab") as log:
            whole = ["sh", "-c", f'{joined}exec "$@"', "sh", *command]
            self._process = subprocess.Popen(whole, stdout=log, stderr=log)

    def cut_power(self) -> None:
        """The end of its first process is the end of all of them, at once."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def ends_when_asked(self) -> int:
        """The exit code of what works, which is sent SIGTERM."""
        assert self._process
        (first,) = _children(self._process.pid)
        (working,) = (child for child in _children(first) if b"\0worker\0" in _command(child))
        os.kill(working, signal.SIGTERM)
        return self._process.wait(PATIENCE_S)


def _children(process: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text("ascii").split()]


def _command(process: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_bytes()
    return b""


def _ip(*arguments: str) -> None:
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        raise PermissionError(f"ip {' '.join(arguments)}: {done.stderr.strip()}")


@contextmanager
def network() -> Iterator[Network]:
    """While the block runs. Skips the test where namespaces cannot be had; fails it in CI."""
    root = Path(tempfile.mkdtemp(prefix="mach-"))  # short: a socket's path has 107 bytes
    made = None
    try:
        missing = [tool for tool in _TOOLS if shutil.which(tool) is None]
        if missing:
            raise PermissionError(f"no {', '.join(missing)}: apt-get install iproute2 util-linux")
        if os.getuid():
            raise PermissionError("only root may make machines")
        made = Network(root)
    except PermissionError as error:
        shutil.rmtree(root)
        if os.environ.get("CI"):
            pytest.fail(f"CI needs namespaces: {error}")
        pytest.skip(f"no machines: {error}")
    try:
        yield made
    finally:
        made.close()
        shutil.rmtree(root, ignore_errors=True)
