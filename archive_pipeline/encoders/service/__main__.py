"""`python -m archive_pipeline.encoders.service NAME --device auto`: the encoder's process of this machine.

Started by whoever asks first (`local_process.py`), never by a person; ends by itself when nobody asks any more.
"""

import argparse
import logging
import os
import sys
from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import NoReturn

from archive_pipeline.encoders.service.runtime_folder import Place, place_of
from archive_pipeline.encoders.service.server import EncoderServer
from archive_pipeline.errors import ConfigurationError, PassingError
from archive_pipeline.garbage import all_that_is_made_stays, collect_rarely
from archive_pipeline.locking import file_lock
from archive_pipeline.settings import Settings

_PREDECESSOR_S = 30.0  # how long one that ends may take to answer what it has taken

log = logging.getLogger("archive_pipeline.encoders.service")


def main() -> None:
    collect_rarely()
    os.umask(0o077)  # the socket is made by gRPC, with what the mask leaves
    logging.basicConfig(format="%(asctime)s %(process)d %(message)s", stream=sys.stderr)
    logging.getLogger("archive_pipeline").setLevel(logging.INFO)
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("--device", default="auto")
    chosen = parser.parse_args()
    settings = Settings()
    server = EncoderServer(chosen.name, chosen.device)
    place = place_of(settings.runtime_folder, server.identity, chosen.device, settings.visible_gpus)
    with ExitStack() as locks:
        try:
            locks.enter_context(file_lock(place.lock, timeout_s=_PREDECESSOR_S))
        except PassingError:
            log.info("another process serves %s", chosen.name)
            return
        try:
            _serve(server, place, _by_its_own_name(server.identity, chosen.device, settings), settings, locks)
        except BaseException:
            log.exception("%s ends", chosen.name)
            _leave(1)
        _leave(0)  # the locks go with the process


def _serve(
    server: EncoderServer, place: Place, find_own: Callable[[], Place], settings: Settings, locks: ExitStack
) -> None:
    """Answer at `place` from now on, and by the device's own name; where another process has that one, lead there."""
    with suppress(FileNotFoundError):
        place.socket.unlink()  # of one that was killed
    server.listen(f"unix:{place.socket}")
    with all_that_is_made_stays():  # torch
        own = find_own()
    if own != place:
        try:
            locks.enter_context(file_lock(own.lock, timeout_s=0))
        except PassingError:
            log.info("another process serves this device by its own name")
            server.end(place.socket)
            _link(place, own)
            return
        _link(own, place)
    with all_that_is_made_stays():
        server.load()
    server.serve(settings.encoder_idle_s)
    server.end(place.socket)


def _by_its_own_name(identity: str, device: str, settings: Settings) -> Callable[[], Place]:
    """`auto` and `cuda:0` may be one device; which it is only torch knows, so it is asked after the socket is there."""

    def find() -> Place:
        from archive_pipeline.encoders.devices import choose

        try:
            named = choose(device).name
        except ConfigurationError:  # whoever asks is told when the model is loaded
            named = device
        return place_of(settings.runtime_folder, identity, named, settings.visible_gpus)

    return find


def _link(name: Place, other: Place) -> None:
    with suppress(FileNotFoundError):
        name.socket.unlink()
    name.socket.symlink_to(other.socket.name)


def _leave(code: int) -> NoReturn:
    """Without Python's teardown, which waits for threads that wait for the device."""
    try:
        logging.shutdown()
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
