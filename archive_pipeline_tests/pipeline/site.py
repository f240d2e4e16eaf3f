"""A small archive of its own for a test: a source folder, a home, and everything that is asked of them."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import polars as pl
import yaml

from archive_pipeline.automation.describe_sensor import describe_when_ready
from archive_pipeline.automation.discovery import run_tags
from archive_pipeline.automation.execution import LocalRuns
from archive_pipeline.automation.failures import report_failed_videos
from archive_pipeline.automation.ingestion import Ingestion, Request, request_tags
from archive_pipeline.automation.jobs import INGEST_JOBS, publish
from archive_pipeline.collections.plan import IngestPlan
from archive_pipeline.resources.archive import Archive
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.schema import tables
from archive_pipeline.warehouse import is_published

NAME = "site"
TIMINGS = ("frames_s", "embeddings_s", "semantics_s", "index_s", "realtime_factor")


class Site:
    """The collection `site` of an archive of its own; videos run in this process."""

    def __init__(self, root: Path) -> None:
        self.source = root / "source"
        self.home = root / "home"
        self.yaml = root / "collections" / f"{NAME}.yaml"
        self.source.mkdir()
        self.yaml.parent.mkdir()
        self.describe()

    def describe(self, **changes: Any) -> None:
        """Write the collection's file."""
        described = {"source": str(self.source), "model": "archive-tiny", "settle_s": 0, **changes}
        self.yaml.write_text(yaml.safe_dump(described), encoding="utf-8")

    def add(self, clip: Path, name: str | None = None) -> Path:
        target = self.source / (name or clip.name)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(clip, target)
        return target

    @property
    def archive(self) -> Archive:
        return Archive()

    def prepare(self, **asked: bool) -> tuple[IngestPlan, list[VideoName]]:
        ingestion = self._ingestion(**asked)
        try:
            return ingestion.prepare()
        finally:
            ingestion.close()

    def ingest(self, **asked: bool) -> dict[str, bool]:
        """Ingest the collection; whether the run of each video that ran succeeded."""
        ingestion = self._ingestion(**asked)
        try:
            _, videos = ingestion.prepare()
            ran = {video.video_id: self.run(ingestion, video) for video in videos}
            assert self.publish(ingestion)
            return ran
        finally:
            ingestion.close()

    def run(self, ingestion: Ingestion, video: VideoName) -> bool:
        tags = run_tags(ingestion.collection) | request_tags(ingestion.request)
        job = INGEST_JOBS[ingestion.collection.kind].name
        return LocalRuns(ingestion.instance, job).execute(video.partition_key, tags)[1]

    def publish(self, ingestion: Ingestion) -> bool:
        """As `Ingestion.publish`, in this process."""
        if is_published(
            self.archive.lake, self.archive.catalogue, self.archive.collections(), self.archive.settings.database_link
        ):
            return True
        return LocalRuns(ingestion.instance, publish.name).execute()[1]

    def report_failure(self, instance: dg.DagsterInstance, run_id: str) -> None:
        """Evaluate the failure sensor for one failed run."""
        run = instance.get_run_by_id(run_id)
        assert run is not None
        event = instance.all_logs(run_id, of_type=dg.DagsterEventType.RUN_FAILURE)[-1].get_dagster_event()
        status_context = dg.build_run_status_sensor_context(
            sensor_name="report_failed_videos",
            dagster_event=event,
            dagster_instance=instance,
            dagster_run=run,
            resources={"archive": self.archive},
        )
        with status_context as context:
            report_failed_videos(context.for_run_failure())

    def _ingestion(self, **asked: bool) -> Ingestion:
        archive = self.archive
        return Ingestion(archive, archive.collection(NAME), Request(jobs=1, **asked))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The answer of the published database."""
        with duckdb.connect(str((self.home / "archive.duckdb").resolve()), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def everything(self) -> dict[str, pl.DataFrame]:
        """All rows of all tables, in a fixed order."""
        with duckdb.connect(str((self.home / "archive.duckdb").resolve()), read_only=True) as connection:
            published = [name for name, table in tables().items() if table.published and not name.startswith("_")]
            return {name: connection.sql(f'SELECT * FROM "{name}" ORDER BY ALL').pl() for name in published}

    def points(self) -> dict[str, dict[str, Mapping[str, Any]]]:
        """All points: space → id → payload and vector."""
        index = self.archive.index
        found: dict[str, dict[str, Mapping[str, Any]]] = {}
        for space in index.spaces():
            ids = [
                point
                for (video_id,) in self.rows("SELECT video_id FROM videos")
                for point in index.video_points(space, video_id)
            ]
            fetched = index.fetch(space, ids)
            found[space] = {
                key: {**point.payload.to_mapping(), "vector": point.vector.tolist()} for key, point in fetched.items()
            }
            assert index.count(space) == len(ids), "points of videos that nobody knows"
        return found

    def describing_tick(self, instance: dg.DagsterInstance) -> dg.SensorResult | dg.SkipReason:
        """What the sensor asks for that describes what is ready."""
        with dg.build_sensor_context(instance=instance, resources={"archive": self.archive}) as context:
            found = describe_when_ready(context)
        assert isinstance(found, dg.SensorResult | dg.SkipReason)
        return found

    def materializations(self, asset: str) -> list[dg.AssetMaterialization]:
        """Newest first."""
        with dg.DagsterInstance.get() as instance:
            records = instance.fetch_materializations(dg.AssetKey(asset), limit=1000).records
            return [record.asset_materialization for record in records if record.asset_materialization]

    def computed(self, asset: str) -> int:
        """How often the asset was computed rather than found done."""
        return sum(not event.metadata["reused"].value for event in self.materializations(asset))
