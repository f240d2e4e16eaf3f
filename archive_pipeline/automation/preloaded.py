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

import alembic.command  # noqa: F401 (opening Dagster's storage needs it: 0.2 s)
import scipy.cluster.hierarchy
import scipy.spatial.distance  # noqa: F401 (classes)

import archive_pipeline.assets
import archive_pipeline.automation
import archive_pipeline.encoders.service
import archive_pipeline.search.edge
from archive_pipeline.garbage import collect_rarely

for room in (archive_pipeline.assets, archive_pipeline.automation):
    for module in pkgutil.iter_modules(room.__path__, f"{room.__name__}."):
        if module.name != __name__:
            importlib.import_module(module.name)

atexit.register(os._exit, 0)  # the parent ends without DuckDB 2.0 printing pages of what it thinks leaked
collect_rarely()
gc.collect()
gc.freeze()  # a collection in a child would write to, and so copy, every page that it shares with the parent
