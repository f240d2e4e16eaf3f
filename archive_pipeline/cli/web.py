"""`archive-pipeline web`: find the shot, in a browser."""

import logging
from typing import Annotated

import typer

from archive_pipeline.cli.console import err, explained
from archive_pipeline.settings import Settings


def web(
    host: Annotated[
        str, typer.Option(help="Address to listen on; others than this machine's need a token.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port of the page.", min=1, max=65535)] = 8080,
    token: Annotated[
        str | None, typer.Option(help="What whoever asks must know; better kept in ARCHIVE_WEB_TOKEN.")
    ] = None,
    dagster_url: Annotated[str, typer.Option(help="Where the Dagster UI is, for a link.")] = "http://127.0.0.1:3000",
) -> None:
    """Search the archive in a browser, watch its videos, see what it is made of, review what models found in it."""
    settings = Settings()
    kept = settings.web_token.get_secret_value() if settings.web_token else None
    with explained():
        from archive_pipeline.web.security.access import check_access

        secret = token or kept
        check_access(host, secret)
        from archive_pipeline.web.server import serve

        shown = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
        logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", force=True)  # a server's log
        logging.getLogger("archive_pipeline").setLevel(logging.INFO)
        serve(settings, host, port, secret, dagster_url, lambda: err.print(_greeting(settings, shown, secret)))


def _greeting(settings: Settings, shown: str, secret: str | None) -> str:
    how = " · open it once with [bold]?token=…[/]" if secret else ""
    return f"Archive [bold]{settings.home}[/] · page at [bold]{shown}[/]{how} · Ctrl+C stops it"
