"""The best videos rather than the best shots, so that one film does not fill the list."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from archive_pipeline.search.model import Filter, Hit, Query, SparseVector, Vector, VideoHits

SearchBatch = Callable[[str, Sequence[Query]], list[list[Hit]]]


def group_by_video(
    search_batch: SearchBatch,
    space: str,
    vector: Vector | SparseVector,
    n_groups: int,
    per_group: int,
    filter: Filter,
    score_threshold: float | None = None,
) -> list[VideoHits]:
    """Exact: every round leaves out the videos that are known, so that a long film costs one round and not the list.

    Qdrant's own grouping (the server's only, Edge has none) stops after a few rounds and may return fewer groups.
    """
    plain = Query(vector, per_group, filter, score_threshold=score_threshold)
    best = _best_videos(search_batch, space, plain, n_groups)
    each = [replace(plain, filter=replace(filter, video_ids=(video_id,))) for video_id in best]
    found = search_batch(space, each) if each else []
    return [VideoHits(hits[0].payload.video_id, tuple(hits)) for hits in found if hits]


def _best_videos(search_batch: SearchBatch, space: str, plain: Query, n_groups: int) -> list[str]:
    videos: dict[str, None] = {}
    while len(videos) < n_groups:
        known = (*plain.filter.without_video_ids, *videos)
        limit = (n_groups - len(videos)) * plain.limit * 2
        query = replace(plain, limit=limit, filter=replace(plain.filter, without_video_ids=known))
        hits = search_batch(space, [query])[0]
        videos.update(dict.fromkeys(hit.payload.video_id for hit in hits))
        if len(hits) < limit:
            break
    return list(videos)[:n_groups]
