"""What every run needs, imported once in a warm parent and shared by the processes that are forked from it.

Importing this module is all that it is for. `archive_pipeline.definitions` is not part of it: each process makes them
anew, from the collections' files as they are then. Nothing here starts threads that a fork could not do without
(allocators' and BLAS's own threads are made again in the child by their libraries).
"""

import gc

import archive_pipeline.assets.evaluation
import archive_pipeline.automation.collection_automation
import archive_pipeline.automation.describe_sensor
import archive_pipeline.automation.execution
import archive_pipeline.automation.failures
import archive_pipeline.automation.publication
import archive_pipeline.encoders
import archive_pipeline.media.cuts.fast
import archive_pipeline.search.configured
import archive_pipeline.search.edge
import archive_pipeline.semantics.weighted_hdbscan  # noqa: F401 (all of these: see above)
from archive_pipeline.garbage import collect_rarely

collect_rarely()
gc.collect()
gc.freeze()  # a collection in a child would write to, and so copy, every page that it shares with the parent
