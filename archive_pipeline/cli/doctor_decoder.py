"""The doctor's look at who decodes videos."""

from collections.abc import Iterator

from archive_pipeline.cli.doctor_finding import Finding
from archive_pipeline.counting import counted
from archive_pipeline.settings import Settings


def look_at_decoder(settings: Settings) -> Iterator[Finding]:
    """Each GPU's decoder is tried. Raises ConfigurationError `decoder_unavailable`."""
    from archive_pipeline.media.decoders.trial import failure, remedy
    from archive_pipeline.media.ffmpeg import find_ffmpeg
    from archive_pipeline.stages.machine_decoders import machine_decoders

    ffmpeg = find_ffmpeg(settings.ffmpeg)
    decoders = machine_decoders(settings, ffmpeg)
    found = []
    for device in decoders.devices:
        if why := failure(ffmpeg, device):
            does_it = f"decodes nothing: {why}; the processors do it instead, each video after a try"
            yield Finding(f"decoder of cuda:{device}", "problem", does_it, remedy(why))
        else:
            found.append(f"cuda:{device}, {counted(settings.decodes_per_gpu, 'video')} at once")
    if settings.decoder != "cuda" or len(found) < len(decoders.devices):
        found.append("the processors")
    why = f"; {decoders.missing}" if decoders.missing and settings.decoder == "auto" else ""
    yield Finding("decoder", "ok", f"{', '.join(found)} (ARCHIVE_DECODER={settings.decoder}{why})")
