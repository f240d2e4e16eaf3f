"""`archive-pipeline dev`: the Dagster UI and daemon of this archive."""

import os
import sys
from typing import Annotated

import typer

from archive_pipeline.automation.instance import environment
from archive_pipeline.cli.console import err
from archive_pipeline.settings import Settings, child_environment, shipped


def dev(
    port: Annotated[int, typer.Option(help="Port of the UI.")] = 3000,
    host: Annotated[str, typer.Option(help="Address of the UI; it has no login, so keep it local.")] = "127.0.0.1",
) -> None:
    """Start the Dagster UI and daemon: runs, backfills, schedules and sensors of this archive."""
    settings = Settings()
    err.print(f"Archive [bold]{settings.home}[/] · UI at [bold]http://{host}:{port}[/] · Ctrl+C stops it")
    command = [sys.executable, "-m", "dagster", "dev", "--workspace", str(shipped("workspace.yaml"))]
    command += ["--host", host, "--port", str(port)]
    os.execve(sys.executable, command, child_environment(environment(settings)))
