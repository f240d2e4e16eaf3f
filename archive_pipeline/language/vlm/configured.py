"""The server that the settings name."""

import hashlib

from archive_pipeline.errors import ConfigurationError
from archive_pipeline.language.vlm.server import VlmServer
from archive_pipeline.settings import Settings


def open_vlm(settings: Settings, *, for_runs: bool = False) -> VlmServer:
    """Nothing is asked yet. `for_runs`: what is asked counts among what all runs on this machine ask together.

    Raises ConfigurationError `no_vlm_server` where none is named.
    """
    if settings.vlm_url is None:
        raise ConfigurationError(
            "no_vlm_server",
            "No VLM server is named. Start one (archive-pipeline vlm serve), set ARCHIVE_VLM_URL, for example to "
            "http://127.0.0.1:8000/v1, and materialize the partition again.",
        )
    return VlmServer(
        settings.vlm_url,
        settings.vlm_key,
        settings.vlm_model,
        concurrency=settings.vlm_concurrency,
        timeout_s=settings.vlm_timeout_s,
        shared_in=settings.slots_dir / hashlib.sha256(settings.vlm_url.encode()).hexdigest()[:12] if for_runs else None,
    )
