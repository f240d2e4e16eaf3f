"""Processes that are ready at once: forked from a parent that has imported what every run needs.

A process started anew spends some 3 s of a core on imports before it does anything; a fork of the warm parent some
milliseconds, and it shares the parent's memory. The parent is multiprocessing's own fork server, which runs none of our
code but the imports. A command line that is about to start runs makes it of itself (`fork_warm_parent`), for which
there is no public way; the names are those of Python 3.11 to 3.13.
"""

import functools
import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Callable, Mapping
from multiprocessing import connection, forkserver, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from typing import Any

from archive_pipeline.settings import child_environment, replace_environment

_PRELOADED = "archive_pipeline.automation.preloaded"


def start_process(
    work: Callable[..., None], *arguments: Any, environment: Mapping[str, str] | None = None
) -> BaseProcess:
    """Run `work(*arguments)`, a function of a module, in a fork of the warm parent and in this process's environment
    with changes. It ends when this process does, however that ends."""
    whole = child_environment(environment or {})
    process = _context().Process(target=_begin, args=(whole, work, arguments), daemon=True)
    process.start()
    return process


def pipe() -> tuple[Connection, Connection]:
    """Two ends of a pipe, either of which may be an argument of `start_process`."""
    return _context().Pipe()


def fork_warm_parent() -> None:
    """Make the warm parent a fork of this process, whose imports it then has, instead of a process started anew when it
    is first needed: 3 s of a core less. Only for a process that has done nothing but import: threads that it had
    started would be missing in all forks, and files that it had open would stay so.
    """
    _context()
    resource_tracker.ensure_running()
    ends, own = os.pipe()  # the parent lives until nobody holds the second end any more
    with socket.socket(socket.AF_UNIX) as listener:
        address = connection.arbitrary_address("AF_UNIX")  # type: ignore[attr-defined]
        listener.bind(address)
        listener.listen()
        process = os.fork()
        if not process:
            try:
                os.close(own)
                forkserver.main(listener.detach(), ends, [_PRELOADED])
            finally:
                os._exit(0)
    os.close(ends)
    server: Any = forkserver._forkserver
    server._forkserver_address, server._forkserver_alive_fd, server._forkserver_pid = address, own, process


@functools.cache
def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([_PRELOADED])
    return context


def _begin(environment: Mapping[str, str], work: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    os.setsid()  # what a terminal sends (Ctrl+C) is for the command, which ends its workers
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    threading.Thread(target=_end_with_starter, name="end with starter", daemon=True).start()
    replace_environment(environment)
    # Only in the main thread could Dagster catch SIGTERM, take it for the step's error and try the step again.
    working = threading.Thread(target=work, args=arguments, name="work")
    working.start()
    working.join()
    os._exit(0)  # nothing is left to do, and tearing everything down takes longer than many a run


def _end_with_starter() -> None:
    """Whom it worked for is gone: so is the pipe to report on, and who starts next finds the run undone."""
    starter = multiprocessing.parent_process()
    assert starter is not None
    wait([starter.sentinel])
    os._exit(1)
