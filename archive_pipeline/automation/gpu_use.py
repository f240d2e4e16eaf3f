"""How busy a GPU and its decoder are while a block runs, as nvidia-smi tells; nothing where there is none."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

_EVERY_MS = 500


@dataclass(frozen=True)
class GpuUse:
    """Mean shares of time, 0 to 100 %: computing, and decoding video."""

    computing: float
    decoding: float


@dataclass
class Watched:
    samples: list[tuple[float, float]] = field(default_factory=list)

    def use(self) -> GpuUse | None:
        if not self.samples:
            return None
        computing, decoding = zip(*self.samples, strict=True)
        return GpuUse(sum(computing) / len(computing), sum(decoding) / len(decoding))


@contextmanager
def watched_gpu() -> Iterator[Watched]:
    """The samples are there once the block has ended."""
    watched = Watched()
    binary = shutil.which("nvidia-smi")
    if binary is None:
        yield watched
        return
    query = ["--query-gpu=utilization.gpu,utilization.decoder", "--format=csv,noheader,nounits", f"-lms={_EVERY_MS}"]
    process = subprocess.Popen([binary, *query], stdout=subprocess.PIPE, text=True)
    try:
        yield watched
    finally:
        process.terminate()
        written = process.communicate()[0]
        for line in written.splitlines():
            numbers = [part.strip() for part in line.split(",")]
            if len(numbers) == 2 and all(part.isdigit() for part in numbers):
                watched.samples.append((float(numbers[0]), float(numbers[1])))
