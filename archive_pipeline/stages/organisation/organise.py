"""Organise a collection: in the whole where enough has changed, else what came and went, else nothing."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import polars as pl

from archive_pipeline.collections.model import Collection
from archive_pipeline.encoders import identify
from archive_pipeline.errors import RequestError
from archive_pipeline.progress import report
from archive_pipeline.settings import Settings
from archive_pipeline.stages.organisation.brought_up import brought_up
from archive_pipeline.stages.organisation.parameters import organisation_plan
from archive_pipeline.stages.organisation.pictures import Sources, pictures_of
from archive_pipeline.stages.organisation.placement import LEVEL_IDS
from archive_pipeline.stages.organisation.whole import PROGRESS, organised_whole
from archive_pipeline.store.catalogue import Catalogue
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.leases import Leases, open_leases
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.organisations import FACTS, TABLES, Organisations

WORN_SHARE = 0.25
"""Groups are looked for again once so many pictures, as a share of those there were, came or went since."""


@dataclass(frozen=True)
class Organised:
    """What came of it: the row of `organisations` that counts now."""

    facts: dict[str, Any]
    n_come: int
    """Pictures that came since the version before; `n_gone` those that went."""
    n_gone: int
    is_new: bool
    """False: nothing was to be done."""

    @property
    def is_whole(self) -> bool:
        return self.is_new and bool(self.facts["version"] == self.facts["whole_version"])


def organise_collection(
    lake: Lake, catalogue: Catalogue, collection: Collection, settings: Settings, *, whole: bool = False
) -> Organised:
    """Bring the organisation of a collection up to date; one process at a time, others wait.

    Reports progress as "organise". A process that is killed at any moment leaves the version before. Raises
    RequestError `nothing_to_organise`, PassingError `pictures_changed`, and ConfigurationError where the model or a
    vocabulary is wrong.
    """
    with organisation_leases(catalogue, settings).hold(collection.name, on_wait=lambda who: report(_waits(who), None)):
        started = time.perf_counter()
        plan = organisation_plan(collection, settings)
        former = dict(zip(TABLES, Organisations(lake).read(collection.name, *TABLES), strict=True))
        facts = former[FACTS].row(0, named=True) if former[FACTS].height else None
        is_planned = facts is not None and facts["plan"] == plan
        sequence, changed = catalogue.changes_since(facts["sequence"] if facts and is_planned else 0)
        members = former["picture_memberships"]
        sources = _sources(lake, catalogue, collection, changed, members)
        n_pictures = sum(map(len, sources.values()))
        if not n_pictures:
            raise RequestError(
                "nothing_to_organise",
                f"Collection {collection.name} has nothing to organise yet: archive-pipeline ingest {collection.name}",
            )
        report(PROGRESS, 0.05)
        present = {key for own in sources.values() for key in own}
        known = set(members["picture_id"])
        n_come, n_gone = len(present - known), len(known - present)
        is_whole = whole or facts is None or not is_planned or _is_worn(facts, n_come, n_gone)
        is_whole = is_whole or not former["picture_groups"].height
        if facts and not is_whole and not n_come and not n_gone:
            return Organised(facts, 0, 0, is_new=False)
        version = Organisations(lake).next_version(collection.name)
        before = {"whole_version": version, "n_come": 0, "n_gone": 0} if is_whole or not facts else facts
        if is_whole:
            tables = organised_whole(lake, collection, settings, sources, members, version)
        else:
            tables = brought_up(lake, collection, sources, former)
        groups, members = tables["picture_groups"], tables["picture_memberships"]
        row = {
            "collection": collection.name,
            "version": version,
            "organised_at": datetime.now(UTC),
            "model": collection.model,
            "n_pictures": members.height,
            "n_nowhere": members[LEVEL_IDS[0]].null_count(),
            **{f"n_{level}s": groups.filter(pl.col("level") == level).height for level in ("theme", "group", "part")},
            "n_folded": tables["photo_duplicates"].height,
            "whole_version": before["whole_version"],
            "n_come": before["n_come"] + (0 if is_whole else n_come),
            "n_gone": before["n_gone"] + (0 if is_whole else n_gone),
            "elapsed_s": round(time.perf_counter() - started, 3),
            "plan": plan,
            "sequence": sequence,
        }
        Organisations(lake).write(collection.name, {**tables, FACTS: pl.DataFrame([row])})
        report(PROGRESS, 1.0)
        return Organised(row, n_come, n_gone, is_new=True)


def organisation_leases(catalogue: Catalogue, settings: Settings) -> Leases:
    """On the organisations of collections, by their names."""
    return open_leases(catalogue.database, "organisation", settings.slots_dir / "organisation")


def _sources(
    lake: Lake, catalogue: Catalogue, collection: Collection, changed: Iterable[VideoName], members: pl.DataFrame
) -> Sources:
    """All pictures that there are now; only videos and albums that changed are looked at. What the catalogue does not
    know is gone: it may have been lost, and made again."""
    present = catalogue.entries(collection.name)
    concerned = set(changed)
    staying = [entry.name.video_id for entry in present if entry.name not in concerned]
    by_source = members.filter(pl.col("source_id").is_in(staying)).group_by("source_id", maintain_order=True)
    kept = {VideoName.from_video_id(source): keys for source, keys in by_source.agg("picture_id").rows()}
    come = (entry for entry in present if entry.name in concerned)
    return {**kept, **pictures_of(lake, come, identify(collection.model))}


def _is_worn(facts: dict[str, Any], n_come: int, n_gone: int) -> bool:
    return bool(facts["n_come"] + n_come + facts["n_gone"] + n_gone > WORN_SHARE * facts["n_pictures"])


def _waits(holder: str) -> str:
    return f"waits for another one at work on this collection ({holder})"
