"""What is published for whom: one database, or two where anything is under an embargo."""

import shutil
import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

from archive_pipeline.collections.embargo import Withheld, withheld
from archive_pipeline.collections.model import Collection
from archive_pipeline.store.catalogue import Catalogue
from archive_pipeline.store.lake import Lake
from archive_pipeline.warehouse.exchange import exchange_of, has_superseded, remove_superseded
from archive_pipeline.warehouse.publication import (
    Publication,
    is_untouched,
    is_whole_published,
    made_aside,
    publish_whole,
    read_back,
    require_room_to_publish,
    turn,
)
from archive_pipeline.warehouse.snapshot import schema_digest, state_of, written
from archive_pipeline.warehouse.versions import Versions, is_barred, whole_link

_TRIED_FOR_S = 600.0


def publish(
    lake: Lake, catalogue: Catalogue, collections: Iterable[Collection], link: Path, *, full: bool = False
) -> Publication:
    """`publish_whole` behind `link`, while nothing is under an embargo.

    Else that is behind `whole_link`, in a folder that others cannot enter, and behind `link` is what everybody may
    read: written row by row into a new file, so that no block of it ever held anything else. What is withheld is
    compared at each call, so that a day that begins needs no other change.
    """
    collections = list(collections)
    left_out = withheld(lake, catalogue, collections, date.today())
    if not left_out.collections:
        made = publish_whole(lake, catalogue, collections, link, full=full)
        return replace(made, warning=_remove_whole_edition(link))
    own = whole_link(link)
    own.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = publish_whole(lake, catalogue, collections, own, full=full)
    return _publish_visible(lake, catalogue, made, link, left_out)


def is_published(lake: Lake, catalogue: Catalogue, collections: Iterable[Collection], link: Path) -> bool:
    """Whether `publish` would do nothing; as cheap to ask as the databases are to open."""
    collections = list(collections)
    left_out = withheld(lake, catalogue, collections, date.today())
    if not left_out.collections:
        return not _may_be_removed(link) and is_whole_published(lake, catalogue, collections, link)
    visible, whole = Versions(link).current(), Versions(whole_link(link)).current()
    if not (visible and whole and _shows(visible, whole, left_out)) or has_superseded(Versions(link), visible):
        return False
    return is_whole_published(lake, catalogue, collections, whole_link(link))


def left_over_edition(lake: Lake, catalogue: Catalogue, collections: Iterable[Collection], link: Path) -> Path | None:
    """The folder of the database that has more than everybody may read, where everybody may read all: `publish` removes
    it, and could not. None where it is gone, or something is withheld."""
    folder = whole_link(link).parent
    if not folder.exists() or withheld(lake, catalogue, collections, date.today()).collections:
        return None
    return folder


def _remove_whole_edition(link: Path) -> str | None:
    """The databases that had more than everybody may read, where everybody may read all; why not, as a sentence."""
    folder = whole_link(link).parent
    try:
        if folder.exists():
            shutil.rmtree(folder)
    except OSError as error:
        return (
            f"{folder} could not be removed ({error.strerror or error}): it holds an older database with what was "
            "under an embargo, and nothing is any more. It is tried again with every publication; remove it: "
            f"rm -r {folder}"
        )
    return None


def _may_be_removed(link: Path) -> bool:
    """Whether the folder of the whole edition is there, and publishing is to be asked for because of it alone: for a
    while after the version that took its place, in which a publisher may have been killed; not for ever."""
    current = Versions(link).current()
    is_young = current is None or time.time() - current.stat().st_mtime < _TRIED_FOR_S
    return is_young and whole_link(link).parent.exists()


def _publish_visible(
    lake: Lake, catalogue: Catalogue, whole: Publication, link: Path, left_out: Withheld
) -> Publication:
    started = time.monotonic()
    versions = Versions(link)
    with turn(catalogue, versions):
        exchange = exchange_of(lake, versions)
        if exchange:
            exchange.fetch()
        current = versions.current()
        if current and _shows(current, whole.version_path, left_out):
            remove_superseded(versions, current)
            return replace(whole, version_path=current, seconds=whole.seconds + time.monotonic() - started)
        require_room_to_publish(link)
        with made_aside(versions):
            with written(versions.aside) as snapshot:
                snapshot.create_schema()
                snapshot.insert_all_but(whole.version_path, left_out.video_ids, left_out.collections, left_out.digest)
            state = read_back(versions)
            version = versions.install()
        remove_superseded(versions, version)
        if exchange:
            exchange.offer(version)
    return replace(whole, version_path=version, rows=state.rows, seconds=whole.seconds + time.monotonic() - started)


def _shows(version: Path, whole: Path, left_out: Withheld) -> bool:
    """Whether the version is the whole one without what is withheld now."""
    state, base = state_of(version), state_of(whole)
    if not (state and base and is_barred(version)):
        return False
    same = (state.published_at, state.sequence) == (base.published_at, base.sequence)
    ours = state.schema_digest == schema_digest() and is_untouched(version, state)
    return same and ours and state.left_out == left_out.digest
