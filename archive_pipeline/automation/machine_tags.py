"""Which machines can do a run, and beside which others, that carries no word of it: those that a person launches in the
UI."""

import time
from collections.abc import Mapping

import dagster as dg

from archive_pipeline.assets.policy import GPU_TAGS, ORGANISATION_GROUP, QUEUE_TAG
from archive_pipeline.automation.jobs import describe_video, ingest_video
from archive_pipeline.collections.collection_files import load_collections
from archive_pipeline.collections.model import Collection
from archive_pipeline.resources.archive import PARTITION_TAG
from archive_pipeline.settings import Settings
from archive_pipeline.stages.chain import FRAMES, OBJECTS, Stage
from archive_pipeline.stages.parameters import asked_analyses

ORGANISE_TAG = "archive/organise"
"""Marks runs that organise a collection, with its name: one at a time, because each may take some GB of memory."""

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
        if run.tags.get(QUEUE_TAG) == GPU_TAGS[QUEUE_TAG]:
            return {}
        collection = self._collections().get(run.tags.get(PARTITION_TAG, "").partition("/")[0])
        if collection is None:
            return {}
        decodes = _does(run, FRAMES, ingest_video.name) and needs_gpu(collection)
        detects = _does(run, OBJECTS, describe_video.name) and (
            run.asset_selection or OBJECTS in asked_analyses(collection)  # all analyses, whether asked for or not
        )
        return GPU_TAGS if decodes or detects else {}

    def _collections(self) -> Mapping[str, Collection]:
        now = time.monotonic()
        if now - self._read_at >= _KNOWN_FOR_S:
            collections, _ = load_collections(Settings().collection_folders)
            self._known, self._read_at = {one.name: one for one in collections}, now
        return self._known


def _does(run: dg.DagsterRun, stage: Stage, job: str) -> bool:
    assets = run.asset_selection
    return dg.AssetKey(stage.name) in assets if assets else run.job_name == job
