"""Encoders by name, computed by the process that serves them: what every run, command and page asks."""

import threading
from pathlib import Path

from archive_pipeline.encoders.identity import identify
from archive_pipeline.encoders.names import ModelFolder, canonical, parse
from archive_pipeline.encoders.service.connection import LocalRoute, NetworkRoute, Route
from archive_pipeline.encoders.service.local_process import LocalProcess
from archive_pipeline.encoders.service.remote_encoder import RemoteEncoder
from archive_pipeline.encoders.service.runtime_folder import place_of
from archive_pipeline.encoders.weights import require_available
from archive_pipeline.settings import Settings

_known: dict[tuple[str, str, str, str | None, Path], RemoteEncoder] = {}
_lock = threading.Lock()


def served_encoder(name: str, device: str = "auto") -> RemoteEncoder:
    """The encoder in the network that ARCHIVE_ENCODER_URL names, else the one of this machine's process.

    Imports no torch. Raises ConfigurationError for a name that stands for no model, and settings that are wrong; what
    keeps the model from being loaded is raised when something is asked.
    """
    settings, name = Settings(), canonical(name)
    identity = identify(name)
    key = (name, identity, device, settings.encoder_url, settings.runtime_folder)
    with _lock:
        if key not in _known:
            route = _route(settings, name, identity, device)
            _known[key] = RemoteEncoder(name, identity, route, settings.encoder_hang_s)
        return _known[key]


def require_served(name: str, device: str = "auto") -> None:
    """Return when the encoder can be asked, its weights downloaded if need be; see `weights.require_available`.

    A local folder is looked at; for weights that open_clip knows, the process that will be needed anyhow is asked.
    """
    if Settings().encoder_url is None and isinstance(parse(canonical(name)), ModelFolder):
        require_available(name)
    else:
        _ = served_encoder(name, device).dimension


def _route(settings: Settings, name: str, identity: str, device: str) -> Route:
    if settings.encoder_url:
        return NetworkRoute(settings.encoder_url, identity, settings.encoder_key)
    place = place_of(settings.runtime_folder, identity, device, settings.visible_gpus)
    return LocalRoute(LocalProcess(place, name, device), identity, settings.encoder_hang_s)
