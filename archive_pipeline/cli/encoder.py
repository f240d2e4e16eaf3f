"""`archive-pipeline encoder`: the process that turns pictures and texts into vectors for all others."""

from dataclasses import dataclass
from typing import Annotated

import typer

from archive_pipeline.cli.console import err, explained, hours, out, print_json
from archive_pipeline.cli.tables import WholeTable
from archive_pipeline.encoders.service.access import checked_key
from archive_pipeline.encoders.service.census import Running, running, stop_all
from archive_pipeline.errors import ConfigurationError
from archive_pipeline.settings import Settings
from archive_pipeline.web.security.access import is_loopback

_GRACE_S = 20.0

encoder = typer.Typer(help="The process that encodes for all runs of a machine, or of several.", no_args_is_help=True)


@dataclass(frozen=True)
class _Row:
    where: str
    model: str
    device: str
    state: str
    queue: int
    """Pictures."""
    pictures_per_s: float
    clients: int
    idle_s: float
    uptime_s: float
    pid: int
    version: str


@encoder.command()
def serve(
    model: Annotated[str, typer.Argument(help="Its name, as in a collection's `model:`.")],
    host: Annotated[str, typer.Option(help="Where it listens; 0.0.0.0 for other machines.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8010,
) -> None:
    """Serve a model to other machines, which set ARCHIVE_ENCODER_URL and ARCHIVE_ENCODER_KEY.

    This machine's own runs need no command: they start a process when they first need it.
    """
    from archive_pipeline.encoders.service.server import EncoderServer

    settings = Settings()
    with explained():
        key = checked_key(settings.encoder_key)
        if key is None and not is_loopback(host):
            raise ConfigurationError(
                "encoder_key_missing",
                f"{host} can be reached by others, and all of them could use it. Set ARCHIVE_ENCODER_KEY here and on "
                "the machines that ask (openssl rand -hex 16 makes one), or stay with --host 127.0.0.1.",
            )
        server = EncoderServer(model, settings.device, key)
        server.listen(f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
        err.print(f"[dim]loading {model}; for others: export ARCHIVE_ENCODER_URL=grpc://{host}:{port}[/]")
        if error := server.load():
            raise error
        err.print("[dim]serving, until Ctrl-C[/]")
        server.serve(idle_s=None)
        server.end()


@encoder.command()
def status(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Which encoders run, and how busy they are."""
    with explained(as_json):
        found = running(Settings())
    rows = [_row(one) for one in found]
    if as_json:
        print_json([row.__dict__ for row in rows])
    elif rows:
        out.print(_table(rows))
    else:
        out.print("No encoder runs; one starts when it is first needed.")


@encoder.command()
def stop() -> None:
    """End the encoders of this machine; whoever needs one starts it again, and nothing is lost."""
    n = stop_all(Settings().runtime_folder, _GRACE_S)
    out.print(f"{n} ended" if n else "No encoder runs.")


def _row(found: Running) -> _Row:
    said = found.status
    if said is None:
        return _Row(found.where, "", "", "does not answer", 0, 0.0, 0, 0.0, 0.0, 0, "")
    return _Row(
        found.where,
        said.name,
        said.device,
        said.state,
        said.queue,
        round(said.pictures_per_s, 1),
        said.clients,
        round(said.idle_s, 1),
        round(said.uptime_s, 1),
        said.pid,
        said.version,
    )


def _table(rows: list[_Row]) -> WholeTable:
    headings = ("model", "device", "state", "queue", "pictures/s", "clients", "idle", "up")
    table = WholeTable(*headings, texts=("model", "device", "state"))
    for row in rows:
        numbers = (str(row.queue), f"{row.pictures_per_s:.0f}", str(row.clients))
        times = (hours(row.idle_s), hours(row.uptime_s))
        table.add_row(row.model or row.where, row.device, row.state, *numbers, *times)
    return table
