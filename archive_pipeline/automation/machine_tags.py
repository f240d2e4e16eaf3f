"""Which machines can do a run, beside which others, and what it does for which collection: what a run that a person
launches in the UI carries no word of."""

import time
from collections.abc import Iterator, Mapping

import dagster as dg

from archive_pipeline.assets.policy import GPU_TAGS, ORGANISATION_GROUP, QUEUE_TAG
from archive_pipeline.automation.jobs import DESCRIBE_JOBS, INGEST_JOBS
from archive_pipeline.collections.collection_files import load_collections
from archive_pipeline.collections.model import Collection
from archive_pipeline.resources.archive import PARTITION_TAG
from archive_pipeline.settings import Settings
from archive_pipeline.stages.chain import ANALYSES_OF, CHAIN_OF, FRAMES, Stage
from archive_pipeline.stages.parameters import asked_analyses
from archive_pipeline.store.catalogue import INGEST

ORGANISE_TAG = "archive/organise"
"""Marks runs that organise a collection, with its name: one at a time, because each may take some GB of memory."""

WORK_TAG = ".dagster/archive_does_"
"""Begins the tags of queued runs that name what they do; hidden in the UI."""

_KNOWN_FOR_S = 10.0  # a backfill submits thousands of runs, and each would read all the files


def needs_gpu(collection: Collection) -> bool:
    """Whether its ingests use a GPU in the run itself, and not by the encoder alone."""
    return collection.detector == "transnetv2" or collection.decoder == "cuda"


class MachineTags:
    """Of runs, by the collections' files of some seconds ago."""

    def __init__(self) -> None:
        self._read_at = -_KNOWN_FOR_S
        self._known: dict[str, Collection] = {}

    def of(self, run: dg.DagsterRun) -> Mapping[str, str]:
        """What is to be added to those of the run."""
        organised = [key.path[-1] for key in run.asset_selection or () if key.path[0] == ORGANISATION_GROUP]
        if organised and ORGANISE_TAG not in run.tags:
            return {ORGANISE_TAG: ", ".join(sorted(organised))}
        name, _, video = run.tags.get(PARTITION_TAG, "").partition("/")
        done = {work_tag(work): name for work in _works(run)} if video else {}
        return {**done, **self._of_machines(run, name)}

    def _of_machines(self, run: dg.DagsterRun, name: str) -> Mapping[str, str]:
        if run.tags.get(QUEUE_TAG) == GPU_TAGS[QUEUE_TAG]:
            return {}
        collection = self._collections().get(name)
        if collection is None:
            return {}
        decodes = _does(run, FRAMES, INGEST_JOBS["videos"].name) and needs_gpu(collection)
        stage, job = ANALYSES_OF[collection.kind]["objects"], DESCRIBE_JOBS[collection.kind].name
        detects = _does(run, stage, job) and (
            run.asset_selection or stage in asked_analyses(collection)  # all analyses, whether asked for or not
        )
        return GPU_TAGS if decodes or detects else {}

    def _collections(self) -> Mapping[str, Collection]:
        now = time.monotonic()
        if now - self._read_at >= _KNOWN_FOR_S:
            collections, _ = load_collections(Settings().collection_folders)
            self._known, self._read_at = {one.name: one for one in collections}, now
        return self._known


def work_tag(work: str) -> str:
    """The tag of runs that do this work (`Hold.work`); its value is their collection."""
    return f"{WORK_TAG}{work}"


def _works(run: dg.DagsterRun) -> Iterator[str]:
    if any(_does(run, stage, job.name) for kind, job in INGEST_JOBS.items() for stage in CHAIN_OF[kind]):
        yield INGEST
    for kind, job in DESCRIBE_JOBS.items():
        yield from (stage.name for stage in ANALYSES_OF[kind].values() if _does(run, stage, job.name))


def _does(run: dg.DagsterRun, stage: Stage, job: str) -> bool:
    assets = run.asset_selection
    return dg.AssetKey(stage.name) in assets if assets else run.job_name == job
