"""Webhooks of saved searches are told what is new: once for each growth, at most three tries."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass

from archive_pipeline.errors import ArchiveError, PassingError
from archive_pipeline.search.answer import Found
from archive_pipeline.store.saved_searches import Line, SavedSearch, SavedSearches
from archive_pipeline.web import webhooks
from archive_pipeline.web.saved_searches import Watching

MOST_TRIES = 3
_NAMED = 10
"""Shots that a message names."""

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Round:
    """What a round through all saved searches came to."""

    counted: int
    told: int
    after: str
    """The last one for which there was time; "" where there was time for all."""


def count_and_tell(watching: Watching, *, after: str = "", private_webhooks: bool, seconds: float) -> Round:
    """Count what is new in saved searches and tell webhooks, in order of id, for so long; `after` goes on with a round
    that was not done."""
    ends = time.monotonic() + seconds
    counted = told = 0
    last = after
    for search in sorted(watching.searches.all(), key=lambda one: one.saved):
        if search.saved <= after:
            continue
        if time.monotonic() > ends:
            return Round(counted, told, last)
        last = search.saved
        try:
            fresh = watching.count(search)
            new = watching.new(fresh) if is_untold(fresh) else ()
        except ArchiveError as error:  # a collection or a picture that is gone: the others are counted
            _logger.warning("saved search %s is not counted: %s", search.saved, error)
            continue
        counted += 1
        if is_untold(fresh):
            told += tell(watching.searches, fresh, new, private_webhooks=private_webhooks)
    return Round(counted, told, "")


def is_untold(search: SavedSearch) -> bool:
    return bool(search.webhook) and search.n_new > search.told_n and search.tries < MOST_TRIES


def tell(searches: SavedSearches, search: SavedSearch, new: Sequence[Found], *, private_webhooks: bool) -> bool:
    """Post once; whether it was taken. What became of it is kept."""
    payload = {
        "event": "saved_search",
        "delivery": f"{search.saved}-{search.counted_sequence}-{search.n_new}",
        "saved": search.saved,
        "name": search.name,
        "page": f"/saved/{search.saved}",
        "n_new": search.n_new,
        "shots": [
            {"id": one.id, "video_id": one.shot.video_id, "start_s": one.shot.start_s, "end_s": one.shot.end_s}
            for one in new[:_NAMED]
        ],
    }
    try:
        webhooks.post(search.webhook, payload, private=private_webhooks)
    except ArchiveError as error:
        tries = search.tries + 1 if isinstance(error, PassingError) else MOST_TRIES
        searches.add(search.saved, Line("untold", text=error.message, tries=tries))
        return False
    searches.add(search.saved, Line("told", n_new=search.n_new))
    return True
