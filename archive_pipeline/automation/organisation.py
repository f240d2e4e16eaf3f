"""Organisations follow what is ingested: runs for collections that are due, and an event of what a command did."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg

from archive_pipeline.assets.organisation import organisation_key, organisation_metadata
from archive_pipeline.assets.policy import ORGANISATION_GROUP
from archive_pipeline.automation.instance import environment
from archive_pipeline.automation.machine_tags import ORGANISE_TAG
from archive_pipeline.collections.model import Collection
from archive_pipeline.errors import ConfigurationError
from archive_pipeline.resources.archive import Archive
from archive_pipeline.settings import Settings, adopt_environment
from archive_pipeline.stages.organisation.organise import Organised
from archive_pipeline.stages.organisation.parameters import organisation_plan
from archive_pipeline.store.catalogue import Standing
from archive_pipeline.store.organisations import FACTS, Organisations

_AT_MOST_SHARE = 1 / 20
"""Of the time a collection is organised in: one that takes 10 minutes is left alone for 200."""
_LEAST_PAUSE_S = 60.0
_CLOCKS_APART_S = 60.0
"""Of the machines that ingest and that organise."""
_AGAIN_AFTER_S = 3600.0
"""How long what failed, or what another plan made, is left alone after the last run."""


@dg.sensor(
    asset_selection=dg.AssetSelection.groups(ORGANISATION_GROUP),
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Groups what a collection shows once enough of it has changed: photos, and shots where it says so.",
)
def organise_when_changed(context: dg.SensorEvaluationContext, archive: Archive) -> dg.SensorResult | dg.SkipReason:
    """Ask for a run for each collection that is to be organised and has changed since.

    The cursor says, of the version that each collection has, up to which change of the catalogue no other is needed.
    """
    before: dict[str, int] = json.loads(context.cursor or "{}")
    seen: dict[str, int] = {}
    requests = []
    standings = archive.catalogue.standings()
    for collection in archive.collections():
        standing = standings.get(collection.name)
        if not collection.is_organised or not standing or not _is_loaded(context, collection):
            continue
        facts = _facts(archive, collection)
        version = f"{collection.name} {facts['version'] if facts else 0}"
        newest, n_changed = _changes(archive, collection, facts, before.get(version))
        last = _last_run(context.instance, collection)
        if _may_begin(standing, facts, last) and (
            _has_changed(standing, n_changed) or _is_to_be_made_again(archive, collection, facts, last)
        ):
            requests.append(_request(collection, newest, last))
        elif n_changed:
            seen |= {version: before[version]} if version in before else {}
            continue
        seen[version] = newest
    context.update_cursor(json.dumps(seen))
    return dg.SensorResult(run_requests=requests) if requests else dg.SkipReason("nothing is due")


def _is_loaded(context: dg.SensorEvaluationContext, collection: Collection) -> bool:
    """What came since the code location was loaded has no asset yet, and one request for it would fail all of them."""
    loaded = context.repository_def
    return loaded is None or organisation_key(collection.name) in loaded.assets_defs_by_key


def _facts(archive: Archive, collection: Collection) -> dict[str, Any] | None:
    (facts,) = Organisations(archive.lake).read(collection.name, FACTS)
    return facts.row(0, named=True) if facts.height else None


def _changes(
    archive: Archive, collection: Collection, facts: dict[str, Any] | None, seen: int | None
) -> tuple[int, int]:
    """The newest change of the catalogue, and how many videos or albums changed since those that are organised.

    An analysis changes no picture: a collection that is being described is left alone.
    """
    since, began = 0, datetime.min.replace(tzinfo=UTC)
    if facts:
        since = facts["sequence"]
        began = facts["organised_at"] - timedelta(seconds=facts["elapsed_s"] + _CLOCKS_APART_S)
    newest, changed = archive.catalogue.changes_since(since if seen is None else seen)
    entries = archive.catalogue.entries_of([name for name in changed if name.collection == collection.name])
    return newest, sum(one.status == "removed" or (one.finished_at or began) > began for one in entries)


def _last_run(instance: dg.DagsterInstance, collection: Collection) -> dg.RunRecord | None:
    found = instance.get_run_records(dg.RunsFilter(tags={ORGANISE_TAG: collection.name}), limit=1)
    return found[0] if found else None


def _may_begin(standing: Standing, facts: dict[str, Any] | None, last: dg.RunRecord | None) -> bool:
    if not standing.ready or (last and not last.dagster_run.is_finished):
        return False
    pause_s = max(_LEAST_PAUSE_S, facts["elapsed_s"] / _AT_MOST_SHARE) if facts else 0.0
    return not facts or _ago_s(facts["organised_at"]) >= pause_s


def _has_changed(standing: Standing, n_changed: int) -> bool:
    """While files wait to be ingested: as much came as there is; afterwards whatever changed."""
    return n_changed > 0 and (not standing.pending or 2 * n_changed >= standing.ready)


def _is_to_be_made_again(
    archive: Archive, collection: Collection, facts: dict[str, Any] | None, last: dg.RunRecord | None
) -> bool:
    """Whether the last run failed, or the plan is another one than that of what is organised."""
    if last and _ago_s(last.update_timestamp) < _AGAIN_AFTER_S:
        return False
    if last and last.dagster_run.status == dg.DagsterRunStatus.FAILURE:
        return True
    try:
        return facts is not None and facts["plan"] != organisation_plan(collection, archive.settings)
    except ConfigurationError:  # a run could but fail; `doctor` and `vocabularies` say what is wrong
        return False


def _request(collection: Collection, newest: int, last: dg.RunRecord | None) -> dg.RunRequest:
    """By the run before, too: a catalogue that was made again counts its changes anew."""
    return dg.RunRequest(
        run_key=f"{collection.name} {newest} {last.dagster_run.run_id if last else 'first'}",
        asset_selection=[organisation_key(collection.name)],
        tags={**collection.tags, "archive/collection": collection.name, ORGANISE_TAG: collection.name},
    )


def _ago_s(then: datetime) -> float:
    return (datetime.now(UTC) - then).total_seconds()


def record_organisation(settings: Settings, collection: str, organised: Organised) -> None:
    """What was organised outside a run is still an event of its asset, so that the UI plots it."""
    adopt_environment(environment(settings))
    with dg.DagsterInstance.get() as instance:
        metadata = organisation_metadata(organised)
        instance.report_runless_asset_event(dg.AssetMaterialization(organisation_key(collection), metadata=metadata))
