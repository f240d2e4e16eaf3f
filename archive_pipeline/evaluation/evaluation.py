"""One evaluation of a collection: its truth against what the pipeline made of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.encoders.protocol import JointEncoder
from archive_pipeline.evaluation.absence import absence_scores
from archive_pipeline.evaluation.boundaries import Boundaries
from archive_pipeline.evaluation.concepts import concept_scores
from archive_pipeline.evaluation.other_frames import chosen_shots, frames_between
from archive_pipeline.evaluation.peers import Peer
from archive_pipeline.evaluation.ranking import ShotTable
from archive_pipeline.evaluation.results import VideoResult
from archive_pipeline.evaluation.retrieval import Pictures, Vectors, composed_scores, image_scores, text_scores
from archive_pipeline.evaluation.reuses import found_reuses, reuse_scores
from archive_pipeline.evaluation.score import OURS, Score
from archive_pipeline.evaluation.segmentation import cut_scores, hierarchy_scores, semantic_scores, shot_scores
from archive_pipeline.evaluation.sequences import sequence_scores
from archive_pipeline.evaluation.truth import TrueShot, Truth, VideoTruth
from archive_pipeline.evaluation.words import ShotWords, word_scores
from archive_pipeline.evaluation.writings import writing_scores
from archive_pipeline.progress import report
from archive_pipeline.search.words.bm25 import document_vector
from archive_pipeline.search.words.places import order_of
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.shot_words import video_words

BEST_FRAME = f"{OURS}, best frame"
"""Shots ranked by the best single one of their frames instead of by their mean."""

_PICTURES = 5  # of a video, that are asked with


@dataclass(frozen=True)
class Evaluation:
    """The scores, and what of the truth could not be judged."""

    scores: tuple[Score, ...]
    n_videos: int
    missing: tuple[str, ...]
    """Paths that the truth names and that are not ready in the collection."""


def evaluate(
    truth: Truth,
    videos: list[VideoResult],
    lake: Lake,
    encoder: JointEncoder | None,
    *,
    seed: int,
    ffmpeg: Path,
    peers: Mapping[str, Peer],
) -> Evaluation:
    """Every score that the truth allows. Without an encoder nothing is looked for.

    The same results, truth and seed give the same scores. Reports progress as "evaluate".
    """
    known = {video.path: video for video in videos}
    named = set(truth.videos) | {span.path for query in truth.queries for span in query.relevant}
    pairs = [(truth.videos[path], known[path]) for path in truth.videos if path in known]
    scores = _segmentation(pairs)
    scores += _peers(pairs, peers)
    scores += writing_scores(pairs, lake)
    if (found := found_reuses(videos, lake)) is not None:
        scores += reuse_scores([one for one in truth.reuses if {one.here.path, one.there.path} <= set(known)], found)
    if encoder and videos:
        scores += _retrieval(truth, videos, lake, encoder, seed, ffmpeg)
        scores += concept_scores(pairs, lake, encoder)
    return Evaluation(tuple(scores), len(pairs) or len(named & set(known)), tuple(sorted(named - set(known))))


def _segmentation(pairs: list[tuple[VideoTruth, VideoResult]]) -> list[Score]:
    annotated = [(truth.boundaries, found.boundaries) for truth, found in pairs if truth.boundaries is not None]
    return [*cut_scores(annotated), *semantic_scores(pairs), *shot_scores(pairs), *hierarchy_scores(pairs)]


def _peers(pairs: list[tuple[VideoTruth, VideoResult]], peers: Mapping[str, Peer]) -> list[Score]:
    annotated = [(truth.boundaries, found.file) for truth, found in pairs if truth.boundaries is not None]
    scores = []
    for number, (name, run) in enumerate(peers.items()):
        compared: list[tuple[Boundaries, Boundaries]] = []
        for i, (boundaries, file) in enumerate(annotated):
            report("evaluate", 0.9 * (number + i / len(annotated)) / len(peers))
            compared.append((boundaries, run(file).boundaries))
        scores += cut_scores(compared, name)
    return scores


def _retrieval(
    truth: Truth, videos: list[VideoResult], lake: Lake, encoder: JointEncoder, seed: int, ffmpeg: Path
) -> list[Score]:
    shots = shot_table(videos, lake)

    def by_mean(queries: Vectors) -> NDArray[np.float32]:
        return np.asarray(queries @ shots.vectors.T, dtype=np.float32)

    def by_best_frame(queries: Vectors) -> NDArray[np.float32]:
        return np.concatenate([_best_frames(queries, video, lake) for video in videos], axis=1)

    scores: list[Score] = []
    if truth.queries:
        scores += text_scores(truth, encoder, shots, by_mean)
        scores += text_scores(truth, encoder, shots, by_best_frame, BEST_FRAME)
    asks_in_words = truth.word_queries or truth.sequence_queries or truth.absent_questions
    words = shot_words(videos, lake) if asks_in_words else []
    scores += word_scores(truth.word_queries, encoder, shots, words)
    scores += sequence_scores(truth.sequence_queries, encoder, shots, words)
    scores += absence_scores(truth.absent_questions, truth.word_queries, encoder, shots, words)
    report("evaluate", 0.92)
    pictures = _pictures(truth, videos, lake, encoder, seed, ffmpeg)
    if pictures:
        scores += image_scores(pictures, shots, by_mean)
        scores += image_scores(pictures, shots, by_best_frame, BEST_FRAME)
        scores += composed_scores(truth, pictures, encoder, shots, by_mean, seed)
    report("evaluate", 1.0)
    return scores


def shot_table(videos: list[VideoResult], lake: Lake) -> ShotTable:
    return ShotTable(
        tuple(video.path for video in videos),
        np.repeat(np.arange(len(videos)), [video.shots.height for video in videos]),
        np.concatenate([video.shots["start_s"].to_numpy() for video in videos]),
        np.concatenate([video.shots["end_s"].to_numpy() for video in videos]),
        np.concatenate([video.shot_vectors(lake) for video in videos]),
    )


def shot_words(videos: list[VideoResult], lake: Lake) -> list[ShotWords | None]:
    """What is known of every shot in words, in the order of the table."""
    found: list[ShotWords | None] = []
    for video in videos:
        words = video_words(lake, video.name)
        for shot_id, start_s, end_s in video.shots.select("shot_id", "start_s", "end_s").rows():
            texts = words.of_shot(shot_id, start_s, end_s)
            vector = document_vector(texts, shot_id)
            found.append(ShotWords(vector, order_of(texts)) if vector else None)
    return found


def _best_frames(queries: Vectors, video: VideoResult, lake: Lake) -> NDArray[np.float32]:
    """(queries, shots of the video): the highest cosine of any frame of the shot."""
    cosines = queries @ video.frame_vectors(lake).T
    firsts = np.flatnonzero(np.diff(video.frames["shot"].to_numpy(), prepend=-1))
    return np.asarray(np.maximum.reduceat(cosines, firsts, axis=1), dtype=np.float32)


def _pictures(
    truth: Truth, videos: list[VideoResult], lake: Lake, encoder: JointEncoder, seed: int, ffmpeg: Path
) -> Pictures | None:
    shown: list[tuple[TrueShot, bytes]] = []
    for i, video in enumerate(videos):
        shots = truth.videos[video.path].shots if video.path in truth.videos else None
        if shots:
            chosen = chosen_shots(shots, _PICTURES, Random(f"{seed}/pictures/{video.path}"))
            shown += frames_between(video, chosen, lake, ffmpeg)
        report("evaluate", 0.92 + 0.08 * i / len(videos))
    if not shown:
        return None
    vectors = encoder.encode_images([jpeg for _, jpeg in shown], len(shown))
    return Pictures(tuple(shot for shot, _ in shown), vectors)
