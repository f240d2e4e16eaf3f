"""The best single frame of a shot: a mean embedding hides what is shown for a moment only."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from archive_pipeline.search.model import Hit, Vector
from archive_pipeline.search.sources import FrameStore

CANDIDATES = 200
"""How many of the best shots are looked at frame by frame."""
_BUDGET_S = 2.0  # frames of 200 films that nobody asked for yet may lie cold on a network share


@dataclass(frozen=True)
class Scored:
    """A hit with the score that counts."""

    hit: Hit
    score: float
    best_frame_s: float | None = None


def rerank(frames: FrameStore, identity: str, vector: Vector, hits: Sequence[Hit]) -> tuple[list[Scored], int]:
    """The hits by their best frame's cosine with `vector` (d,), best first, and how many kept the score of the shot.

    Those are hits whose frames are not at hand (embedded anew with another encoder meanwhile) or came after two
    seconds of reading. A photo is its own best frame.
    """
    ends = time.monotonic() + _BUDGET_S
    query = (vector / np.linalg.norm(vector)).astype(np.float32)
    scored: list[Scored] = []
    for hit in sorted(hits, key=lambda hit: (hit.payload.video_id, hit.payload.start_s)):  # a video's frames at once
        shot = hit.payload
        if shot.is_photo:
            scored.append(Scored(hit, hit.score, shot.keyframe_s))
            continue
        late = time.monotonic() > ends
        found = None if late else frames.of_span(shot.video_id, identity, shot.start_s, shot.end_s)
        if found is None or not len(found.vectors):
            scored.append(Scored(hit, hit.score))
        else:
            cosines = found.vectors @ query
            best = int(cosines.argmax())
            scored.append(Scored(hit, float(cosines[best]), float(found.pts_s[best])))
    n_left = sum(one.best_frame_s is None for one in scored)
    return sorted(scored, key=lambda one: (-one.score, one.hit.id)), n_left
