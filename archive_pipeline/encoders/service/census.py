"""Which encoders run: those of this user and machine, and the one in the network."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import grpc

from archive_pipeline.encoders.service.access import checked_key, introduction
from archive_pipeline.encoders.service.connection import Connection, target_of
from archive_pipeline.encoders.service.encoder_pb2 import StatusReply
from archive_pipeline.encoders.service.faults import carried
from archive_pipeline.encoders.service.local_process import pid_at
from archive_pipeline.settings import Settings

_ANSWER_S = 5.0


@dataclass(frozen=True)
class Running:
    """An encoder that was found."""

    where: str
    """Its address, as gRPC writes it."""
    status: StatusReply | None
    """None where it does not answer: it is stopped, or another machine is away."""


def running(settings: Settings) -> list[Running]:
    """All of this user and machine, and the one that ARCHIVE_ENCODER_URL names.

    Raises ConfigurationError where that one refuses.
    """
    found = [_look(f"unix:{socket}", None) for socket in _sockets(settings.runtime_folder)]
    if settings.encoder_url:
        found.append(_look(target_of(settings.encoder_url), checked_key(settings.encoder_key)))
    return found


def stop_all(folder: Path, within_s: float) -> int:
    """Ask all of this user and machine to end and wait for it; those that do not are killed. Gives how many ended."""
    sockets = list(_sockets(folder))
    pids = {socket: pid for socket in sockets if (pid := pid_at(socket))}
    for socket in pids:
        connection = Connection(f"unix:{socket}", ())
        with suppress(grpc.RpcError):
            connection.stop(_ANSWER_S)
        connection.close()
    deadline = time.monotonic() + within_s
    for socket, pid in pids.items():
        while pid_at(socket) == pid and time.monotonic() < deadline:
            time.sleep(0.05)
        if pid_at(socket) == pid:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    return len(pids)


def _sockets(folder: Path) -> Iterator[Path]:
    """Of the processes that listen; what is left of others and second names of a device are not counted."""
    for socket in sorted(folder.glob("*.sock")):
        if not socket.is_symlink() and pid_at(socket) is not None:
            yield socket


def _look(address: str, key: str | None) -> Running:
    connection = Connection(address, introduction(None, None, key))
    try:
        return Running(address, connection.status(_ANSWER_S))
    except grpc.RpcError as error:
        if meant := carried(error):
            raise meant from None
        return Running(address, None)
    finally:
        connection.close()
