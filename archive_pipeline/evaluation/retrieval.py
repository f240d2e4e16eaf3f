"""Is the right shot found: by words, by another frame of it, and by a picture and words together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.encoders.protocol import JointEncoder
from archive_pipeline.evaluation.questions import WIDTHS, as_query
from archive_pipeline.evaluation.ranking import ShotTable, rank_figures, relevance, shot_ranks, video_ranks
from archive_pipeline.evaluation.score import OURS, Score
from archive_pipeline.evaluation.truth import TextQuery, TrueShot, Truth
from archive_pipeline.simulator.facts import Facts

Vectors = NDArray[np.float32]
Similarities = Callable[[Vectors], NDArray[np.float32]]
"""Query vectors (q, d) → (q, shots)."""

_WEIGHT = 0.5  # of the words beside the picture
_COMPOSED = 200  # at most, queries of a picture and words


@dataclass(frozen=True, eq=False)
class Pictures:
    """Other frames of true shots, embedded: `vectors` (n, d)."""

    shots: tuple[TrueShot, ...]
    vectors: Vectors


def text_scores(
    truth: Truth, encoder: JointEncoder, shots: ShotTable, similarity: Similarities, system: str = OURS
) -> list[Score]:
    """Words → shots, in each language, all queries together and by width."""
    right = relevance([query.relevant for query in truth.queries], shots)
    scores = []
    for language in sorted({language for query in truth.queries for language in query.texts}):
        asked = [i for i, query in enumerate(truth.queries) if language in query.texts]
        found = similarity(encoder.encode_texts([truth.queries[i].texts[language] for i in asked]))
        widths = np.array([truth.queries[i].width or 0 for i in asked])
        for width in (None, *WIDTHS):
            rows = np.arange(len(asked)) if width is None else np.flatnonzero(widths == width)
            if len(rows):
                figures = _levels(found[rows], right[asked][rows], shots, not truth.whole_videos)
                scores += _scores("text_to_shot", figures, len(rows), system, language, width)
    return scores


def image_scores(pictures: Pictures, shots: ShotTable, similarity: Similarities, system: str = OURS) -> list[Score]:
    """Another frame of a shot → that very shot."""
    right = relevance([frozenset({shot.span}) for shot in pictures.shots], shots)
    figures = _levels(similarity(pictures.vectors), right, shots)
    return _scores("image_to_shot", figures, len(pictures.shots), system)


def composed_scores(
    truth: Truth, pictures: Pictures, encoder: JointEncoder, shots: ShotTable, similarity: Similarities, seed: int
) -> list[Score]:
    """A picture of a place, and words for a thing that it does not show: that thing in such a place.

    The same queries with the words alone and with the picture alone stand beside it.
    """
    every = [shot for video in truth.videos.values() for shot in video.shots or ()]
    asked = composed_queries(pictures.shots, every, seed)
    if not asked:
        return []
    right = relevance([query.relevant for _, query in asked], shots)
    images = pictures.vectors[[at for at, _ in asked]]
    scores = []
    for language in asked[0][1].texts:
        words = encoder.encode_texts([query.texts[language] for _, query in asked])
        both = _unit(_WEIGHT * words + (1 - _WEIGHT) * images)
        for task, vectors in (
            ("text_image_to_shot", both),
            ("text_image_to_shot, text alone", words),
            ("text_image_to_shot, image alone", images),
        ):
            figures = _levels(similarity(vectors), right, shots)
            scores += _scores(task, figures, len(asked), OURS, language)
    return scores


def composed_queries(pictured: Sequence[TrueShot], every: Sequence[TrueShot], seed: int) -> list[tuple[int, TextQuery]]:
    """(index of the picture, query): the words name a thing, the picture shows another one in the same place.

    Right are all shots with that thing in a place of the same setting, time and weather. Queries whose words alone say
    as much are left out: there must be a shot with that thing elsewhere.
    """
    random = Random(f"{seed}/composed")
    asked: list[tuple[int, TextQuery]] = []
    for at in random.sample(range(len(pictured)), len(pictured)):
        place = replace(pictured[at].facts, things=(), action=None)
        shown = {thing.object for thing in pictured[at].facts.things}
        others = [
            thing
            for shot in every
            if shot.facts.answers(place)
            for thing in shot.facts.things[:1]
            if thing.object not in shown
        ]
        if not others:
            continue
        words = Facts((replace(random.choice(others), count=None),))
        relevant = as_query(replace(place, things=words.things), every).relevant
        query = as_query(words, every)
        if relevant < query.relevant:
            asked.append((at, replace(query, relevant=relevant)))
        if len(asked) == _COMPOSED:
            break
    return asked


def _levels(
    similarity: NDArray[np.float32], right: NDArray[np.bool_], shots: ShotTable, with_shots: bool = True
) -> dict[str, dict[str, float]]:
    levels = {"video": rank_figures(video_ranks(similarity, right, shots.video))}
    return ({"shot": rank_figures(shot_ranks(similarity, right))} if with_shots else {}) | levels


def _scores(
    task: str,
    levels: Mapping[str, Mapping[str, float]],
    n: int,
    system: str,
    language: str | None = None,
    width: int | None = None,
) -> list[Score]:
    return [
        Score(task, metric, value, n, system, level, language, width)
        for level, figures in levels.items()
        for metric, value in figures.items()
    ]


def _unit(rows: Vectors) -> Vectors:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)
