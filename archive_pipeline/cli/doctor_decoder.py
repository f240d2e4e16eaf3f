"""The doctor's look at who decodes videos."""

from collections.abc import Iterator

from archive_pipeline.cli.doctor_finding import Finding
from archive_pipeline.counting import counted
from archive_pipeline.settings import Settings


def look_at_decoder(settings: Settings) -> Iterator[Finding]:
    """Raises ConfigurationError `decoder_unavailable`. Whether the driver decodes is known when a video was tried."""
    from archive_pipeline.media.ffmpeg import find_ffmpeg
    from archive_pipeline.stages.machine_decoders import machine_decoders

    decoders = machine_decoders(settings, find_ffmpeg(settings.ffmpeg))
    found = [f"cuda:{device}, {counted(settings.decodes_per_gpu, 'video')} at once" for device in decoders.devices]
    if settings.decoder != "cuda":
        found.append("the processors")
    why = f"; {decoders.missing}" if decoders.missing and settings.decoder == "auto" else ""
    yield Finding("decoder", "ok", f"{', '.join(found)} (ARCHIVE_DECODER={settings.decoder}{why})")
