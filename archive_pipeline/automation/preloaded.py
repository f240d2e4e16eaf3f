"""What every run needs, imported once in a warm parent and shared by the processes that are forked from it.

Importing this module is all that it is for. `archive_pipeline.definitions` is not part of it: each process makes them
anew, from the collections' files as they are then. Nothing here starts threads that a fork could not do without
(allocators' and BLAS's own threads are made again in the child by their libraries).
"""

import atexit
import gc
import importlib
import os
import pkgutil
from collections.abc import Iterator
from contextlib import suppress

import alembic.command  # noqa: F401 (opening Dagster's storage needs it: 0.2 s)
import scipy.cluster.hierarchy
import scipy.spatial.distance  # noqa: F401 (classes)
import upath.core  # noqa: F401 (opening Dagster's instance)
from PIL import Image
from pydantic import ValidationError

import archive_pipeline.assets
import archive_pipeline.automation.abandoned_runs
import archive_pipeline.automation.collection_automation
import archive_pipeline.automation.configuration
import archive_pipeline.automation.dagster_storage
import archive_pipeline.automation.describe_sensor
import archive_pipeline.automation.failures
import archive_pipeline.automation.launcher
import archive_pipeline.automation.local_worker
import archive_pipeline.automation.mending
import archive_pipeline.automation.old_runs
import archive_pipeline.automation.organisation
import archive_pipeline.automation.publication
import archive_pipeline.automation.queue
import archive_pipeline.automation.saved_searches
import archive_pipeline.encoders.service
import archive_pipeline.media.cuts.fast
import archive_pipeline.search.edge
from archive_pipeline.garbage import collect_rarely
from archive_pipeline.settings import Settings

for module in pkgutil.iter_modules(archive_pipeline.assets.__path__, f"{archive_pipeline.assets.__name__}."):
    importlib.import_module(module.name)


def _needed_by_shared_stores() -> Iterator[str]:
    """Half a second of a core."""
    settings = Settings()
    if settings.broker_url:
        yield from (
            "archive_pipeline.automation.celery_launcher",
            "archive_pipeline.automation.dagster_postgres_storage",
            "kombu.transport.redis",
            "psycopg2",
        )
    if settings.qdrant_url:
        yield "archive_pipeline.search.server"


with suppress(ImportError, ValidationError):  # whoever needs it says which extra is missing, or which setting is wrong
    for name in _needed_by_shared_stores():
        importlib.import_module(name)

Image.preinit()
archive_pipeline.automation.dagster_storage.read_revisions()

atexit.register(os._exit, 0)  # the parent ends without DuckDB 2.0 printing pages of what it thinks leaked
collect_rarely()
gc.freeze()  # a collection in a child would write to, and so copy, every page that it shares with the parent
