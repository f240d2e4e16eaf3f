"""Saved searches are counted after publications, and their webhooks told, without anybody at the page."""

import json

import dagster as dg

from archive_pipeline.collections.embargo import Embargo
from archive_pipeline.counting import counted
from archive_pipeline.resources.archive import Archive
from archive_pipeline.store.saved_searches import SavedSearches

_EVERY_S = 300
"""An ingest publishes for days: to count at each of its videos would be much for nothing."""

_SECONDS = 30.0
"""A tick has sixty; what is left is first in the next."""


@dg.sensor(
    minimum_interval_seconds=_EVERY_S,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Counts what is new in saved searches after publications, and posts it to their webhooks.",
)
def tell_saved_searches(context: dg.SensorEvaluationContext, archive: Archive) -> dg.SkipReason:
    searches, newest = SavedSearches(archive.lake), archive.catalogue.sequence()
    from archive_pipeline.web.telling import count_and_tell, is_untold

    every = searches.all()
    if not every:
        return dg.SkipReason("there are no saved searches")
    embargo = Embargo(archive.settings.collection_folders, archive.lake, archive.catalogue)
    left_out = embargo.now().digest
    begun_at, after, left_out_then = _cursor(context.cursor)
    is_same = begun_at == newest and left_out_then == left_out
    if is_same and not after and not any(map(is_untold, every)):
        return dg.SkipReason("nothing was published or opened since saved searches were counted")
    from archive_pipeline.stages.archive_search import open_finder
    from archive_pipeline.web.pictures import QueryPictures
    from archive_pipeline.web.saved_searches import Watching

    pictures = QueryPictures(archive.settings.home / "cache" / "pictures")
    private = archive.settings.private_addresses
    with open_finder(archive.settings) as finder:
        watching = Watching(
            finder, archive.catalogue, pictures, searches, withheld=embargo.now, private_webhooks=private
        )
        done = count_and_tell(watching, after=after, private_webhooks=private, seconds=_SECONDS)
    context.update_cursor(json.dumps([begun_at if after else newest, done.after, left_out_then if after else left_out]))
    searches_said = counted(done.counted, "saved search was", "saved searches were")
    return dg.SkipReason(f"{searches_said} counted, {counted(done.told, 'webhook')} told")


def _cursor(written: str | None) -> tuple[int, str, str]:
    """The catalogue's change at which the last round began, after which search it goes on ("": it is done), and what
    was withheld when it began."""
    try:
        sequence, after, left_out = json.loads(written or "[]")
        return int(sequence), str(after), str(left_out)
    except (ValueError, TypeError):
        return 0, "", ""
