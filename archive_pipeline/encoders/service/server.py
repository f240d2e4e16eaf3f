"""A process that holds one model and answers for it, until it is told to stop or nobody has asked for long."""

import logging
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import grpc

from archive_pipeline.encoders.identity import identify
from archive_pipeline.encoders.service.access import Doorkeeper
from archive_pipeline.encoders.service.encoder_pb2_grpc import add_EncoderServiceServicer_to_server
from archive_pipeline.encoders.service.gpu_again import GpuAgain
from archive_pipeline.encoders.service.limits import CHANNEL_OPTIONS, MOST_CALLS
from archive_pipeline.encoders.service.model_at_work import ModelAtWork
from archive_pipeline.encoders.service.servicer import Servicer
from archive_pipeline.encoders.service.version import installed_version
from archive_pipeline.errors import ArchiveError, ConfigurationError
from archive_pipeline.settings import adopt_environment

_GRACE_S = 5.0  # for what is under way when it ends; what is not answered by then is asked of its successor
_LONGEST_END_S = 15  # then the kernel ends the process: with its lock in hand it would keep all successors away
_LOOK_EVERY_S = 0.2
_LONGEST_AT_DEVICE_S = 600.0  # of a batch: milliseconds on a GPU
_FAILED_IDLE_S = 5.0  # a model that could not be loaded is tried again soon, by another process

log = logging.getLogger(__name__)


class EncoderServer:
    """Answers from the moment it listens; those who need the model wait while it is loaded."""

    def __init__(self, name: str, device: str, key: str | None = None) -> None:
        """Raises ConfigurationError for a name that stands for no model (see `identify`)."""
        self.identity = identify(name)
        # OpenMP's threads spin while they wait for one another: a tenth of archive-tiny's processor time on an idle
        # machine, three quarters of it beside decoders on all cores. Read when torch is imported, so it comes first.
        adopt_environment({"OMP_WAIT_POLICY": "PASSIVE"})
        self._ended = threading.Event()
        self._broken: BaseException | None = None
        self._gpu_again = GpuAgain(device)
        self._model = ModelAtWork(name, self.identity, device, self._break)
        version = installed_version()
        self._servicer = Servicer(self._model, version, self._ended.set)
        self._server = grpc.server(
            ThreadPoolExecutor(MOST_CALLS + 1, thread_name_prefix="call"),
            interceptors=[Doorkeeper(name, self.identity, version, key)],
            options=(*CHANNEL_OPTIONS, ("grpc.so_reuseport", 0)),
            maximum_concurrent_rpcs=MOST_CALLS,
        )
        add_EncoderServiceServicer_to_server(self._servicer, self._server)

    def listen(self, address: str) -> None:
        """`unix:/path` or `host:port`. Raises ConfigurationError `encoder_cannot_listen`."""
        try:
            self._server.add_insecure_port(address)
        except RuntimeError as error:
            raise ConfigurationError(
                "encoder_cannot_listen", f"{address} cannot be listened on: is something there already? ({error})"
            ) from error
        self._server.start()
        log.info("%s listens on %s", self._model.name, address)

    def load(self) -> ArchiveError | None:
        """Load the model. What keeps it from being loaded is told to all who ask, and given back."""
        self._model.load()
        log.info("%s is %s on %s", self._model.name, self._model.error or self._model.state, self._model.device)
        return self._model.error

    def serve(self, idle_s: float | None) -> None:
        """Answer until somebody says stop, nothing was asked for `idle_s` seconds, or the device breaks or hangs."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._ended.set())
        while not (self._ended.wait(_LOOK_EVERY_S) or self.is_over(idle_s)):
            pass

    def is_over(self, idle_s: float | None) -> bool:
        """Whether nobody has asked for long, the GPU has not given a batch back for very long, or there is one by now,
        which a successor takes.

        Processors do not hang. They are slow: the texts of one message (`MOST_TEXTS`) may take a large model longer on
        busy ones, and its successor no less.
        """
        if self._model.device != "cpu" and self._model.at_device_s > _LONGEST_AT_DEVICE_S:
            self._break(TimeoutError(f"the device has not answered for {_LONGEST_AT_DEVICE_S:.0f} s"))
        if self._gpu_again.has_come(self._model.device):
            log.info("there is a GPU by now")
            self._ended.set()
        limit_s = _FAILED_IDLE_S if self._model.state == "failed" else idle_s
        return self._ended.is_set() or (limit_s is not None and self._servicer.idle_s > limit_s)

    def end(self, socket: Path | None = None) -> None:
        """Take nothing more, answer what was taken. The socket goes first: who comes now starts a successor.

        Whatever may be wanting (memory for a thread, an answer of the device), the process is gone seconds later.
        """
        signal.alarm(_LONGEST_END_S)
        self._model.is_ending = True
        if socket:
            with suppress(FileNotFoundError):
                socket.unlink()
        self._server.stop(None if self._broken else _GRACE_S).wait()
        log.info("%s ends%s", self._model.name, f": {self._broken}" if self._broken else "")

    def _break(self, error: BaseException) -> None:
        self._broken = error
        self._ended.set()
