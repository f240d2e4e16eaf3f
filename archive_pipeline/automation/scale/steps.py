"""What is measured in the drawn archive, each step in a fresh process.

`python -m archive_pipeline.automation.scale.steps NAME`, with the archive in the environment, prints JSON.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import dagster as dg

from archive_pipeline.automation.collection_automation import collection_automation
from archive_pipeline.automation.describe_sensor import describe_when_ready
from archive_pipeline.automation.discovery import look
from archive_pipeline.automation.mending import stores
from archive_pipeline.automation.processor_time import of_this_process
from archive_pipeline.automation.publication import publish_when_changed
from archive_pipeline.automation.scale.drawn import COLLECTION, drawn_file, drawn_points, space
from archive_pipeline.automation.scale.waiting import backfill_waits
from archive_pipeline.automation.withdrawal import withdraw
from archive_pipeline.collections.scan import scan_source
from archive_pipeline.garbage import collect_rarely
from archive_pipeline.resources.archive import Archive
from archive_pipeline.semantics.bench import peak_rss_mib
from archive_pipeline.store.naming import VideoName
from archive_pipeline.warehouse import publish
from archive_pipeline.web.api import convert
from archive_pipeline.web.archive import WebArchive
from archive_pipeline.web.status import look_at_status
from archive_pipeline.web.video_lists import list_videos
from archive_pipeline.web.videos_asked import AT_A_TIME, VideosAsked

Work = Callable[[], object]
N_NEW, N_REMOVED = 50, 1000


@dataclass(frozen=True)
class Step:
    what: str
    bar_s: float | None
    """Processor seconds that it may take (issue 13; of the queue, 11)."""
    prepare: Callable[[Archive], Work]
    """What comes before the work is not counted."""


def _scan(archive: Archive) -> Work:
    collection = archive.collection(COLLECTION)
    return lambda: scan_source(collection.source, collection.settle_s)


def _look(archive: Archive) -> Work:
    collection = archive.collection(COLLECTION)
    archive.catalogue.sequence()  # it is open, as it is in a code server
    return lambda: look(archive, collection)


def _tick_of(sensor: dg.SensorDefinition, archive: Archive, cursor: str | None = None) -> Callable[[], str | None]:
    """A tick that returns its cursor."""
    instance = dg.DagsterInstance.get()

    def tick() -> str | None:
        with dg.build_sensor_context(instance, cursor=cursor, resources={"archive": archive}) as context:
            sensor(context)
            return context.cursor

    return tick


def _tick(archive: Archive) -> Work:
    (sensor,) = (one for one in collection_automation(archive.settings).sensors if one.name == COLLECTION)
    archive.catalogue.sequence()
    return _tick_of(sensor, archive)


def _tick_with_news(archive: Archive) -> Work:
    source = archive.collection(COLLECTION).source
    known = len(archive.catalogue.entries(COLLECTION))
    for number in range(known, known + N_NEW):
        drawn_file(source, number)
    return _tick(archive)


def _describe(archive: Archive) -> Work:
    """As every 30 s: after another tick."""
    return _tick_of(describe_when_ready, archive, _tick_of(describe_when_ready, archive)())


def _removal(archive: Archive) -> Work:
    videos = [entry.name for entry in archive.catalogue.entries(COLLECTION)][:N_REMOVED]
    collection, instance = archive.collection(COLLECTION), dg.DagsterInstance.get()
    return lambda: withdraw(instance, videos, collection)


def _index_step(archive: Archive) -> Work:
    video = _first(archive)
    points = drawn_points(video)
    index = archive.index

    def write_and_look() -> None:
        index.replace_video(space(), video.video_id, points)
        assert len(index.video_points(space(), video.video_id)) == len(points)

    return write_and_look


def _publication(archive: Archive) -> Work:
    entry = archive.catalogue.entry(_first(archive))
    assert entry is not None
    archive.catalogue.record_outcome(entry.name, "ready", entry.plan)
    link = archive.settings.database_link
    return lambda: publish(archive.lake, archive.catalogue, archive.collections(), link)


def _status_data(archive: Archive) -> Work:
    pages = WebArchive(archive.settings)
    look_at_status(pages)  # the index is open, as it is in a server
    return lambda: look_at_status(pages)


def _videos(archive: Archive) -> Work:
    pages = WebArchive(archive.settings)
    list_videos(pages.published, VideosAsked(limit=1))
    return lambda: list_videos(pages.published, VideosAsked(contains="1", limit=AT_A_TIME, offset=240))


def _filters(archive: Archive) -> Work:
    pages = WebArchive(archive.settings)
    return lambda: (pages.titles(), pages.concepts.offered())


def _map(archive: Archive) -> Work:
    pages = WebArchive(archive.settings)
    pages.titles()
    pages.finder.reader.count(space())  # the index is open, as it is in a server
    return lambda: convert.shot_map(pages.collection_map(COLLECTION)).model_dump_json()


def _map_with_news(archive: Archive) -> Work:
    """Another take of a video: its shots are others."""
    entry = archive.catalogue.entry(_first(archive))
    assert entry is not None
    archive.index.replace_video(space(), entry.name.video_id, drawn_points(entry.name, take=1))
    archive.catalogue.record_outcome(entry.name, "ready", entry.plan)
    return _map(archive)


def _first(archive: Archive) -> VideoName:
    return archive.catalogue.entries(COLLECTION)[0].name


def _command(*words: str) -> Callable[[Archive], Work]:
    def prepare(_: Archive) -> Work:
        command = [sys.executable, "-m", "archive_pipeline", *words, "--json"]
        return lambda: subprocess.run(command, check=False, stdout=subprocess.DEVNULL)

    return prepare


STEPS: Mapping[str, Step] = {
    "scan": Step("scan of the folder", 0.2, _scan),
    "look": Step("look: scan and plan", 0.4, _look),
    "tick": Step("a collection's tick, nothing new", 0.6, _tick),
    "describe": Step("describe_when_ready's tick, nothing due", 0.6, _describe),
    "publish_tick": Step("publish_when_changed's tick, nothing new", 0.6, lambda a: _tick_of(publish_when_changed, a)),
    "stores": Step("the tick of `stores`, nothing lost", None, lambda a: _tick_of(stores, a)),
    "status_data": Step("the status page's data", 0.6, _status_data),
    "status": Step("`archive-pipeline status`, the process counted", None, _command("status")),
    "videos": Step("a list of 100 videos", 0.6, _videos),
    "filters": Step("the search page's filters", 0.6, _filters),
    "map": Step("a map opened for the first time", None, _map),
    "map_again": Step("the map reopened", 0.3, _map),
    "map_news": Step("the map after a video changed", None, _map_with_news),
    "index": Step("a video's index step", 0.1, _index_step),
    "publication": Step("one publication after one video", 0.6, _publication),
    "news": Step(f"a collection's tick, {N_NEW} new", None, _tick_with_news),
    "doctor": Step("`archive-pipeline doctor`, the process counted", None, _command("doctor")),
    "removal": Step(f"removal of {N_REMOVED} videos", None, _removal),
    "queue": Step("the queue's look, once a second, at a run waiting for each video", 0.1, backfill_waits),
}
"""In this order: the last ones change the archive."""


def _peak_mib() -> float:
    """Of this process and its children."""
    return max(peak_rss_mib(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)


def main(name: str) -> None:
    collect_rarely()  # as the processes do that are measured here
    work = STEPS[name].prepare(Archive())
    used_s, began = of_this_process(), time.perf_counter()
    work()
    wall_s = time.perf_counter() - began
    print(json.dumps({"processor_s": of_this_process() - used_s, "wall_s": wall_s, "peak_mib": _peak_mib()}))


if __name__ == "__main__":
    main(sys.argv[1])
