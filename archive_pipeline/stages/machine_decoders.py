"""The decoders of this machine as the settings describe them."""

from pathlib import Path

from archive_pipeline.media.decoders.gpus import gpus
from archive_pipeline.media.decoders.machine import MachineDecoders
from archive_pipeline.media.decoders.model import Wanted
from archive_pipeline.settings import Settings


def machine_decoders(settings: Settings, ffmpeg: Path, wanted: Wanted | None = None) -> MachineDecoders:
    """`wanted` is what a collection asks for, None: the settings' own choice.

    Raises ConfigurationError `decoder_unavailable` where that is `cuda` and this machine cannot.
    """
    return MachineDecoders(
        wanted or settings.decoder,
        ffmpeg,
        gpus(settings.visible_gpus),
        settings.slots_dir / "decoders",
        settings.decodes_per_gpu,
    )
