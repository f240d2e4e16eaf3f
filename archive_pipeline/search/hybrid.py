"""One request in one space by its picture and by words: what a shot has of both decides, on one scale (evidence.py).

The order does not depend on how much of it is read. Both rankings are read until no shot that is in neither so far can
be better than the last one wanted (the threshold algorithm of Fagin, Lotem and Naor, "Optimal Aggregation Algorithms
for Middleware", 2003), or until there are so many candidates that nobody would notice.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

import numpy as np

from archive_pipeline.search.evidence import TELLING, Background, word_nats
from archive_pipeline.search.grouping import group_by_video
from archive_pipeline.search.index import ShotReader
from archive_pipeline.search.model import Filter, Hit, Query, VideoHits
from archive_pipeline.search.ranking import ranked
from archive_pipeline.search.request import Request
from archive_pipeline.search.reranking import CANDIDATES, SHOTS_OF_A_CANDIDATE, Scored
from archive_pipeline.search.space_search import SpaceSearch
from archive_pipeline.search.words.bm25 import Question

_SHOTS, _VIDEOS = (200, 1_600), (40, 80)
"""How many of each ranking are read at first, and at most where no more are wanted."""
_MOST_OF_A_STRETCH = 1_000  # shots of an hour
_AT_ONCE = 100  # stretches in one request: 2 MB of JSON to a server, which takes 32 MB


@dataclass(frozen=True)
class Matched:
    """A shot with how it was found."""

    scored: Scored
    nats: float
    """Its evidence."""
    by_picture: bool
    by_words: bool

    @property
    def id(self) -> str:
        return self.scored.hit.id


@dataclass(frozen=True)
class MatchedVideo:
    """A video's best shots, best first; never without one."""

    video_id: str
    shots: tuple[Matched, ...]

    @property
    def nats(self) -> float:
        return self.shots[0].nats


Ranked = TypeVar("Ranked", Matched, MatchedVideo)


@dataclass(frozen=True)
class Asked:
    """What a question says in words, and how its evidence is weighed in a space."""

    words: Question | None
    """None where it has no words to match."""
    information: float
    """See `words/rarity.py`; of no words any above 0."""
    background: Background
    understood: float
    """Share of the question that the space's encoder was taught, 0 to 1."""


@dataclass(frozen=True, order=True)
class Stretch:
    """A part of a video's time."""

    video_id: str
    start_s: float
    end_s: float


def candidates_for(request: Request) -> Request:
    """What `SpaceSearch` is asked for both halves to choose from: re-ranking comes after that."""
    if not request.rerank:
        return request
    per_video = max(request.per_video, SHOTS_OF_A_CANDIDATE)
    return replace(request, rerank=False, score_threshold=None, per_video=per_video)


class HybridSearch:
    """`asked` is None where the request is not to be matched with words. Where it is, `picture` answers
    `candidates_for(request)`."""

    def __init__(self, reader: ShotReader, picture: SpaceSearch, request: Request, asked: Asked | None) -> None:
        self.space = picture.space
        self._reader = reader
        self._picture = picture
        self._asked = asked
        self._only_words = request.match == "words"
        self._threshold = request.score_threshold
        self._rerank = request.rerank
        self._shown = request.per_video
        self._per_video = candidates_for(request).per_video

    @property
    def n_unread(self) -> int:
        return self._picture.n_unread

    def shots(self, n: int) -> list[Matched]:
        """The best `n`."""
        if self._asked is None:
            return [] if self._only_words else list(map(_by_picture, self._picture.shots(n)))
        if not self._rerank:
            return _until_sure(n, *_SHOTS, partial(self._shots_of, self._asked))
        found = _until_sure(max(n, CANDIDATES), *_SHOTS, partial(self._shots_of, self._asked))
        ordered = [*self._by_best_frame(self._asked, found[:CANDIDATES]), *found[CANDIDATES:]]
        return self._passing(ordered)[:n]

    def videos(self, n: int) -> list[MatchedVideo]:
        """The best `n`, each with its best shots."""
        if self._asked is None:
            seen = [] if self._only_words else self._picture.videos(n)
            return [MatchedVideo(one.video_id, tuple(map(_by_picture, one.shots))) for one in seen]
        if not self._rerank:
            return _until_sure(n, *_VIDEOS, partial(self._videos_of, self._asked))
        n_candidates = CANDIDATES // self._per_video
        found = _until_sure(max(n, n_candidates), *_VIDEOS, partial(self._videos_of, self._asked))
        best = [one for video in found[:n_candidates] for one in video.shots]
        rest = [one for video in found[n_candidates:] for one in video.shots]
        return _by_video(self._passing([*self._by_best_frame(self._asked, best), *rest]), self._shown)[:n]

    def during(self, stretches: Sequence[Stretch]) -> list[Matched]:
        """All that may be found and is on in any of the stretches; where only words are matched, what has any."""
        asked = self._asked
        if asked is None or (self._only_words and not asked.words):
            return []
        vector = asked.words.vector if self._only_words and asked.words else self._picture.vector
        # Members of a group are looked for in what comes: thousands of ids with each stretch would be seconds, and more
        # than a server takes.
        members = self._picture.filter.ids
        narrowed = (_narrowed(replace(self._picture.filter, ids=frozenset()), one) for one in stretches)
        queries = [Query(vector, _MOST_OF_A_STRETCH, filter) for filter in narrowed if filter]
        batches = (queries[start : start + _AT_ONCE] for start in range(0, len(queries), _AT_ONCE))
        found = [own for batch in batches for own in self._reader.search_batch(self.space.space, batch)]
        if members:
            cut = [query for query, own in zip(queries, found, strict=True) if len(own) == _MOST_OF_A_STRETCH]
            whole = [replace(query, filter=replace(query.filter, ids=members)) for query in cut]
            found += [self._reader.search_batch(self.space.space, [query])[0] for query in whole]
        hits = list({hit.id: hit for own in found for hit in own if not members or hit.id in members}.values())
        scored = [] if self._only_words else [Scored(hit, hit.score) for hit in hits]
        return self._weighed(asked, scored, hits if self._only_words else [])

    def _shots_of(self, asked: Asked, depth: int) -> tuple[list[Matched], float]:
        """What is among the first `depth` of either ranking, best first, and the most evidence that others can have."""
        seen = [] if self._only_words else self._picture.shots(depth)
        said: list[Hit] = []
        if asked.words:
            query = Query(asked.words.vector, depth, self._picture.filter)
            said = ranked(self._reader, self.space.space, [query])[0]
        return self._weighed(asked, seen, said), self._most_of_others(asked, depth, seen, said)

    def _videos_of(self, asked: Asked, depth: int) -> tuple[list[MatchedVideo], float]:
        seen = [] if self._only_words else self._picture.videos(depth)
        said: list[VideoHits] = []
        if asked.words:
            said = group_by_video(
                partial(ranked, self._reader), self.space.space, asked.words.vector, depth, self._per_video,
                self._picture.filter,
            )  # fmt: skip
        shots = [one for video in seen for one in video.shots], [hit for video in said for hit in video.hits]
        best = [video.shots[0] for video in seen], [video.hits[0] for video in said]
        found = _by_video(self._weighed(asked, *shots), self._per_video)
        return found, self._most_of_others(asked, depth, *best)

    def _weighed(self, asked: Asked, seen: Sequence[Scored], said: Sequence[Hit]) -> list[Matched]:
        """The shots of both, best first; what only one of them tells of a shot is asked for."""
        pictures = {one.hit.id: one for one in seen}
        words = {hit.id: hit.score for hit in said}
        pictures |= {one.hit.id: one for one in self._scored([key for key in words if key not in pictures])}
        words |= self._words_of(asked, [one.hit.id for one in seen if one.hit.id not in words])
        shown = self._picture_nats(asked, [one.score for one in pictures.values()])
        found = []
        for (key, one), of_picture in zip(pictures.items(), shown, strict=True):
            nats = of_picture + word_nats(words.get(key, 0.0), asked.information)
            found.append(Matched(one, nats, of_picture >= TELLING, key in words))
        return _ordered(found if self._rerank else self._passing(found))

    def _by_best_frame(self, asked: Asked, found: Sequence[Matched]) -> list[Matched]:
        best = {one.hit.id: one for one in self._picture.reranked([one.scored.hit for one in found])}
        scores = [one.scored.score for one in found], [best[one.id].score for one in found]
        pictures = zip(found, *(self._picture_nats(asked, of_them) for of_them in scores), strict=True)
        return _ordered(
            replace(one, scored=best[one.id], nats=one.nats - mean + frame, by_picture=frame >= TELLING)
            for one, mean, frame in pictures
        )

    def _passing(self, found: Sequence[Matched]) -> list[Matched]:
        return [one for one in found if self._threshold is None or one.scored.score >= self._threshold]

    def _most_of_others(self, asked: Asked, depth: int, seen: Sequence[Scored], said: Sequence[Hit]) -> float:
        """The evidence of a shot that stands last in both rankings."""
        if len(said if self._only_words else seen) < depth:
            return -np.inf  # there are no others
        of_words = word_nats(said[-1].score if len(said) == depth else 0.0, asked.information)
        return of_words + sum(self._picture_nats(asked, [one.score for one in seen[-1:]]))

    def _picture_nats(self, asked: Asked, scores: Sequence[float]) -> list[float]:
        if self._only_words:
            return [0.0] * len(scores)
        cosines = np.array(scores, dtype=np.float32)
        return list(map(float, asked.background.nats(cosines, self._picture.vector, asked.understood)))

    def _scored(self, ids: Sequence[str]) -> list[Scored]:
        return self._picture.score(ids) if ids else []

    def _words_of(self, asked: Asked, ids: Sequence[str]) -> dict[str, float]:
        """BM25 of those of the shots that have any of the question's words."""
        if not ids or not asked.words:
            return {}
        query = Query(asked.words.vector, len(ids), replace(self._picture.filter, ids=frozenset(ids)))
        return {hit.id: hit.score for hit in self._reader.search_batch(self.space.space, [query])[0]}


def _narrowed(wanted: Filter, stretch: Stretch) -> Filter | None:
    """For what is on in both; None where nothing can be. A shot that meets both of two overlapping ranges meets their
    common part: it is one piece."""
    from_s = max(stretch.start_s, stretch.start_s if wanted.from_s is None else wanted.from_s)
    to_s = min(stretch.end_s, stretch.end_s if wanted.to_s is None else wanted.to_s)
    return replace(wanted, video_ids=(stretch.video_id,), from_s=from_s, to_s=to_s) if from_s < to_s else None


def _until_sure(
    n: int, first: int, most: int, found_among: Callable[[int], tuple[list[Ranked], float]]
) -> list[Ranked]:
    depth = first
    while depth < n:  # in the same steps however many are wanted, so that pages see the same candidates
        depth *= 2
    found, most_of_others = found_among(depth)
    while depth < most and (len(found) < n or found[n - 1].nats < most_of_others) and most_of_others > -np.inf:
        depth *= 2
        found, most_of_others = found_among(depth)
    return found[:n]


def _ordered(found: Iterable[Matched]) -> list[Matched]:
    return sorted(found, key=lambda one: (-one.nats, -one.scored.score, one.id))


def _by_video(found: Sequence[Matched], per_video: int) -> list[MatchedVideo]:
    videos: dict[str, list[Matched]] = {}
    for one in found:
        videos.setdefault(one.scored.hit.payload.video_id, []).append(one)
    return [MatchedVideo(video_id, tuple(own[:per_video])) for video_id, own in videos.items()]


def _by_picture(one: Scored) -> Matched:
    return Matched(one, one.score, True, False)
