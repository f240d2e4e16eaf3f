"""The published database beside the catalogue."""

from pathlib import Path

from archive_pipeline.counting import counted
from archive_pipeline.errors import ArchiveError
from archive_pipeline.store.catalogue import Catalogue
from archive_pipeline.warehouse.snapshot import state_of, unreadable
from archive_pipeline.warehouse.versions import Versions, link_for


def database_trouble(catalogue: Catalogue, link: Path, *, deep: bool) -> str | None:
    """Why the published database is not what analysts should ask, as a sentence; None where it is, or where there is
    nothing to publish. That it is a minute behind is no trouble. `deep` reads every block and its checksum. Where
    anything is withheld, the whole database first, and then what everybody may read."""
    links = dict.fromkeys((link_for(link, embargoed=True), link))
    return next(filter(None, (_trouble(catalogue, one, deep) for one in links)), None)


def _trouble(catalogue: Catalogue, link: Path, deep: bool) -> str | None:
    wanted = sum(counts.get("ready", 0) for counts in catalogue.counts().values())
    try:
        version = Versions(link).current()
    except ArchiveError as error:
        return error.message
    if version is None:
        return f"{counted(wanted, 'video is ready', 'videos are ready')} and nothing is published" if wanted else None
    state = state_of(version)
    if state is None:
        return f"{version.name} cannot be opened: readers get the version before it"
    published = state.rows["videos"] + state.rows["albums"]
    if state.sequence == catalogue.sequence() and published < wanted and not state.left_out:
        return f"{version.name} has {counted(published, 'video')}, {wanted:,} {'is' if wanted == 1 else 'are'} ready"
    why = unreadable(version, deep=deep)
    return f"{version.name} cannot be read: {why}" if why else None
