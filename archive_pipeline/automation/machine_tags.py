"""Which machines can do a run that carries no word of it: those that a person launches in the UI."""

import time
from collections.abc import Mapping

import dagster as dg

from archive_pipeline.assets.policy import GPU_TAGS, QUEUE_TAG
from archive_pipeline.automation.jobs import ingest_video
from archive_pipeline.collections.collection_files import load_collections
from archive_pipeline.collections.model import Collection
from archive_pipeline.resources.archive import PARTITION_TAG
from archive_pipeline.settings import Settings
from archive_pipeline.stages.chain import FRAMES

_KNOWN_FOR_S = 10.0  # a backfill submits thousands of runs, and each would read all the files


def needs_gpu(collection: Collection) -> bool:
    """Whether its ingests use a GPU in the run itself, and not by the encoder alone."""
    return collection.detector == "transnetv2" or collection.decoder == "cuda"


class MachineTags:
    """Of runs, by the collections' files of some seconds ago."""

    def __init__(self) -> None:
        self._read_at = -_KNOWN_FOR_S
        self._on_gpus: set[str] = set()

    def of(self, run: dg.DagsterRun) -> Mapping[str, str]:
        """What is to be added to those of the run."""
        assets = run.asset_selection
        decodes = dg.AssetKey(FRAMES.name) in assets if assets else run.job_name == ingest_video.name
        if not decodes or run.tags.get(QUEUE_TAG) == GPU_TAGS[QUEUE_TAG]:
            return {}
        collection = run.tags.get(PARTITION_TAG, "").partition("/")[0]
        return GPU_TAGS if collection in self._collections_on_gpus() else {}

    def _collections_on_gpus(self) -> set[str]:
        now = time.monotonic()
        if now - self._read_at >= _KNOWN_FOR_S:
            collections, _ = load_collections(Settings().collection_folders)
            self._on_gpus, self._read_at = {one.name for one in collections if needs_gpu(one)}, now
        return self._on_gpus
