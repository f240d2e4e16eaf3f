"""The published database beside the catalogue."""

from pathlib import Path

import duckdb

from archive_pipeline.errors import ArchiveError
from archive_pipeline.store.catalogue import Catalogue
from archive_pipeline.warehouse.snapshot import published_tables, state_of
from archive_pipeline.warehouse.versions import Versions


def database_trouble(catalogue: Catalogue, link: Path, *, deep: bool) -> str | None:
    """Why the published database is not what analysts should ask, as a sentence; None where it is, or where there is
    nothing to publish. That it is a minute behind is no trouble. `deep` reads every block and its checksum."""
    wanted = sum(counts.get("ready", 0) for counts in catalogue.counts().values())
    try:
        version = Versions(link).current()
    except ArchiveError as error:
        return error.message
    if version is None:
        return f"{wanted} videos are ready and nothing is published" if wanted else None
    state = state_of(version)
    if state is None:
        return f"{version.name} cannot be opened: readers get the version before it"
    if state.sequence == catalogue.sequence() and state.rows["videos"] < wanted:
        return f"{version.name} has {state.rows['videos']} videos, {wanted} are ready"
    return _unreadable(version) if deep else None


def _unreadable(version: Path) -> str | None:
    try:
        with duckdb.connect(str(version), read_only=True) as connection:
            for table in published_tables():
                connection.execute(f"SELECT bit_xor(hash(t)) FROM {table} AS t").fetchall()
    except duckdb.Error as error:
        return f"{version.name} cannot be read: {str(error).splitlines()[0][:200]}"
    return None
