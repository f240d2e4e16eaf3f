"""What the figures belong to, and what the other parts work on."""

import os
import platform
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path

from archive_pipeline.automation.gpu_bench.asked import Asked, Figures
from archive_pipeline.encoders.untrained import with_weights
from archive_pipeline.media.bench import make_programme
from archive_pipeline.media.decoders.gpus import gpus
from archive_pipeline.media.decoders.trial import failure
from archive_pipeline.media.ffmpeg import find_ffmpeg, media_url
from archive_pipeline.settings import Settings

_UNIT_S = 60.0  # of a programme is drawn and repeated: decoding costs the same, drawing a quarter


def machine(asked: Asked, figures: Figures) -> None:
    settings = Settings()
    ffmpeg = find_ffmpeg(settings.ffmpeg)
    said = subprocess.run([ffmpeg, "-version"], capture_output=True, text=True, check=True).stdout
    figures.note(
        cores=len(os.sched_getaffinity(0)),
        python=platform.python_version(),
        torch=version("torch"),
        ffmpeg=said.partition(" Copyright")[0],
        device=asked.device,
    )
    if binary := shutil.which("nvidia-smi"):
        query = "--query-gpu=name,driver_version,memory.total,memory.used,mig.mode.current"
        told = subprocess.run([binary, query, "--format=csv,noheader"], capture_output=True, text=True, check=False)
        figures.note(gpus=list(told.stdout.strip().splitlines()))
    for device, name in enumerate(gpus(settings.visible_gpus)):
        figures.note(**{f"decoder of GPU {name}": failure(ffmpeg, device) or "works"})


def prepare(asked: Asked, figures: Figures) -> None:
    """Programmes of the same pictures and each with a name of its own in it, so that none is another's copy."""
    ffmpeg = find_ffmpeg(Settings().ffmpeg)
    asked.programmes.mkdir()
    unit = Path(asked.work) / "unit.mp4"
    make_programme(unit, ffmpeg, min(asked.seconds, _UNIT_S), 0)
    for number in range(asked.videos):
        copy = ["-stream_loop", "-1", "-i", media_url(unit), "-t", str(asked.seconds), "-c", "copy"]
        named = ["-metadata", f"title={number}", media_url(asked.programmes / f"programme {number:02}.mp4")]
        subprocess.run([ffmpeg, "-v", "error", "-nostdin", *copy, *named], check=True, stdin=subprocess.DEVNULL)
    figures.note(videos=asked.videos, seconds_each=asked.seconds)
    figures.note(model=with_weights(asked.models[0], Path(asked.work)))
