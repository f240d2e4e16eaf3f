"""The server that the settings name."""

from archive_pipeline.errors import ConfigurationError
from archive_pipeline.language.vlm.server import VlmServer
from archive_pipeline.settings import Settings


def open_vlm(settings: Settings) -> VlmServer:
    """Nothing is asked yet. Raises ConfigurationError `no_vlm_server` where none is named."""
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
    )
