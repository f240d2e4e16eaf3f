"""Which workers get a run that somebody launched in the UI, which says nothing of machines."""

import dagster as dg
import pytest
from dagster._core.run_coordinator import SubmitRunContext

from archive_pipeline.assets.policy import GPU_TAGS, QUEUE_TAG
from archive_pipeline.automation.execution import LocalRuns
from archive_pipeline.automation.machine_tags import ORGANISE_TAG, MachineTags
from archive_pipeline.automation.queue import MachineQueue, places
from archive_pipeline.definitions import job_named
from archive_pipeline.resources.archive import PARTITION_TAG
from archive_pipeline_tests.pipeline.site import Site


@pytest.fixture
def queue(instance: dg.DagsterInstance) -> MachineQueue:
    queue = MachineQueue()
    queue.register_instance(instance)
    return queue


def submitted(queue: MachineQueue, instance: dg.DagsterInstance, job: str, *assets: str) -> dict[str, str]:
    """The tags of a run of a video of the site that is in the queue."""
    selection = frozenset(dg.AssetKey(name) for name in assets) or None
    run = instance.create_run_for_job(
        job_named(job),
        tags={PARTITION_TAG: "site/film.mp4"},
        asset_selection=selection,
        remote_job_origin=LocalRuns(instance, job)._origin,
    )
    # what a workspace is for is other coordinators' concern
    queue.submit_run(SubmitRunContext(run, workspace=None))  # type: ignore[arg-type]
    kept = instance.get_run_by_id(run.run_id)
    assert kept is not None
    assert kept.status == dg.DagsterRunStatus.QUEUED
    return dict(kept.tags)


@pytest.mark.parametrize("settings", [{"decoder": "cuda"}, {"detector": "transnetv2"}])
def test_an_ingest_goes_where_its_collection_needs_it(
    site: Site, queue: MachineQueue, instance: dg.DagsterInstance, settings: dict[str, str]
) -> None:
    site.describe(**settings)
    tags = submitted(queue, instance, "ingest_video")
    assert tags.items() >= GPU_TAGS.items()


def test_what_does_not_decode_needs_no_gpu(site: Site, queue: MachineQueue, instance: dg.DagsterInstance) -> None:
    site.describe(decoder="cuda")
    for job, assets in (("describe_video", ()), ("ingest_video", ("scenes", "shots"))):
        tags = submitted(queue, instance, job, *assets)
        assert tags.get(QUEUE_TAG, "cpu") == "cpu"
        assert not tags.keys() & GPU_TAGS.keys() - {QUEUE_TAG}


def test_a_collection_without_wishes_is_for_any_machine(
    site: Site, queue: MachineQueue, instance: dg.DagsterInstance
) -> None:
    del site
    assert submitted(queue, instance, "ingest_video").get(QUEUE_TAG, "cpu") == "cpu"


def test_what_looks_for_objects_goes_where_a_detector_works(
    site: Site, queue: MachineQueue, instance: dg.DagsterInstance
) -> None:
    assert submitted(queue, instance, "describe_video").get(QUEUE_TAG, "cpu") == "cpu"
    assert submitted(queue, instance, "describe_video", "concepts", "objects").items() >= GPU_TAGS.items()
    site.describe(analyses=["objects"])
    asked = MachineQueue()
    asked.register_instance(instance)
    assert submitted(asked, instance, "describe_video").items() >= GPU_TAGS.items()


def test_a_run_that_organises_takes_the_one_place_for_those_whoever_asks_for_it() -> None:
    organisation = dg.AssetKey(["organisation", "pics"])
    run = dg.DagsterRun(job_name="__ASSET_JOB", asset_selection=frozenset([organisation]))
    assert MachineTags().of(run) == {ORGANISE_TAG: "pics"}
    assert not MachineTags().of(run.with_tags({ORGANISE_TAG: "pics"}))
    assert {"key": ORGANISE_TAG, "limit": 1} in places(4)
