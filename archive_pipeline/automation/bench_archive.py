"""An archive of its own for a measurement."""

from collections.abc import Mapping
from pathlib import Path

from archive_pipeline.settings import adopt_environment


def own_archive(folder: Path, more: Mapping[str, str] | None = None) -> Path:
    """Point this process's environment to an archive in `folder`, empty so far, and set `more` in it; the folder for
    what is ingested."""
    home, source = folder / "home", folder / "source"
    source.mkdir()
    environment = {
        "ARCHIVE_HOME": str(home),
        "ARCHIVE_COLLECTIONS": str(folder / "none"),
        "DAGSTER_HOME": str(home / "dagster"),
        "ARCHIVE_RUNTIME": str(folder / "runtime"),  # an encoder of its own, whose start and end are counted
    }
    adopt_environment({**environment, **(more or {})})
    return source
