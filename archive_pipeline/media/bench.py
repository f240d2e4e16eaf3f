"""What the one pass costs beside bare decoding, which bounds it from below."""

import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from archive_pipeline.media.ffmpeg import media_url
from archive_pipeline.media.probe import probe
from archive_pipeline.media.sampling import SamplingParameters, sample_video


@dataclass(frozen=True)
class DecodeCost:
    """Wall-clock seconds, the best of several runs."""

    bare_s: float
    """`ffmpeg -threads 1 -i FILE -f null -`."""

    sampling_s: float
    """`sample_video`: decoding, samples as JPEG, thumbnails of every frame, cuts."""

    @property
    def ratio(self) -> float:
        return self.sampling_s / self.bare_s


def decode_cost(path: Path, ffmpeg: Path, parameters: SamplingParameters, n_runs: int = 3) -> DecodeCost:
    """Both ways to decode `path`, in turns, so that a busy machine disturbs both alike."""
    facts = probe(path)
    bare, sampling = [], []
    for _ in range(n_runs):
        begin = time.perf_counter()
        command = [str(ffmpeg), "-v", "error", "-nostdin", "-threads", "1", "-i", media_url(path), "-f", "null", "-"]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
        middle = time.perf_counter()
        sample_video(path, facts, parameters, ffmpeg, lambda _: None)
        bare.append(middle - begin)
        sampling.append(time.perf_counter() - middle)
    return DecodeCost(min(bare), min(sampling))


def make_bench_video(path: Path, ffmpeg: Path, seconds: int = 60) -> None:
    """Write a 720p H.264 video with grain, whose decoding costs about what a broadcast's of that size does."""
    _encode(path, ffmpeg, f"testsrc2=s=1280x720:r=25:d={seconds},noise=alls=8:allf=t")


def make_programme(path: Path, ffmpeg: Path, seconds: float, number: int) -> None:
    """The same with a hard cut every four seconds; another `number` is another programme."""
    colours = f"hue=h=mod(137*floor(t/4)+{number * 29}\\,360)"
    _encode(path, ffmpeg, f"testsrc2=s=1280x720:r=25:d={seconds},{colours},noise=alls=8:allf=t:all_seed={number}")


def _encode(path: Path, ffmpeg: Path, picture: str) -> None:
    encoding = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "26", "-pix_fmt", "yuv420p"]
    command = [str(ffmpeg), "-v", "error", "-nostdin", "-y", "-f", "lavfi", "-i", picture, *encoding, media_url(path)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
