"""Counting, numbering and handing on what the decoder delivers."""

import math
from collections.abc import Callable, Sequence

import numpy as np

from archive_pipeline import progress
from archive_pipeline.errors import MediaError
from archive_pipeline.media.cuts import CutDetector
from archive_pipeline.media.facts import MediaFacts
from archive_pipeline.media.leader import leader
from archive_pipeline.media.model import Decoding, Sample
from archive_pipeline.media.stream import Picture, Thumbnail

_CHUNK_FRAMES = 256  # thumbnails handed to the detector at once: 1 MB at 48×27
_CHUNK_SAMPLES = 32  # about 1 MB of JPEG
_MOST_FRAMES_PER_SECOND = 1000
_GAP_FRAMES = 2.5  # a longer step between pictures of a steady video is one where some are missing


class Collector:
    """Counts, numbers and hands on what the decoder delivers."""

    def __init__(
        self, facts: MediaFacts, detector: CutDetector, on_samples: Callable[[Sequence[Sample]], None]
    ) -> None:
        self._facts = facts
        self._detector = detector
        self._on_samples = on_samples
        self._most_frames = _MOST_FRAMES_PER_SECOND * (1 + facts.duration_s)
        self._thumbnails: list[Thumbnail] = []
        self._last: Thumbnail | None = None
        self._samples: list[Sample] = []
        self._n_samples = 0
        self.n_source_frames = 0
        self._start_s = self._last_s = self._longest_s = self._gaps_s = 0.0

    def add(self, item: Thumbnail | Picture) -> None:
        if isinstance(item, Picture):
            self._add_picture(item)
        else:
            self._add_thumbnail(item)

    def _add_thumbnail(self, thumbnail: Thumbnail) -> None:
        if self.n_source_frames == 0:
            self._start_s = thumbnail.pts_s
        else:
            step_s, frame_s = thumbnail.pts_s - self._last_s, 1 / self._facts.frame_rate
            self._longest_s = max(self._longest_s, step_s)
            self._gaps_s += step_s - frame_s if step_s > _GAP_FRAMES * frame_s else 0
        self._last, self._last_s = thumbnail, thumbnail.pts_s
        self.n_source_frames += 1
        if self.n_source_frames > self._most_frames:
            raise MediaError(
                "too_many_frames",
                f"More than {self._most_frames:.0f} frames in {self._facts.duration_s:.1f} s. Convert the file.",
            )
        self._thumbnails.append(thumbnail)
        if len(self._thumbnails) == _CHUNK_FRAMES:
            self._push_thumbnails()

    def _add_picture(self, picture: Picture) -> None:
        if self._last is None or picture.pts_s != self._last_s:
            raise RuntimeError(f"picture at {picture.pts_s} s without its thumbnail, the last is at {self._last_s} s")
        shown = leader(self._last.pixels)
        self._samples.append(Sample(self._n_samples, picture.pts_s, self.n_source_frames - 1, picture.jpeg, shown))
        self._n_samples += 1
        if len(self._samples) == _CHUNK_SAMPLES:
            self._hand_on_samples()

    def flush(self) -> None:
        self._push_thumbnails()
        self._hand_on_samples()

    def _push_thumbnails(self) -> None:
        if self._thumbnails:
            pixels = np.stack([thumbnail.pixels for thumbnail in self._thumbnails])
            self._detector.push(pixels, np.array([thumbnail.pts_s for thumbnail in self._thumbnails]))
            self._thumbnails = []
            progress.report("frames", min(1.0, (self._last_s - self._start_s) / self._facts.duration_s))

    def _hand_on_samples(self) -> None:
        if self._samples:
            self._on_samples(self._samples)
            self._samples = []

    def decoding(self, warnings: tuple[str, ...], n_lost: int, n_corrupt: int, is_torn: bool) -> Decoding:
        """What came of it all, where the decoder said of so many pictures that they are lost or not whole.

        `is_torn`: the container is damaged, so that the steps in which a steady video shows nothing new were pictures.
        """
        end_s = self._end_s()
        span_share = min(1.0, (end_s - self._start_s) / self._facts.duration_s)
        missing = self._gaps_s * self._facts.frame_rate if is_torn and not self._facts.is_vfr else 0.0
        n_whole = max(0, self.n_source_frames - n_corrupt)
        whole_share = n_whole / max(1, self.n_source_frames + max(n_lost, missing))
        return Decoding(
            n_source_frames=self.n_source_frames,
            start_s=self._start_s,
            end_s=end_s,
            decoded_share=span_share * whole_share,
            warnings=warnings,
            cuts=tuple(self._detector.finish()),
        )

    def _end_s(self) -> float:
        """The end that the container promises where the last frame can last so long, else one frame after the last.

        However long it can where it is the last of all frames: a slide that stands until the end.
        """
        frame_s = 1 / self._facts.frame_rate
        promised_s = self._facts.start_s + self._facts.duration_s
        are_all = self.n_source_frames >= round(self._facts.frame_rate * self._facts.duration_s)
        longest_s = math.inf if are_all else 2 * max(frame_s, self._longest_s)
        return promised_s if 0 < promised_s - self._last_s <= longest_s else self._last_s + frame_s
