"""`describe` from a command line: the analyses that are due, in warm worker processes, and the snapshot."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing

import dagster as dg

from archive_pipeline.automation.describe_sensor import describe_tags, server_absence
from archive_pipeline.automation.discovery import make_known
from archive_pipeline.automation.due_analyses import Due, due_analyses, without
from archive_pipeline.automation.instance import close_abandoned_runs, environment
from archive_pipeline.automation.jobs import DESCRIBE_JOBS, DESCRIBE_TAG
from archive_pipeline.automation.local_runs import run_videos
from archive_pipeline.automation.local_worker import Progress, RunResult, Task
from archive_pipeline.automation.publication import publish_now
from archive_pipeline.collections.model import Collection
from archive_pipeline.resources.archive import Archive
from archive_pipeline.resources.work import FORCE_TAG
from archive_pipeline.settings import adopt_environment
from archive_pipeline.stages.chain import ANALYSES_OF
from archive_pipeline.stages.parameters import asked_analyses
from archive_pipeline.stages.preflight import holds_of, preflight
from archive_pipeline.store.catalogue import Analysis, Hold


class LocalAnalyses:
    """Those of one collection's ready videos, or albums; `only`: their names, None: what the collection asks for."""

    def __init__(
        self, archive: Archive, collection: Collection, only: Sequence[str] | None = None, *, force: bool = False
    ) -> None:
        self.archive = archive
        self.collection = collection
        known = ANALYSES_OF[collection.kind]
        self._stages = [stage for name, stage in known.items() if name in only] if only else asked_analyses(collection)
        self.held: dict[str, Hold] = {}
        """By analysis, what holds it up: none of its videos is tried."""
        self._force = force
        self._environment = environment(archive.settings)
        adopt_environment(self._environment)
        self._instance = dg.DagsterInstance.get()
        close_abandoned_runs(self._instance)

    def due(self) -> list[Due]:
        """Asked by a person: failures are tried again at once. Without what is `held` up."""
        archive = self.archive
        for stage in self._stages:
            if hold := preflight(
                archive.catalogue, self.collection, stage.name, archive.settings, asked_by_a_person=True
            ):
                self.held[stage.name] = hold
        stages = [stage for stage in self._stages if stage.name not in self.held]
        return due_analyses(archive, self.collection, stages, force=self._force, asked_by_a_person=True)

    def server_absence(self) -> str | None:
        """Why no VLM server can be asked; None where one answers."""
        return server_absence(self.archive.settings)

    def run(self, due: Sequence[Due], jobs: int, on_progress: Callable[[Progress], None]) -> Iterator[RunResult]:
        """One run a video, or album, `jobs` at once, publishing now and then; yields results as they come.

        Where a run meets what would fail every one of them, the rest is done without that analysis, which is `held`.
        """
        force = {FORCE_TAG: "true"} if self._force else {}
        job = DESCRIBE_JOBS[self.collection.kind].name
        make_known(self._instance, [one.video for one in due])
        left = {one.video.partition_key: one for one in due}
        while left:
            results = run_videos(
                [Task(job, key, one.analyses) for key, one in left.items()],
                jobs=min(jobs, len(left)),
                environment=self._environment,
                tags={**describe_tags(self.collection), DESCRIBE_TAG: "true", **force},
                on_progress=on_progress,
            )
            with closing(results):
                for result in results:
                    yield result
                    del left[result.task.key or ""]
                    if not result.success and self._meets_a_hold():
                        break
            left = {one.video.partition_key: one for one in without([*left.values()], self.held)}

    def _meets_a_hold(self) -> bool:
        """Whether an analysis is held up that was not before."""
        known = holds_of(self.archive.catalogue, self.collection.name)
        new = {stage.name: known[stage.name] for stage in self._stages if stage.name in known.keys() - self.held}
        self.held |= new
        return bool(new)

    def ended(self) -> list[Analysis]:
        """How every analysis of the collection's videos last ended."""
        return self.archive.catalogue.analyses(self.collection.name)

    def publish(self) -> bool:
        """Publish the snapshot where something changed; whether it worked."""
        return publish_now(self.archive, self._environment)

    def close(self) -> None:
        self._instance.dispose()
