"""Look at a collection: what is there, what is to be done, and the requests that follow from it."""

import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import dagster as dg
from dagster._core.storage.tags import AUTO_RETRY_RUN_ID_TAG, RUN_KEY_TAG, WILL_RETRY_TAG

from archive_pipeline.assets.policy import GPU_TAGS, partitions_of
from archive_pipeline.automation.machine_tags import needs_gpu
from archive_pipeline.collections.albums import album_digest, as_albums
from archive_pipeline.collections.model import Collection
from archive_pipeline.collections.plan import IngestPlan, plan_ingest
from archive_pipeline.collections.recognition import Digest
from archive_pipeline.collections.scan import scan_source, wait_until_settled
from archive_pipeline.errors import PassingError
from archive_pipeline.media.digest import sha256_of
from archive_pipeline.resources.archive import Archive
from archive_pipeline.stages.parameters import plan_of
from archive_pipeline.stages.preflight import ask_about_removals
from archive_pipeline.store.catalogue import Catalogue, Entry, Snapshot
from archive_pipeline.store.catalogue.sightings import RelativePath, SourceFile
from archive_pipeline.store.naming import VideoName

KEYS_A_QUERY = 200
_KEYS_AT_ONCE = 10_000  # SQLite takes 32,766 values a statement
REQUEST_TAG = ".dagster/archive_request"  # hidden in the UI: long, and of no use to a reader
_SCANS_AT_ONCE = 5  # tries when another process registers at the same moment


def look(
    archive: Archive,
    collection: Collection,
    *,
    accept_removals: bool = False,
    quiet_s: float | None = None,
    budget_s: float | None = None,
) -> IngestPlan:
    """Scan the source and compare it with the catalogue; changes nothing that a person would notice.

    `quiet_s`: wait so long and look again at files that may still be being written; None leaves them to the next look.
    `budget_s`: how long files may be read to recognise moved ones; those not read wait for the next look.
    """
    scan = scan_source(collection.source, collection.settle_s, kind=collection.kind)
    if quiet_s is not None:
        scan = wait_until_settled(scan, quiet_s)
    snapshot = archive.catalogue.snapshot(collection.name)
    digest = _digests(archive.catalogue, collection, budget_s)
    photos: Mapping[RelativePath, Sequence[SourceFile]] = {}
    if collection.kind == "photos":
        scan, photos = as_albums(scan, {one.path: (one.bytes, one.mtime_ns) for one in snapshot.entries})
        digest = _album_digests(photos, digest)
    plan = plan_ingest(scan, snapshot, plan_of(collection), digest, accept_removals=accept_removals)
    return replace(plan, n_photos=sum(len(photos.get(path, ())) for path in _paths(plan, snapshot)))


def _paths(plan: IngestPlan, snapshot: Snapshot) -> list[RelativePath]:
    """Where that lies which is to run."""
    known = {entry.name: entry.path for entry in snapshot.entries}
    now = {one.name: one.file.path for one in (*plan.new, *plan.changed, *plan.moved, *plan.returned)}
    return [(known | now)[name] for name in plan.to_run]


def _album_digests(photos: Mapping[RelativePath, Sequence[SourceFile]], digest: Digest) -> Digest:
    """`digest` of albums, from that of their photos."""

    def of_album(album: SourceFile) -> str | None:
        found = [(photo.path, digest(photo)) for photo in photos[album.path]]
        return None if any(sha256 is None for _, sha256 in found) else album_digest(found)

    return of_album


def _digests(catalogue: Catalogue, collection: Collection, budget_s: float | None) -> Digest:
    """Reads files that may have been moved, each once however often it is looked at; none after `budget_s` seconds."""
    deadline = None if budget_s is None else time.monotonic() + budget_s

    def digest(file: SourceFile) -> str | None:
        remembered = catalogue.digest(collection.name, file)
        if remembered or (deadline is not None and time.monotonic() > deadline):
            return remembered
        path = Path(os.fsdecode(os.path.join(os.fsencode(collection.source), file.path)))  # noqa: PTH118 (bytes)
        try:
            sha256 = sha256_of(path)
            if SourceFile.of(file.path, path.stat(), file.settled) != file:
                return None  # it is being written
        except OSError:
            return ""  # it is not recognised; a run will say what is wrong with it
        catalogue.remember_digest(collection.name, file, sha256)
        return sha256

    return digest


def register(archive: Archive, instance: dg.DagsterInstance, plan: IngestPlan) -> list[VideoName]:
    """Make what a look found known to the catalogue and to Dagster; returns the videos to run.

    Raises PassingError `catalogue_changed` when somebody else registered meanwhile: look again.
    """
    videos = archive.catalogue.apply(plan)
    make_known(instance, [sighting.name for sighting in (*plan.new, *plan.returned)])
    return videos


def make_known(instance: dg.DagsterInstance, videos: Sequence[VideoName]) -> None:
    """Videos of one collection as partitions of this Dagster, which may be another machine's, or new."""
    keys = [video.partition_key for video in videos]
    for first in range(0, len(keys), _KEYS_AT_ONCE):
        name = partitions_of(videos[first]).name or ""
        instance.add_dynamic_partitions(name, keys[first : first + _KEYS_AT_ONCE])


def look_and_register(
    archive: Archive, instance: dg.DagsterInstance, collection: Collection, look_again: Callable[[], IngestPlan]
) -> tuple[IngestPlan, list[VideoName]]:
    """`look_again` until its result can be registered: another process may be doing the same."""
    for attempt in range(_SCANS_AT_ONCE):
        plan = look_again()
        try:
            videos = register(archive, instance, plan)
            ask_about_removals(archive.catalogue, plan)
            return plan, videos
        except PassingError as error:
            if error.code != "catalogue_changed" or attempt == _SCANS_AT_ONCE - 1:
                raise
    raise AssertionError(collection.name)


def run_tags(collection: Collection) -> dict[str, str]:
    """What every run of the collection carries."""
    return {
        **collection.tags,
        "archive/collection": collection.name,
        "dagster/priority": str(collection.priority),
    }


def ingest_tags(collection: Collection) -> dict[str, str]:
    """What runs of ingest_video carry: also which machines can do them."""
    return {**run_tags(collection), **(GPU_TAGS if needs_gpu(collection) else {})}


def request_key(entry: Entry, plan: str) -> str:
    """One for each content, plan and outcome so far: the same work is never asked for twice."""
    content = f"{entry.bytes}:{entry.mtime_ns}"
    return f"{entry.name.partition_key}:{content}:{plan[:12]}:{entry.attempts}:{entry.sequence}"


def run_keys(instance: dg.DagsterInstance, work: Iterable[str]) -> dict[str, str]:
    """The run keys to ask for at most KEYS_A_QUERY pieces of `work` (their request keys) under, in their order.

    Work that a run was asked for is not among them, whatever became of it, unless its runs were lost without a word of
    their own: what ends with an outcome is another piece of work from then on.
    """
    asked: dict[str, list[dg.DagsterRun]] = {key: [] for key in work}
    for run in instance.get_runs(dg.RunsFilter(tags={REQUEST_TAG: [*asked]})):
        asked[run.tags[REQUEST_TAG]].append(run)
    return {key: _next_key(key, runs) for key, runs in asked.items() if all(map(_is_lost, runs))}


def _next_key(key: str, runs: Iterable[dg.DagsterRun]) -> str:
    """No run, not one that is forgotten by now either, had this key."""
    ends = [run.tags.get(RUN_KEY_TAG, "").removeprefix(f"{key}#") for run in runs]
    return f"{key}#{max((int(end) for end in ends if end.isdecimal()), default=0) + 1}" if runs else key


def _is_lost(run: dg.DagsterRun) -> bool:
    """Whether the run failed and nobody will start it again, or somebody has (that run is looked at, too)."""
    is_retried = run.tags.get(WILL_RETRY_TAG) == "true" and AUTO_RETRY_RUN_ID_TAG not in run.tags
    return run.status == dg.DagsterRunStatus.FAILURE and not is_retried


def summary(plan: IngestPlan) -> str:
    """One line for the log of a tick."""
    counts: Iterable[tuple[str, int]] = (
        ("new", len(plan.new)),
        ("changed", len(plan.changed)),
        ("moved", len(plan.moved)),
        ("returned", len(plan.returned)),
        ("vanished", len(plan.vanished)),
        ("outdated", len(plan.outdated)),
        ("still changing", len(plan.unsettled)),
        ("failed for good", len(plan.failed_permanent)),
        ("unreadable", len(plan.unreadable)),
    )
    found = ", ".join(f"{n} {what}" for what, n in counts if n)
    return f"{plan.collection}: {plan.n_known} known videos; {found or 'nothing new'}"
