"""The image, without Docker: its own steps in a bare Debian, then the demo as its user on a read-only source."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from archive_pipeline_tests.machines.dockerfile import steps

_PROJECT = Path(__file__).parents[2]
_INSIDE = "/opt/archive-pipeline"
_CERTIFICATES = "/etc/certificates-of-this-machine.crt"


class BareDebian:
    """A Debian 12 in a folder. Mounts are made in a namespace of each command, so that none outlives it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        subprocess.run(["debootstrap", "--variant=minbase", "bookworm", str(root)], check=True, stdout=sys.stderr)
        shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
        known = Path(os.environ.get("PIP_CERT", "/etc/ssl/certs/ca-certificates.crt"))
        shutil.copy(known, root / _CERTIFICATES[1:])
        if Path("/etc/pip.conf").exists():
            shutil.copy("/etc/pip.conf", root / "etc/pip.conf")
        self._packages = _folders_of_packages()
        self.environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"}
        self._machine = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "pip_"))}
        self._machine |= {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}
        self._machine["PIP_CERT"] = _CERTIFICATES

    def copy(self, files: list[str], target: str) -> None:
        for name in files:
            there = self._root / target[1:] / name
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(_PROJECT / name, there)

    def run(self, said: str, user: str = "root", read_only: str = "") -> str:
        root = shlex.quote(str(self._root))
        mounts = [f"mount -t proc proc {root}/proc", f"mount --rbind /dev {root}/dev"]
        for folder in self._packages:
            mounts += [f"mkdir -p {root}{folder}", f"mount --bind -o ro {folder} {root}{folder}"]
        if read_only:
            inside = f"{root}{read_only}"
            mounts += [f"mount --bind {inside} {inside}", f"mount -o remount,ro,bind {inside}"]
        into = f"exec chroot --userspec={user} {root} sh -c {shlex.quote(f'cd {_INSIDE} && {said}')}"
        command = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-ec", "\n".join([*mounts, into])]
        ended = subprocess.run(
            command,
            env={**self._machine, **self.environment},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert ended.returncode == 0, f"{said}\n{ended.stdout[-4000:]}"
        return ended.stdout


def _folders_of_packages() -> list[str]:
    """Folders of this machine from which pip takes wheels: of an index, `simple` and the files beside it."""
    listed = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True).stdout
    said = listed + os.environ.get("PIP_FIND_LINKS", "")
    named = [Path(found) for found in re.findall(r"(?:file://|(?<=['\s=]))(/[\w./-]+)", said)]
    return sorted({str(one.parent if one.name == "simple" else one) for one in named if one.is_dir()})


def _sent_to_the_build() -> list[str]:
    """Files of the working tree that neither git nor .dockerignore leaves out."""
    ignored = (_PROJECT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    command = ["git", "-C", str(_PROJECT), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [name for name in listed.split("\0") if name.split("/")[0] not in ignored and (_PROJECT / name).is_file()]


@pytest.mark.verify
def test_the_image_builds_in_a_bare_debian_and_shows_the_demo_on_a_read_only_source(tmp_path: Path) -> None:
    if os.getuid() or not shutil.which("debootstrap"):
        pytest.skip("needs root and debootstrap: apt-get install --no-install-recommends debootstrap")
    debian, user = BareDebian(tmp_path / "root"), "root"
    (tmp_path / "root" / _INSIDE[1:]).mkdir(parents=True)
    for step, said in steps():
        if step == "COPY":
            assert said == ". ."
            debian.copy(_sent_to_the_build(), _INSIDE)
        elif step == "RUN":
            debian.run(said)
        elif step == "USER":
            user = said
        elif step == "ENV":  # what ARG names comes from this machine's environment
            for name, value in (word.split("=", 1) for word in shlex.split(said)):
                debian.environment[name] = value.replace("$PATH", debian.environment["PATH"])
    assert debian.run("id -un", user).strip() == user
    assert "read-only" in debian.run(f"touch {_INSIDE}/x 2>&1 || true", "root", read_only=_INSIDE).lower()
    shown = debian.run("make demo", user, read_only=_INSIDE)
    print(shown[-1500:])
    assert debian.run("archive-pipeline status", user, read_only=_INSIDE)
