"""Errors on their way from the process that computes to the one that asked: the same type, code and sentence."""

from typing import Any

import grpc

from archive_pipeline.errors import ArchiveError, ConfigurationError, MediaError, PassingError, RequestError

_KINDS: dict[str, type[ArchiveError]] = {
    kind.__name__: kind for kind in (MediaError, ConfigurationError, PassingError, RequestError)
}
_KEY = "archive-fault"
_LONGEST = 3000  # characters of a sentence; gRPC takes 8 kB of headers


class DroppedError(Exception):
    """The client is gone: nobody is told."""


class BrokenError(Exception):
    """This process cannot answer any more, but another one can: whoever waits asks that one."""


def metadata_of(error: ArchiveError) -> tuple[tuple[str, str], ...]:
    """What goes along with the sentence: type and code, as trailing metadata."""
    return ((_KEY, f"{type(error).__name__} {error.code}"),)


def abort_with(context: Any, error: ArchiveError) -> None:
    """End a call with an error that a person is meant to read; raises gRPC's own way out of a handler."""
    context.set_trailing_metadata(metadata_of(error))
    context.abort(status_of(error), error.message[:_LONGEST])


def status_of(error: ArchiveError) -> grpc.StatusCode:
    """gRPC's word for it, which proxies and other tools understand."""
    return grpc.StatusCode.FAILED_PRECONDITION if error.permanent else grpc.StatusCode.ABORTED


def carried(error: grpc.RpcError) -> Exception | None:
    """The error that the other side meant; None where the call broke without a word (it died, ended, is too busy)."""
    for key, value in error.trailing_metadata() or ():
        if key == _KEY:
            kind, _, code = value.partition(" ")
            return _KINDS.get(kind, PassingError)(code, error.details())
    if error.code() is grpc.StatusCode.INVALID_ARGUMENT:
        return ValueError(error.details())
    if error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED and "larger than max" in (error.details() or ""):
        return RequestError("encoder_oversized", f"The encoder does not take that much at once: {error.details()}")
    if error.code() is grpc.StatusCode.UNIMPLEMENTED:
        return ConfigurationError(
            "encoder_other_version", "What answers there is not an encoder of this version: restart or upgrade it."
        )
    return None
