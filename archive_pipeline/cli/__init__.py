"""The command `archive-pipeline`."""

import atexit
import os
import sys
from importlib import import_module

from archive_pipeline.garbage import all_that_is_made_stays, collect_rarely

collect_rarely()  # before the commands are imported
from archive_pipeline.cli.app import app  # noqa: E402

__all__ = ["app", "main"]

_START_RUNS = {"ingest", "describe", "demo"}


def main() -> None:
    """Run the command and end the process with its exit code.

    Python's own teardown is left out: of a process that used both torch and DuckDB 2.0 it prints pages about leaked
    bindings (nanobind) after the last line that a person should read.
    """
    asked = next((word for word in sys.argv[1:] if not word.startswith("-")), None)
    if asked in _START_RUNS:
        from archive_pipeline.automation.warm_parent import fork_warm_parent

        with all_that_is_made_stays():
            import_module(f"{__name__}.{asked}")  # once for both, this process and the fork
        fork_warm_parent()
    code = 1
    try:
        app()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
