"""Encoders by name: loaded when asked for, and kept for the life of a process that asks again."""

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive_pipeline.encoders.identity import identify
from archive_pipeline.encoders.names import canonical

if TYPE_CHECKING:
    from archive_pipeline.encoders.encoder import Encoder


@dataclass(frozen=True)
class _Key:
    name: str
    device: str


_loaded: dict[_Key, "Encoder"] = {}
_lock = threading.Lock()


def load_encoder(name: str, device: str = "auto") -> "Encoder":
    """A new encoder; see `loading.load` for what is raised. torch and open_clip are imported here, not before."""
    from archive_pipeline.encoders.loading import load

    return load(canonical(name), device)


def get_encoder(name: str, device: str = "auto") -> "Encoder":
    """The process's encoder of this name and device: loaded by whoever asks first while the others wait.

    Loaded again, and the old one let go, when its files changed.
    """
    name = canonical(name)
    key = _Key(name, device)
    identity = identify(name)
    with _lock:
        encoder = _loaded.get(key)
        if encoder is None or encoder.identity != identity:
            _loaded.pop(key, None)
            del encoder
            encoder = _loaded[key] = load_encoder(name, device)
        return encoder


def forget_encoders() -> None:
    """Let every kept encoder go, and its memory with it once nobody uses it."""
    with _lock:
        _loaded.clear()
