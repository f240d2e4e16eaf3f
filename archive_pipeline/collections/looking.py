"""One look at a collection: scan its source and plan what there is to do."""

from collections.abc import Callable
from pathlib import Path

from archive_pipeline.catalogue import Catalogue
from archive_pipeline.collections.digests import Digests
from archive_pipeline.collections.model import Collection
from archive_pipeline.collections.plan import IngestPlan, plan_ingest
from archive_pipeline.collections.scan import scan_source, wait_until_settled
from archive_pipeline.collections.sightings import Scan


def look(
    collection: Collection,
    catalogue: Catalogue,
    plan: str,
    sha256_of: Callable[[Path], str],
    *,
    scan: Scan | None = None,
    quiet_s: float | None = None,
    budget_s: float | None = None,
    accept_removals: bool = False,
) -> IngestPlan:
    """Scan the collection's source and compare it with the catalogue; changes nothing.

    `plan`: fingerprint of the collection's parameters. `scan`: one made before, to be compared again. `quiet_s`: wait
    that long for files that may still be being written. `budget_s`: time for reading files that may have been moved.
    """
    if scan is None:
        scan = scan_source(collection.source, collection.settle_s)
        if quiet_s is not None:
            scan = wait_until_settled(scan, quiet_s)
    digests = Digests(collection, catalogue, sha256_of, budget_s)
    return plan_ingest(scan, catalogue.snapshot(collection.name), plan, digests, accept_removals=accept_removals)
