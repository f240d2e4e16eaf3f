"""Pictures of shots that the pipeline did not sample: what somebody would ask with who has another frame."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from random import Random

from archive_pipeline.evaluation.results import VideoResult
from archive_pipeline.evaluation.truth import TrueShot
from archive_pipeline.media.model import SamplingParameters
from archive_pipeline.media.moments import Moment, can_seek, sample_moments
from archive_pipeline.store.lake import Lake

_INTO_THE_SHOT = 0.35  # of its length


def chosen_shots(shots: Sequence[TrueShot], n: int, random: Random) -> list[TrueShot]:
    """At most `n` shots of a video that show something, in order of time."""
    shown = [shot for shot in shots if shot.facts.card is None]
    return sorted(random.sample(shown, min(n, len(shown))), key=lambda shot: shot.span.start_s)


def frames_between(
    video: VideoResult, shots: Sequence[TrueShot], lake: Lake, ffmpeg: Path
) -> list[tuple[TrueShot, bytes]]:
    """A JPEG of each shot, half-way between two sampled frames, decoded from the source.

    Shots with fewer than two sampled frames are left out.
    """
    sampled = lake.read("pictures", video.name, ["pts_s", "source_frame"]).sort("pts_s").rows()
    moments: list[tuple[TrueShot, Moment]] = []
    for shot in shots:
        wanted_s = shot.span.start_s + _INTO_THE_SHOT * (shot.span.end_s - shot.span.start_s)
        inside = [(s, frame) for s, frame in sampled if shot.span.start_s <= s < shot.span.end_s]
        gaps = list(pairwise(inside))
        if gaps:
            (before_s, number), (after_s, _) = min(gaps, key=lambda gap: abs((gap[0][0] + gap[1][0]) / 2 - wanted_s))
            moments.append((shot, Moment((before_s + after_s) / 2, before_s, number)))
    parameters = SamplingParameters()
    pictures: list[tuple[TrueShot, bytes]] = []
    for shot, moment in moments:
        samples = sample_moments(
            video.file, video.media, parameters, ffmpeg, [moment], can_seek(video.media, video.warnings)
        )
        pictures += [(shot, sample.jpeg) for sample in samples]
    return pictures
