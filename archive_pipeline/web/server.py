"""The application on a port."""

import logging
import resource
from collections.abc import Callable

import uvicorn

from archive_pipeline.errors import ConfigurationError
from archive_pipeline.settings import Settings
from archive_pipeline.web.app import create_app
from archive_pipeline.web.security.access import check_access
from archive_pipeline.web.security.connections import Connection

_LARGEST_MESSAGE = 2_000_000  # bytes of a websocket message; pages send clicks and phrases
_MOST_CONNECTIONS = 4096
_OWN_FILES = 512  # the index, Parquet, stills, ffmpeg, clients of the encoder


def serve(
    settings: Settings, host: str, port: int, token: str | None, dagster_url: str, on_ready: Callable[[], None]
) -> None:
    """Serve until interrupted; `on_ready` is called once somebody can ask.

    Raises ConfigurationError `port_taken`, and what `check_access` raises.
    """
    check_access(host, token, settings.embargo_token.get_secret_value() if settings.embargo_token else None)
    app = create_app(settings, token, dagster_url)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    Connection.most = _room_for_connections()
    configuration = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,  # it would hold what people search for, and tokens
        server_header=False,
        ws_max_size=_LARGEST_MESSAGE,
        http=Connection,
        timeout_keep_alive=75,  # longer than browsers and proxies keep a connection: it is theirs to close
        timeout_graceful_shutdown=3,
    )
    server = _Server(configuration, on_ready)
    try:
        server.run()
    except SystemExit:  # uvicorn's way of saying that it could not bind
        raise ConfigurationError(
            "port_taken", f"Port {port} of {host} cannot be used; is the page running already? Choose another --port."
        ) from None


def _room_for_connections() -> int:
    """How many connections the process may hold: open files are as many as the system lets it have, less its own."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_CONNECTIONS + _OWN_FILES
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return max(_MOST_CONNECTIONS // 64, min(_MOST_CONNECTIONS, allowed - _OWN_FILES))


class _Server(uvicorn.Server):
    def __init__(self, configuration: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(configuration)
        self._on_ready = on_ready

    async def startup(self, sockets: list | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_ready()
