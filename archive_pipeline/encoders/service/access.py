"""Who may ask an encoder in the network, and for which model and version of the code; checked before a call is read."""

import hmac
from collections.abc import Callable, Mapping
from typing import Any

import grpc

from archive_pipeline.encoders.service.faults import metadata_of, status_of
from archive_pipeline.errors import ArchiveError, ConfigurationError

SHORTEST_KEY = 16
_KEY, _IDENTITY, _VERSION = "authorization", "archive-identity", "archive-version"
_OPEN_TO_ALL_MODELS = frozenset({"Status", "Stop"})

Metadata = tuple[tuple[str, str], ...]


def checked_key(key: str | None) -> str | None:
    """The key, if it is one. Raises ConfigurationError `encoder_key_unusable`."""
    if key is not None and (len(key) < SHORTEST_KEY or not (key.isascii() and key.isprintable())):
        raise ConfigurationError(
            "encoder_key_unusable",
            f"ARCHIVE_ENCODER_KEY needs {SHORTEST_KEY} or more printable ASCII characters: openssl rand -hex 16 makes "
            "one.",
        )
    return key


def introduction(identity: str | None, version: str | None, key: str | None) -> Metadata:
    """What a client says of itself with each call; None is not said, and not checked."""
    said = ((_KEY, f"Bearer {key}" if key else None), (_IDENTITY, identity), (_VERSION, version))
    return tuple((name, value) for name, value in said if value is not None)


class Doorkeeper(grpc.ServerInterceptor):  # type: ignore[misc]
    """Refuses calls without the key, for another model, or from another version of the code."""

    def __init__(self, name: str, identity: str, version: str, key: str | None) -> None:
        self._name = name
        self._identity = identity
        self._version = version
        self._key = key

    def intercept_service(self, continuation: Callable[[Any], Any], call: Any) -> Any:
        handler = continuation(call)
        refusal = self._refusal(call.method.rpartition("/")[2], dict(call.invocation_metadata))
        if refusal is None or handler is None:
            return handler
        return _refusing(handler, refusal)

    def _refusal(self, method: str, said: Mapping[str, Any]) -> ArchiveError | None:
        given = str(said.get(_KEY, ""))
        if self._key and not hmac.compare_digest(given.encode(), f"Bearer {self._key}".encode()):
            return ConfigurationError(
                "encoder_refused",
                f"The encoder asks for {'another' if given else 'a'} key: set ARCHIVE_ENCODER_KEY to the one that it "
                "was started with.",
            )
        wanted = said.get(_IDENTITY, self._identity)
        if method not in _OPEN_TO_ALL_MODELS and wanted != self._identity:
            return ConfigurationError(
                "encoder_other_model",
                f"This encoder is {self._name} ({self._identity}), asked for is {wanted}. Start one for that model "
                "(`archive-pipeline encoder serve MODEL`) and set ARCHIVE_ENCODER_URL to it, or change `model:`.",
            )
        version = said.get(_VERSION, self._version)
        if method not in _OPEN_TO_ALL_MODELS and version != self._version:
            return ConfigurationError(
                "encoder_other_version",
                f"The encoder's machine has version {self._version} of the encoder's code, this one has {version}: "
                "install the same on both and restart the encoder.",
            )
        return None


def _refusing(handler: Any, refusal: ArchiveError) -> Any:
    """A handler of the same shape that reads nothing and ends the call with the refusal."""

    def refuse(_: Any, context: Any) -> Any:
        context.set_trailing_metadata(metadata_of(refusal))
        context.abort(status_of(refusal), refusal.message)

    shapes = {
        (False, False): grpc.unary_unary_rpc_method_handler,
        (True, True): grpc.stream_stream_rpc_method_handler,
    }
    make = shapes[handler.request_streaming, handler.response_streaming]
    return make(refuse, handler.request_deserializer, handler.response_serializer)
