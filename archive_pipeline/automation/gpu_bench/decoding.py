"""How fast a programme is decoded: by the processors, by a GPU's decoder, several at once; bare and as videos are."""

import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from archive_pipeline.automation.gpu_bench.asked import Asked, Figures
from archive_pipeline.media.decoders.coding import coding
from archive_pipeline.media.decoders.gpus import gpus
from archive_pipeline.media.decoders.machine import of_gpu
from archive_pipeline.media.ffmpeg import find_ffmpeg, media_url
from archive_pipeline.media.model import SamplingParameters
from archive_pipeline.media.probe import probe
from archive_pipeline.media.sampling import pass_command
from archive_pipeline.settings import Settings

_AT_ONCE = (1, 2, 4, 6, 8, 12)  # an H200 has seven decoders; ARCHIVE_DECODES_PER_GPU is six
_LONGEST_S = 120.0


def rates(asked: Asked, figures: Figures) -> None:
    """× real time, all processes together."""
    settings = Settings()
    ffmpeg = find_ffmpeg(settings.ffmpeg)
    video = Path(asked.work) / "decoded.mp4"
    whole = min(asked.programmes.iterdir())
    length_s = min(asked.seconds, _LONGEST_S)
    cut = ["-i", media_url(whole), "-t", str(length_s), "-c", "copy", media_url(video)]
    subprocess.run([ffmpeg, "-v", "error", "-nostdin", *cut], check=True, stdin=subprocess.DEVNULL)
    facts, parameters = probe(video), SamplingParameters()
    bare = ["-i", media_url(video), "-map", "0:v:0", "-f", "null", "-"]
    start = [str(ffmpeg), "-v", "error", "-nostdin"]
    on_gpu = ["-hwaccel", "cuda", "-hwaccel_output_format", "cuda"]
    found, has_gpu = coding(video), bool(asked.has_gpu and gpus(settings.visible_gpus))
    figures.note(one_processor_bare=_rate([*start, "-threads", "1", *bare], 1, length_s))
    if has_gpu and found:
        figures.note(gpu_bare=_rate([*start, *on_gpu, *bare], 1, length_s))
        command = pass_command(video, facts, parameters, ffmpeg, of_gpu(0, found))
        for n in _AT_ONCE:
            figures.note(**{f"gpu_{n}_at_once": _rate(command, n, length_s)})
    command = pass_command(video, facts, parameters, ffmpeg)
    figures.note(**{f"processors_{asked.jobs}_at_once": _rate(command, asked.jobs, length_s)})


def _rate(command: Sequence[str], n: int, length_s: float) -> float | str:
    """What went wrong, where one of them fails."""
    began = time.perf_counter()
    running = [
        subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for _ in range(n)
    ]
    said = [one.communicate()[1].decode(errors="replace").strip() for one in running]
    seconds = time.perf_counter() - began
    failed = [text for one, text in zip(running, said, strict=True) if one.returncode]
    return f"{len(failed)} of {n} failed: {failed[0][:300]}" if failed else n * length_s / seconds
