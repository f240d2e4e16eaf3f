"""The command `archive-pipeline`."""

import atexit
import os
import sys
from importlib import import_module
from io import TextIOWrapper

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
    _make_writable()
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


def _make_writable() -> None:
    """What an output cannot write (a name in Hebrew, in a terminal of Latin-1) is written escaped; one that whoever
    started us has closed takes everything."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 (for as long as we live)
        elif isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
