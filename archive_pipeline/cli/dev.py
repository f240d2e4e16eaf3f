"""`archive-pipeline dev`: the Dagster UI and daemon of this archive, kept running."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from typing import Annotated

import typer

from archive_pipeline.automation.instance import environment
from archive_pipeline.cli.console import CANNOT, OK, err, explained
from archive_pipeline.errors import ConfigurationError
from archive_pipeline.settings import Settings, child_environment, shipped

_PR_SET_PDEATHSIG = 1
_GRACE_S = 20.0
_MOST_DEATHS, _WITHIN_S = 3, 120.0  # then it is no accident: a wrong file, a version that does not fit


def dev(
    port: Annotated[int, typer.Option(help="Port of the UI.")] = 3000,
    host: Annotated[str, typer.Option(help="Address of the UI; it has no login, so keep it local.")] = "127.0.0.1",
) -> None:
    """Start the Dagster UI and daemon: runs, backfills, schedules and sensors of this archive.

    Where one of their processes dies (killed, out of memory) all are started again; runs go on where they were.
    """
    settings = Settings()
    err.print(f"Archive [bold]{settings.home}[/] · UI at [bold]http://{host}:{port}[/] · Ctrl+C stops it")
    command = [
        sys.executable,
        "-m",
        "archive_pipeline.automation.dagster_quietly",
        "dev",
        "--workspace",
        str(shipped("workspace.yaml")),
    ]
    command += ["--host", host, "--port", str(port)]
    with explained():
        _require_free(host, port)
    raise typer.Exit(_kept_running(command, child_environment(environment(settings))))


def _require_free(host: str, port: int) -> None:
    with socket.socket() as asked:
        asked.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            asked.bind((host, port))
        except OSError as error:
            raise ConfigurationError(
                "port_taken",
                f"Port {port} of {host} cannot be used ({error.strerror}): the UI may be running there already. Choose "
                "another --port, but start one daemon an archive only.",
            ) from error


def _kept_running(command: list[str], environment: dict[str, str]) -> int:
    """Dagster stops all of its processes when one has died; begin again then, until somebody stops us."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    deaths: list[float] = []
    while True:
        dagster = subprocess.Popen(command, env=environment, preexec_fn=_own_session_that_ends_with_us)
        try:
            dagster.wait()
        except KeyboardInterrupt:
            _end(dagster, signal.SIGTERM)
            return OK
        _end(dagster, signal.SIGKILL)
        deaths = [*deaths, time.monotonic()][-_MOST_DEATHS:]
        if len(deaths) == _MOST_DEATHS and deaths[-1] - deaths[0] < _WITHIN_S:
            err.print("[red]Dagster died again and again; what it said last tells why.[/]")
            return CANNOT
        err.print("[yellow]A process of Dagster died; all are started again.[/]")


def _own_session_that_ends_with_us() -> None:
    os.setsid()  # so that all of it can be ended at once
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _end(dagster: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """With everything that it started, what it left as an orphan too."""
    with suppress(ProcessLookupError):
        os.killpg(dagster.pid, number)
    with suppress(subprocess.TimeoutExpired):
        dagster.wait(_GRACE_S)
    with suppress(ProcessLookupError):
        os.killpg(dagster.pid, signal.SIGKILL)
    dagster.wait()
