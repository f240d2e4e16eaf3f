"""What `doctor` finds that waits for a person: what holds collections up, and a database that should be gone."""

from collections.abc import Iterator

from archive_pipeline.cli.doctor_finding import Finding
from archive_pipeline.collections.collection_files import load_collections
from archive_pipeline.settings import Settings
from archive_pipeline.stages.chain import ANALYSES_OF
from archive_pipeline.store.catalogue import INGEST, REMOVALS, Catalogue, Hold
from archive_pipeline.store.lake import Lake
from archive_pipeline.warehouse import left_over_edition

_NAMES = {stage.name: name for analyses in ANALYSES_OF.values() for name, stage in analyses.items()}


def look_at_holds(settings: Settings) -> Iterator[Finding]:
    """Each hold of the catalogue with the command that looks again; the whole edition where nothing is withheld."""
    if not settings.home.is_dir():
        return
    catalogue = Catalogue(settings.database)
    collections, problems = load_collections(settings.collection_folders)
    described = {collection.name for collection in collections}
    wrong = {problem.file.stem for problem in problems}
    holds = catalogue.holds()
    if not holds:
        yield Finding("holds", "ok", "nothing is held up")
    for hold in holds:
        yield Finding(
            f"{hold.collection}: {hold.work} held up",
            "note" if hold.work == REMOVALS or hold.collection not in described | wrong else "problem",
            f"{hold.error_code}: {hold.message} (since {hold.since.astimezone():%Y-%m-%d %H:%M})",
            _heals(hold) if hold.collection in described else _file_of(hold.collection, wrong),
        )
    if left := left_over_edition(Lake(settings.lake_place), catalogue, collections, settings.database_link):
        detail = f"{left} holds what was under an embargo, and nothing is any more"
        yield Finding("edition_left", "problem", detail, f"rm -r {left}")


def _file_of(collection: str, wrong: set[str]) -> str:
    """What is to be done about a collection that nothing describes."""
    is_wrong = collection in wrong
    return (
        f"put the file of {collection} right first"
        if is_wrong
        else f"no file describes {collection}: where that is not meant, write it again"
    )


def _heals(hold: Hold) -> str:
    if hold.work == REMOVALS:
        return f"archive-pipeline ingest {hold.collection} --accept-removals, or mount what is missing"
    again = "ingest" if hold.work == INGEST else "describe"
    only = "" if hold.work == INGEST else f" --only {_NAMES.get(hold.work, hold.work)}"
    return (
        f"once that is put right: archive-pipeline {again} {hold.collection}{only}; where the daemon runs "
        "(archive-pipeline dev) it goes on by itself"
    )
