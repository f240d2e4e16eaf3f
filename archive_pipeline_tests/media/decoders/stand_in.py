"""A stand-in for an ffmpeg with a GPU, since tests run without one."""

import shlex
import subprocess
from pathlib import Path

from archive_pipeline.media.model import SamplingParameters
from archive_pipeline.media.sampling import pass_command
from archive_pipeline_tests.media.reference import facts_of


def ffmpeg_with(script: str, real: Path, program: Path) -> Path:
    """Write `program`, which runs `script` where it is asked for `-hwaccel`; else it is the real ffmpeg."""
    asked = f'for word in "$@"; do if [ "$word" = -hwaccel ]; then\n{script}\nfi; done'
    program.write_text(f'#!/bin/sh\n{asked}\nexec {shlex.quote(str(real))} "$@"\n')
    program.chmod(0o755)
    return program


def decoded_by_processor(ffmpeg: Path, video: Path, nut: Path, fps: float = 3.0) -> Path:
    """Write to `nut` what ffmpeg's one pass over the video gives."""
    command = pass_command(video, facts_of(video), SamplingParameters(fps=fps), ffmpeg)
    with nut.open("wb") as written:
        subprocess.run(command, stdout=written, stderr=subprocess.DEVNULL, check=True)
    return nut
