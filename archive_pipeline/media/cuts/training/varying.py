"""Real edits in other looks: a stretch of a clip, its cuts where they are, framed, graded, turned round, disturbed."""

from collections.abc import Sequence

import cv2
import numpy as np

from archive_pipeline.media.cuts.training.camera import OUT_HEIGHT, OUT_WIDTH, graded
from archive_pipeline.media.cuts.training.composing import retimed
from archive_pipeline.media.cuts.training.disturbances import disturb_video
from archive_pipeline.media.cuts.training.shots import THUMBNAIL, Clip

SIZE = (OUT_WIDTH, OUT_HEIGHT)
_BACKWARDS = 0.3
_REFRAMED = 0.5


def varied(rng: np.random.Generator, clips: Sequence[Clip], n_frames: int = 400) -> Clip:
    """At most `n_frames` frames of one of the clips (`SIZE`), longer clips more often than short ones."""
    often = np.sqrt([len(clip.truth) for clip in clips])
    clip = clips[int(rng.choice(len(clips), p=often / often.sum()))]
    first = int(rng.integers(max(len(clip.truth) - n_frames, 0) + 1))
    frames, truth, weight = (
        array[first : first + n_frames].astype(np.float32) for array in (clip.thumbnails, clip.truth, clip.weight)
    )
    truth[0] = 0
    if rng.random() < _BACKWARDS:
        frames = frames[::-1]
        truth, weight = (np.concatenate([array[:1], array[:0:-1]]) for array in (truth, weight))
    if rng.random() < 0.5:
        frames = frames[:, :, ::-1]
    if rng.random() < _REFRAMED:
        share = rng.uniform(0.5, 1)
        width, height = round(OUT_WIDTH * share), round(OUT_HEIGHT * share)
        x, y = int(rng.integers(OUT_WIDTH - width + 1)), int(rng.integers(OUT_HEIGHT - height + 1))
        frames = np.stack([cv2.resize(frame[y : y + height, x : x + width], SIZE) for frame in frames])
    frames, truth, weight = retimed(rng, graded(rng, frames), truth, weight)
    pictures = disturb_video(rng, frames)
    small = np.stack([cv2.resize(picture, THUMBNAIL, interpolation=cv2.INTER_AREA) for picture in pictures])
    return Clip(small, truth, weight)
