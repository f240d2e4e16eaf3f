"""One request in one space by its picture and by words: what a shot has of both decides (evidence_ranking.py)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from archive_pipeline.search.evidence import TELLING
from archive_pipeline.search.evidence_ranking import Asked, EvidenceRanking, Wanted, Weighed
from archive_pipeline.search.index import ShotReader
from archive_pipeline.search.model import Filter, Hit, Query
from archive_pipeline.search.request import Request
from archive_pipeline.search.reranking import CANDIDATES, SHOTS_OF_A_CANDIDATE, Scored
from archive_pipeline.search.space_search import SpaceSearch

_FIRST, _FIRST_OF_A_VIDEO = 400, 25
"""How many of each ranking are read at first, and of a single video's."""
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
            return self._best(self._asked, n)
        found = self._best(self._asked, max(n, CANDIDATES))
        ordered = [*self._by_best_frame(self._asked, found[:CANDIDATES]), *found[CANDIDATES:]]
        return self._passing(ordered)[:n]

    def videos(self, n: int) -> list[MatchedVideo]:
        """The best `n`, each with its best shots."""
        if self._asked is None:
            seen = [] if self._only_words else self._picture.videos(n)
            return [MatchedVideo(one.video_id, tuple(map(_by_picture, one.shots))) for one in seen]
        if not self._rerank:
            return self._best_videos(self._asked, n)
        n_candidates = CANDIDATES // self._per_video
        found = self._best_videos(self._asked, max(n, n_candidates))
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
        hits = {hit.id: hit for own in found for hit in own if not members or hit.id in members}
        scores = {key: hit.score for key, hit in hits.items()}
        ranking = self._ranking(asked)
        if self._only_words:
            hits = ranking.hits(list(hits))
        words = scores if self._only_words else ranking.words_of(list(hits))
        weighed = ranking.weigh({key: hit.score for key, hit in hits.items()}, words)
        return [_matched(one, hits[one.id]) for one in ranking.placed(weighed, hits)]

    def _ranking(self, asked: Asked) -> EvidenceRanking:
        threshold = None if self._rerank else self._threshold
        reader, space, vector = self._reader, self.space.space, self._picture.vector
        return EvidenceRanking(reader, space, vector, asked, self._only_words, threshold)

    def _best(self, asked: Asked, n: int) -> list[Matched]:
        ranking = self._ranking(asked)
        [best] = ranking.best([Wanted(self._picture.filter, n, _FIRST)])
        return _loaded(ranking, best)

    def _best_videos(self, asked: Asked, n: int) -> list[MatchedVideo]:
        """Those of the best shots: every round leaves out the videos that are known (see grouping.py)."""
        ranking, filter = self._ranking(asked), self._picture.filter
        videos: dict[str, None] = {}
        while len(videos) < n:
            known = (*filter.without_video_ids, *videos)
            limit = (n - len(videos)) * 2
            [best] = ranking.best([Wanted(replace(filter, without_video_ids=known), limit, _FIRST)])
            videos.update(dict.fromkeys(one.scored.hit.payload.video_id for one in _loaded(ranking, best)))
            if len(best) < limit:
                break
        each = [
            Wanted(replace(filter, video_ids=(one,)), self._per_video, _FIRST_OF_A_VIDEO) for one in list(videos)[:n]
        ]
        found = ranking.best(each)
        return _by_video(_loaded(ranking, [one for own in found for one in own]), self._per_video)

    def _by_best_frame(self, asked: Asked, found: Sequence[Matched]) -> list[Matched]:
        best = {one.hit.id: one for one in self._picture.reranked([one.scored.hit for one in found])}
        ranking = self._ranking(asked)
        of_means = ranking.weigh({one.id: one.scored.score for one in found}, {})
        of_frames = {one.id: one for one in ranking.weigh({key: one.score for key, one in best.items()}, {})}
        gained = {one.id: of_frames[one.id].nats - one.nats for one in of_means}
        ordered = (
            Matched(best[one.id], one.nats + gained[one.id], of_frames[one.id].nats >= TELLING, one.by_words)
            for one in found
        )
        return sorted(ordered, key=lambda one: (-one.nats, -one.scored.score, one.id))

    def _passing(self, found: Sequence[Matched]) -> list[Matched]:
        return [one for one in found if self._threshold is None or one.scored.score >= self._threshold]


def _loaded(ranking: EvidenceRanking, found: Sequence[Weighed]) -> list[Matched]:
    """With what is stored beside them; without those that are gone since."""
    hits = ranking.hits([one.id for one in found])
    return [_matched(one, hits[one.id]) for one in found if one.id in hits]


def _narrowed(wanted: Filter, stretch: Stretch) -> Filter | None:
    """For what is on in both; None where nothing can be. A shot that meets both of two overlapping ranges meets their
    common part: it is one piece."""
    from_s = max(stretch.start_s, stretch.start_s if wanted.from_s is None else wanted.from_s)
    to_s = min(stretch.end_s, stretch.end_s if wanted.to_s is None else wanted.to_s)
    return replace(wanted, video_ids=(stretch.video_id,), from_s=from_s, to_s=to_s) if from_s < to_s else None


def _by_video(found: Sequence[Matched], per_video: int) -> list[MatchedVideo]:
    videos: dict[str, list[Matched]] = {}
    for one in found:
        videos.setdefault(one.scored.hit.payload.video_id, []).append(one)
    return [MatchedVideo(video_id, tuple(own[:per_video])) for video_id, own in videos.items()]


def _matched(one: Weighed, hit: Hit) -> Matched:
    return Matched(Scored(hit, hit.score), one.nats, one.of_picture >= TELLING, one.has_words)


def _by_picture(one: Scored) -> Matched:
    return Matched(one, one.score, True, False)
