"""A way to an encoder that answers: to the process of this machine, or to one in the network."""

from abc import ABC, abstractmethod
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import grpc

from archive_pipeline.encoders.service import encoder_pb2 as said
from archive_pipeline.encoders.service.access import checked_key, introduction
from archive_pipeline.encoders.service.encoder_pb2_grpc import EncoderServiceStub
from archive_pipeline.encoders.service.faults import BrokenError
from archive_pipeline.encoders.service.limits import CHANNEL_OPTIONS
from archive_pipeline.encoders.service.local_process import LocalProcess
from archive_pipeline.encoders.service.version import installed_version
from archive_pipeline.errors import ConfigurationError, PassingError

_LOOKS = 3  # within the time after which silence means that a process hangs: one that was killed meanwhile shows sooner


class Connection:
    """A channel with what the client says of itself. Safe for many threads."""

    def __init__(self, target: str, metadata: tuple[tuple[str, str], ...]) -> None:
        self._channel = grpc.insecure_channel(target, options=CHANNEL_OPTIONS)
        self._stub = EncoderServiceStub(self._channel)
        self.metadata = metadata

    def encode_images(self, messages: Any) -> Any:
        return self._stub.EncodeImages(messages, metadata=self.metadata)

    def encode_texts(self, texts: said.Texts) -> Any:
        return self._stub.EncodeTexts.future(texts, metadata=self.metadata)

    def facts(self) -> Any:
        return self._stub.Facts.future(said.FactsRequest(), metadata=self.metadata)

    def status(self, timeout_s: float) -> said.StatusReply:
        """Waits for the connection, too. Raises grpc.RpcError, DEADLINE_EXCEEDED where nobody answers."""
        answer: said.StatusReply = self._stub.Status(
            said.StatusRequest(), timeout=timeout_s, metadata=self.metadata, wait_for_ready=True
        )
        return answer

    def stop(self, timeout_s: float) -> None:
        """Raises grpc.RpcError."""
        self._stub.Stop(said.StopRequest(), timeout=timeout_s, metadata=self.metadata)

    def close(self) -> None:
        self._channel.close()


class Route(ABC):
    """How to get a connection, again and again where need be, and what to do with who does not answer."""

    most_failures: int
    """In a row and without a single answer between them, until those who ask are told."""

    @abstractmethod
    def connect(self) -> Connection: ...

    @abstractmethod
    def give_up(self) -> PassingError:
        """The error after `most_failures`."""

    @abstractmethod
    def on_hang(self) -> None:
        """Nothing was heard of the other side for long."""


class LocalRoute(Route):
    """The process of this machine, started where there is none; one of a former version is asked to end first."""

    most_failures = 5

    def __init__(self, process: LocalProcess, identity: str, hang_s: float) -> None:
        self._process = process
        self._identity = identity
        self._hang_s = hang_s
        self._pid: int | None = None

    def connect(self) -> Connection:
        self._process.ensure()
        self._pid = self._process.pid
        connection = Connection(f"unix:{self._process.place.socket}", introduction(self._identity, None, None))
        try:
            if self._status(connection).version == installed_version():
                return connection
            connection.stop(self._hang_s)
            raise SupersededError
        except BaseException:
            connection.close()
            raise

    def _status(self, connection: Connection) -> said.StatusReply:
        """Raises BrokenError where it does not answer; it was then killed, or had ended."""
        for _ in range(_LOOKS):
            with suppress(grpc.RpcError):
                return connection.status(self._hang_s / _LOOKS)
            if self._process.pid is None:
                break
        else:
            self.on_hang()
        raise BrokenError("it did not answer")

    def give_up(self) -> PassingError:
        return self._process.crashed(f"ended {self.most_failures} times in a row without an answer")

    def on_hang(self) -> None:
        self._process.kill(self._pid)


class NetworkRoute(Route):
    """An encoder that somebody else keeps running; while it is away, a few minutes long, those who ask wait."""

    most_failures = 12  # with the pauses between them: two minutes

    def __init__(self, url: str, identity: str, key: str | None) -> None:
        """Raises ConfigurationError `encoder_url_wrong`, `encoder_key_unusable`."""
        self._url = url
        self._target = target_of(url)
        self._metadata = introduction(identity, installed_version(), checked_key(key))

    def connect(self) -> Connection:
        return Connection(self._target, self._metadata)

    def give_up(self) -> PassingError:
        return PassingError(
            "encoder_unreachable", f"No encoder answers at {self._url}: start it there, or unset ARCHIVE_ENCODER_URL."
        )

    def on_hang(self) -> None:
        """It is for those who keep it running to end it."""


class SupersededError(Exception):
    """The process that was found ran former code and was asked to end; the next one will be of the present code."""


def target_of(url: str) -> str:
    """`host:port` of `grpc://host:port`. Raises ConfigurationError `encoder_url_wrong`."""
    parts = urlsplit(url)
    if parts.scheme != "grpc" or not parts.hostname or not parts.port or parts.path not in ("", "/"):
        raise ConfigurationError(
            "encoder_url_wrong", f"ARCHIVE_ENCODER_URL is {url!r}; it should look like grpc://gpu:8010."
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{host}:{parts.port}"
