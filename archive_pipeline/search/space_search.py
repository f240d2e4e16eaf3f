"""One request in one space: plain, re-ranked, grouped by video."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from archive_pipeline.search.grouping import group_by_video
from archive_pipeline.search.index import ShotReader
from archive_pipeline.search.model import Hit, Query, Vector, VideoHits
from archive_pipeline.search.ranking import ranked
from archive_pipeline.search.request import Request
from archive_pipeline.search.reranking import CANDIDATES, SHOTS_OF_A_CANDIDATE, Scored, rerank
from archive_pipeline.search.sources import Askable, FrameStore


@dataclass(frozen=True)
class ScoredVideo:
    """A video's best shots, best first; never without one."""

    video_id: str
    shots: tuple[Scored, ...]


class SpaceSearch:
    """Ranks what the request may find by `vector` (d,). `n_unread` counts shots that re-ranking left as they were."""

    def __init__(
        self, reader: ShotReader, frames: FrameStore, space: Askable, request: Request, vector: Vector
    ) -> None:
        examples = {*request.like, *request.unlike}
        self.space = space
        self.n_unread = 0
        self._reader = reader
        self._frames = frames
        self._request = request
        self.vector = vector
        self.filter = replace(request.filter, without_ids=request.filter.without_ids | examples)

    def shots(self, n: int) -> list[Scored]:
        """The best `n`."""
        threshold = self._request.score_threshold
        if not self._request.rerank:
            query = Query(self.vector, n, self.filter, score_threshold=threshold)
            return _as_scored(ranked(self._reader, self.space.space, [query])[0])
        query = Query(self.vector, max(n, CANDIDATES), self.filter)
        hits = ranked(self._reader, self.space.space, [query])[0]
        ordered = [*self.reranked(hits[:CANDIDATES]), *_as_scored(hits[CANDIDATES:])]
        return [one for one in ordered if threshold is None or one.score >= threshold][:n]

    def videos(self, n: int) -> list[ScoredVideo]:
        """The best `n`, each with its best shots."""
        per_video, threshold = self._request.per_video, self._request.score_threshold
        if not self._request.rerank:
            return [
                ScoredVideo(one.video_id, tuple(_as_scored(one.hits))) for one in self._grouped(n, per_video, threshold)
            ]
        per_candidate = max(per_video, SHOTS_OF_A_CANDIDATE)
        n_candidates = CANDIDATES // per_candidate
        groups = self._grouped(max(n, n_candidates), per_candidate, None)
        best = self.reranked([hit for group in groups[:n_candidates] for hit in group.hits])
        rest = [one for group in groups[n_candidates:] for one in _as_scored(group.hits)]
        videos: dict[str, list[Scored]] = {}
        for one in (*best, *rest):
            if threshold is None or one.score >= threshold:
                videos.setdefault(one.hit.payload.video_id, []).append(one)
        return [ScoredVideo(video_id, tuple(own[:per_video])) for video_id, own in videos.items()][:n]

    def score(self, ids: Sequence[str]) -> list[Scored]:
        """These shots, best first: with their cosines or, where the request says so, those of their best frames."""
        query = Query(self.vector, len(ids), replace(self.filter, ids=frozenset(ids)))
        hits = self._reader.search_batch(self.space.space, [query])[0]
        return self.reranked(hits) if self._request.rerank else _as_scored(hits)

    def _grouped(self, n: int, per_video: int, threshold: float | None) -> list[VideoHits]:
        search_batch = partial(ranked, self._reader)
        return group_by_video(search_batch, self.space.space, self.vector, n, per_video, self.filter, threshold)

    def reranked(self, hits: Sequence[Hit]) -> list[Scored]:
        """The hits by their best frames, best first."""
        ordered, n_unread = rerank(self._frames, self.space.identity, self.vector, hits)
        self.n_unread += n_unread
        return ordered


def _as_scored(hits: Sequence[Hit]) -> list[Scored]:
    return [Scored(hit, hit.score) for hit in hits]
