"""The times of a video's frames as PyAV decodes them, and what `sample_video` makes of the same file."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from archive_pipeline.media.probe import MediaFacts, probe
from archive_pipeline.media.sampling import Decoding, Sample, SamplingParameters, sample_video


@dataclass(frozen=True)
class Sampled:
    facts: MediaFacts
    decoding: Decoding
    samples: list[Sample]

    @property
    def pts_s(self) -> list[float]:
        return [sample.pts_s for sample in self.samples]

    def picture(self, number: int) -> Image.Image:
        return Image.open(BytesIO(self.samples[number].jpeg))

    def pixels(self, number: int) -> NDArray[np.float64]:
        return np.asarray(self.picture(number).convert("RGB"), np.float64)


@lru_cache
def facts_of(path: Path) -> MediaFacts:
    """`probe`, once a file."""
    return probe(path)


def sampled(path: Path, ffmpeg: Path, parameters: SamplingParameters | None = None) -> Sampled:
    facts = facts_of(path)
    samples: list[Sample] = []
    decoding = sample_video(path, facts, parameters or SamplingParameters(), ffmpeg, samples.extend)
    return Sampled(facts, decoding, samples)


def frame_times(path: Path, facts: MediaFacts) -> NDArray[np.float64]:
    """Presentation times (n,) of all frames that PyAV decodes, in seconds on the clock that a player shows."""
    return _times(path, facts, lambda container, stream: container.decode(stream))


def packet_times(path: Path, facts: MediaFacts) -> NDArray[np.float64]:
    """The same of the packets, which is faster; where the container keeps presentation times, they are the same."""
    return _times(path, facts, lambda container, stream: container.demux(stream))


def _times(path: Path, facts: MediaFacts, read: Callable[..., Iterable[Any]]) -> NDArray[np.float64]:
    with av.open(str(path)) as container:
        stream = container.streams[facts.stream_index]
        assert stream.time_base is not None
        pts = sorted(item.pts for item in read(container, stream) if item.pts is not None)
        return np.array([float(ticks * stream.time_base) - facts.zero_s for ticks in pts])


def samples_by_definition(pts_s: NDArray[np.float64], fps: float) -> list[int]:
    """The numbers of the frames that are the first at or after some k/fps, k = 0, 1, 2 … found one k at a time."""
    found: list[int] = []
    for k in range(int((pts_s[-1] + 1e-6) * fps) + 1):
        frame = int(np.argmax(pts_s >= k / fps - 1e-6))
        if frame not in found:
            found.append(frame)
    return found
