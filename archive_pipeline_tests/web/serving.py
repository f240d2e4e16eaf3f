"""A small application on a port of this process, behind the page's own connections."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from archive_pipeline.web.security.connections import Connection


@contextmanager
def serving(app: ASGIApp) -> Iterator[int]:
    """The port on which `app` answers."""
    server = uvicorn.Server(
        uvicorn.Config(app, port=0, http=Connection, log_level="warning", timeout_graceful_shutdown=1, lifespan="off")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join(timeout=10)
