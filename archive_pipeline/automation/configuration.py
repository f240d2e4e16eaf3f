"""Work that a wrong setting holds up goes on by itself once that is put right: what holds it up is looked at again."""

import dagster as dg

from archive_pipeline.automation.launcher import WarmRunLauncher
from archive_pipeline.collections.model import Collection
from archive_pipeline.resources.archive import Archive
from archive_pipeline.stages.parameters import asked_analyses
from archive_pipeline.stages.preflight import preflight
from archive_pipeline.store.catalogue import INGEST, REMOVALS, Hold


def held_up(
    archive: Archive, instance: dg.DagsterInstance, collection: Collection, work: str, *, asks_encoder: bool = False
) -> Hold | None:
    """What holds the work up in this Dagster's queue after a look at it now (`stages/preflight.py`)."""
    runs_here = isinstance(instance.run_launcher, WarmRunLauncher)
    hold = preflight(
        archive.catalogue, collection, work, archive.settings, runs_here=runs_here, asks_encoder=asks_encoder
    )
    return hold if hold and hold.is_shut else None


def said(hold: Hold) -> str:
    """One line for the log of a tick."""
    return f"{hold.collection}: {hold.work} is held up: [{hold.error_code}] {hold.message}"


@dg.sensor(
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Looks again at the settings that hold work up; what is put right goes on from the queue.",
)
def configuration(context: dg.SensorEvaluationContext, archive: Archive) -> dg.SkipReason:
    collections = {collection.name: collection for collection in archive.collections()}
    lines = []
    for known in archive.catalogue.holds():
        collection = collections.get(known.collection)
        if known.work == REMOVALS or collection is None:  # for a person; which the sensor `collection_files` says
            continue
        if known.work != INGEST and known.work not in {stage.name for stage in asked_analyses(collection)}:
            archive.catalogue.release(known.collection, known.work)  # nobody asks for it any more
        elif hold := held_up(archive, context.instance, collection, known.work, asks_encoder=True):
            lines.append(said(hold))
    for line in lines:
        context.log.warning(line)
    return dg.SkipReason("; ".join(lines) or "nothing is held up")
