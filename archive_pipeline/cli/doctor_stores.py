"""What `doctor` finds of the stores: the catalogue against lake, index and database."""

import uuid
from collections.abc import Iterator, Sequence

import duckdb

from archive_pipeline.cli.bars import one_bar
from archive_pipeline.cli.doctor_finding import Finding
from archive_pipeline.counting import counted
from archive_pipeline.errors import ArchiveError
from archive_pipeline.progress import report
from archive_pipeline.search.configured import open_index
from archive_pipeline.settings import Settings
from archive_pipeline.stages.health import (
    DamagedTable,
    damaged_tables,
    database_trouble,
    point_troubles,
    unmakeable_files,
)
from archive_pipeline.stages.health.points import stored_number
from archive_pipeline.store.baskets import Baskets
from archive_pipeline.store.catalogue import Catalogue, Entry
from archive_pipeline.store.corrections import Corrections
from archive_pipeline.store.group_names import GroupNames
from archive_pipeline.store.judgements import Judgements
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.organisations import Organisations
from archive_pipeline.store.reviews import Reviews
from archive_pipeline.store.saved_searches import SavedSearches
from archive_pipeline.warehouse import follow, open_database

_REPAIR = "archive-pipeline repair"
_SHOWN = 5


def look_at_stores(settings: Settings, *, deep: bool) -> Iterator[Finding]:
    """`deep` reads every table and the whole database."""
    if not settings.home.is_dir():
        yield Finding("stores", "ok", f"{settings.home} is not there yet")
        return
    lake = Lake(settings.lake_place)
    if trouble := _bucket_trouble(lake):
        yield Finding(
            "lake", "problem", trouble.message, "set ARCHIVE_LAKE and the AWS_* variables (docs/operating.md)"
        )
        return
    try:
        catalogue = Catalogue(settings.database)
        catalogue.check()
        entries = catalogue.all_entries()
    except ArchiveError as error:
        yield Finding("catalogue", "problem", error.message, _catalogue_fix(error))
        return
    yield Finding("catalogue", "ok", f"{counted(len(entries), 'video')} in {catalogue.database.place}")
    yield _tables(lake, catalogue, entries, deep)
    yield from _unmakeable(lake)
    yield from _said(lake)
    if deep:
        for collection, damaged in Organisations(lake).damaged().items():
            yield Finding("lake", "problem", damaged.message, f"archive-pipeline organise {collection}")
    yield _database(settings, catalogue, deep)
    yield from _lost_corrections(settings)
    if leftovers := lake.objects.leftovers():
        yield Finding(
            "leftovers", "problem", f"{counted(len(leftovers), 'file')} of killed writers in the lake", _REPAIR
        )
    yield _points(settings, lake, catalogue.all_entries())


def looked_at_tables(lake: Lake, catalogue: Catalogue, entries: Sequence[Entry], *, deep: bool) -> list[DamagedTable]:
    """`damaged_tables` behind a bar."""
    found: list[DamagedTable] = []
    with one_bar("reading the lake's tables" if deep else "looking at the lake's tables", "lake", transient=True):
        for number, entry in enumerate(entries, start=1):
            found += damaged_tables(lake, catalogue, [entry], deep=deep)
            report("lake", number / len(entries))
    return found


def _bucket_trouble(lake: Lake) -> ArchiveError | None:
    """Why a bucket cannot be written, read, listed and deleted in; None where it can, and of a folder."""
    if not lake.objects.is_remote:
        return None
    key = f"doctor/{uuid.uuid4().hex}"
    try:
        with lake.objects.writing(key) as file:
            file.write(b"written by archive-pipeline doctor")
        lake.objects.read(key)
        list(lake.objects.listed("doctor"))
        lake.objects.delete([key])
    except ArchiveError as error:
        return error
    return None


def _tables(lake: Lake, catalogue: Catalogue, entries: Sequence[Entry], deep: bool) -> Finding:
    found = looked_at_tables(lake, catalogue, entries, deep=deep)
    if not found:
        return Finding("lake", "ok", "every table is there" + (" and was read" if deep else ""))
    named = "; ".join(f"{one.table} of {one.video.video_id}: {one.why}" for one in found[:_SHOWN])
    n_videos = len({one.video for one in found})
    return Finding(
        "lake",
        "problem",
        f"{counted(len(found), 'table')} of {counted(n_videos, 'video')} ({named})",
        _REPAIR + " --deep" * deep,
    )


def _catalogue_fix(error: ArchiveError) -> str:
    fixes = {
        "bad_database_url": "correct ARCHIVE_DATABASE_URL",
        "no_postgres_driver": "pip install 'archive-pipeline[shared]'",
        "catalogue_unavailable": "start the database, or see why it does not answer",
        "catalogue_version": "use the newest archive-pipeline everywhere",
    }
    return fixes.get(error.code, _REPAIR)


def _unmakeable(lake: Lake) -> Iterator[Finding]:
    for file, why in unmakeable_files(lake):
        fix = "take it from a backup, or delete it: no stage makes it again; `evaluate` adds new ones"
        yield Finding("lake", "problem", f"{file} cannot be read ({why})", fix)


def _said(lake: Lake) -> Iterator[Finding]:
    """Of what people said: lines that are none."""
    journals = (
        Reviews(lake),
        GroupNames(lake),
        Corrections(lake),
        Judgements(lake),
        SavedSearches(lake),
        Baskets(lake, bool),
    )
    for file, n_lines in (found for journal in journals for found in journal.passed_over().items()):
        fix = "a last line that power cut off was never confirmed: delete it; else take the file from a backup"
        yield Finding("lake", "problem", f"lines of {file} that cannot be read: {n_lines}", fix)


def _points(settings: Settings, lake: Lake, entries: Sequence[Entry]) -> Finding:
    with open_index(settings.qdrant_dir, settings.qdrant_url, settings.qdrant_key) as index:
        found = point_troubles(index, entries, stored_number(lake))
        n_points = 0 if found.damaged else sum(index.count(space) for space in index.spaces())
    if found.is_none:
        return Finding("index", "ok", f"{counted(n_points, 'point')}, those of the videos' shots")
    parts = [f"{space} cannot be read" for space in found.damaged]
    parts += [f"{counted(len(found.lacking), 'video lacks', 'videos lack')} points"] if found.lacking else []
    parts += (
        [f"points of {counted(len(found.unknown), 'video that is', 'videos that are')} not there"]
        if found.unknown
        else []
    )
    return Finding("index", "problem", "; ".join(parts), _REPAIR)


def _lost_corrections(settings: Settings) -> Iterator[Finding]:
    """What people put right and nothing holds any more, as far as it is published."""
    if not settings.database_link.exists():
        return
    query = "FROM placed_corrections WHERE state = 'lost'"
    try:
        with open_database(settings.database_link) as connection:
            ((n_lost, n_videos),) = connection.execute(f"SELECT count(*), count(DISTINCT video_id) {query}").fetchall()
    except (duckdb.Error, ArchiveError):  # damaged, or of an older release: `_database` says so
        return
    if n_lost:
        fix = f'archive-pipeline sql "{query}" shows them; a video\'s page takes them back'
        yield Finding("corrections", "note", f"{n_lost} without a place, of {counted(n_videos, 'video')}", fix)


def _database(settings: Settings, catalogue: Catalogue, deep: bool) -> Finding:
    link = settings.database_link
    follow(settings.lake_place, link)
    if why := database_trouble(catalogue, link, deep=deep):
        return Finding("database", "problem", why, _REPAIR + " --deep" * deep)
    if link.exists():
        return Finding("database", "ok", f"{link} → {link.resolve().name}")
    return Finding("database", "note", f"no snapshot at {link} yet", "it appears with the first ingest")
