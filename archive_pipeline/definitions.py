"""The whole Dagster project on one screen."""

import dagster as dg

from archive_pipeline.assets.album_statistics import album_statistics
from archive_pipeline.assets.classes import classes
from archive_pipeline.assets.concepts import concepts
from archive_pipeline.assets.descriptions import descriptions
from archive_pipeline.assets.embeddings import embeddings
from archive_pipeline.assets.findings import findings
from archive_pipeline.assets.frames import frames
from archive_pipeline.assets.objects import objects
from archive_pipeline.assets.photo_descriptions import photo_descriptions
from archive_pipeline.assets.photo_embeddings import photo_embeddings
from archive_pipeline.assets.photo_objects import photo_objects
from archive_pipeline.assets.photo_points import photo_points
from archive_pipeline.assets.photo_visible_text import photo_visible_text
from archive_pipeline.assets.photos import photos
from archive_pipeline.assets.qdrant_points import qdrant_points
from archive_pipeline.assets.reuses import reuses
from archive_pipeline.assets.scenes import scenes
from archive_pipeline.assets.second_opinions import second_opinions
from archive_pipeline.assets.shots import shots
from archive_pipeline.assets.source_album import source_album
from archive_pipeline.assets.source_video import source_video
from archive_pipeline.assets.summaries import summaries
from archive_pipeline.assets.transcript import transcript
from archive_pipeline.assets.video_statistics import video_statistics
from archive_pipeline.assets.visible_text import visible_text
from archive_pipeline.assets.warehouse import warehouse
from archive_pipeline.automation.abandoned_runs import abandoned_runs
from archive_pipeline.automation.collection_automation import collection_automation
from archive_pipeline.automation.configuration import configuration
from archive_pipeline.automation.describe_sensor import describe_when_ready
from archive_pipeline.automation.failures import report_failed_videos
from archive_pipeline.automation.jobs import (
    describe_album,
    describe_video,
    ingest_album,
    ingest_video,
    publish,
    withdraw_videos,
)
from archive_pipeline.automation.mending import mend_archive, stores
from archive_pipeline.automation.old_runs import old_runs
from archive_pipeline.automation.organisation import organise_when_changed
from archive_pipeline.automation.publication import publish_when_changed
from archive_pipeline.automation.saved_searches import tell_saved_searches
from archive_pipeline.garbage import collect_rarely
from archive_pipeline.resources.archive import Archive
from archive_pipeline.resources.encoder import EncoderResource
from archive_pipeline.settings import Settings

collect_rarely()  # a run of its own process imports this first, and torch when it comes to it
settings = Settings()
per_collection = collection_automation(settings)

defs = dg.Definitions(
    assets=[
        source_video,
        frames,
        embeddings,
        classes,
        scenes,
        shots,
        qdrant_points,
        video_statistics,
        source_album,
        photos,
        photo_embeddings,
        photo_points,
        album_statistics,
        concepts,
        objects,
        visible_text,
        reuses,
        descriptions,
        summaries,
        transcript,
        findings,
        second_opinions,
        photo_objects,
        photo_visible_text,
        photo_descriptions,
        warehouse,
        *per_collection.evaluations,
        *per_collection.organisations,
    ],
    jobs=[ingest_video, ingest_album, describe_video, describe_album, publish, withdraw_videos, mend_archive],
    sensors=[
        abandoned_runs,
        configuration,
        describe_when_ready,
        old_runs,
        organise_when_changed,
        publish_when_changed,
        report_failed_videos,
        stores,
        tell_saved_searches,
        *per_collection.sensors,
    ],
    schedules=per_collection.schedules,
    executor=dg.in_process_executor,  # a backfill of assets too runs each video in one process, under one lock
    resources={"archive": Archive(), "encoder": EncoderResource(device=settings.device)},
)


def job_named(name: str) -> dg.JobDefinition:
    """The job `name` of this project, as a run that a command line executes finds it again."""
    return defs.resolve_job_def(name)
