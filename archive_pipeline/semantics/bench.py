"""What classes, scenes and shots cost: `python -m archive_pipeline.semantics.bench 10800` prints one line of JSON."""

import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from archive_pipeline.semantics.classes import cluster_frames
from archive_pipeline.semantics.scenes import diarize
from archive_pipeline.semantics.shots import divide_into_shots
from archive_pipeline.semantics.synthetic import Space, Style, programme


@dataclass(frozen=True)
class Cost:
    """Wall seconds of each step on one made-up programme, and what came out."""

    n_frames: int
    dimension: int
    classes_s: float
    scenes_s: float
    shots_s: float
    n_classes: int
    n_scenes: int
    n_shots: int
    peak_rss_mib: float
    """The most memory that this process ever held, making the embeddings included."""

    @property
    def total_s(self) -> float:
        return self.classes_s + self.scenes_s + self.shots_s


def measure(n_frames: int, dimension: int = 768, fps: float = 3.0, seed: int = 0) -> Cost:
    """Make a programme of `n_frames` frames with as many places as its length suggests, and time the three steps."""
    minutes = n_frames / fps / 60
    style = Style(n_places=max(2, round(4 * minutes**0.5)), uncut_share=0.05)
    film = programme(n_frames / fps, fps, seed, Space("bench", dimension), style)
    began = time.perf_counter()
    classes = cluster_frames(film.embeddings, film.pts_s, film.span)
    clustered = time.perf_counter()
    scenes = diarize(classes.labels, film.pts_s, film.span, film.cuts)
    diarized = time.perf_counter()
    shots = divide_into_shots(film.embeddings, film.pts_s, scenes, film.cuts, film.span)
    divided = time.perf_counter()
    return Cost(
        n_frames=n_frames,
        dimension=dimension,
        classes_s=clustered - began,
        scenes_s=diarized - clustered,
        shots_s=divided - diarized,
        n_classes=classes.n_classes,
        n_scenes=scenes.height,
        n_shots=shots.table.height,
        peak_rss_mib=peak_rss_mib(),
    )


def peak_rss_mib() -> float:
    """Linux; what getrusage tells includes the peak of the process that started this one."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    cost = measure(int(sys.argv[1]))
    print(json.dumps(asdict(cost) | {"total_s": cost.total_s}))
