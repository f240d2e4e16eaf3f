"""What a command may read: without `archive-pipeline --embargoed` nothing that a collection withholds."""

from collections.abc import Callable
from pathlib import Path

from archive_pipeline.collections.embargo import Embargo, cleared
from archive_pipeline.settings import Settings
from archive_pipeline.warehouse import follow, link_for, whole_link


def allowed(settings: Settings) -> Callable[[str], bool]:
    """Whether a video may be read, by its id."""
    return (lambda _: True) if cleared.get() else Embargo.of(settings).allows


def readable_database(settings: Settings) -> Path:
    """The link to the newest published database that may be read. Raises as `warehouse.follow`."""
    link = settings.database_link
    for one in (link, whole_link(link)) if cleared.get() else (link,):
        follow(settings.lake_place, one)
    return link_for(link, embargoed=cleared.get())
