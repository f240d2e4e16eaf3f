"""The answer to a request without a question: a page of what passes its filter, and how much that is."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from archive_pipeline.search import hints
from archive_pipeline.search.answer import Answer, Hint
from archive_pipeline.search.index import ShotReader
from archive_pipeline.search.listing import Listing
from archive_pipeline.search.listing_facets import listing_facets
from archive_pipeline.search.request import Request
from archive_pipeline.search.sources import Sources


def listed(
    reader: ShotReader, sources: Sources, request: Request, about_nothing: Callable[[], Sequence[Hint]]
) -> Answer:
    """`about_nothing` tells why nothing passes. What is marked as not wanted is left out."""
    started = time.perf_counter()
    wanted = replace(request.filter, without_ids=request.filter.without_ids | set(request.unlike))
    listing = Listing(reader, sources.spaces, wanted)
    page = slice(request.offset, request.offset + request.limit)
    said = [] if sources.spaces else [hints.nowhere(sources.index_is_lost)]
    said += [hints.nothing_scored()] if request.score_threshold is not None or request.rerank else []
    said += [] if listing.n_shots else about_nothing()
    return Answer(
        shots=() if request.by_video else tuple(listing.shots(page)),
        videos=tuple(listing.videos(page, request.per_video)) if request.by_video else (),
        pairs=(),
        hints=(*sources.hints, *said),
        models=tuple(space.model for space in sources.spaces),
        has_more=page.stop < (listing.n_videos if request.by_video else listing.n_shots),
        facets=listing_facets(reader, listing) if request.facets else None,
        n_shots=listing.n_shots,
        n_videos=listing.n_videos,
        took_s=time.perf_counter() - started,
    )
