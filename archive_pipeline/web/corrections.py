"""What people put right on the page and over REST: kept at once, in the points and the database soon after."""

import logging
import math
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import polars as pl

from archive_pipeline.errors import ArchiveError, RequestError
from archive_pipeline.search.configured import open_index
from archive_pipeline.semantics.rebounding import halves_hold_frames
from archive_pipeline.settings import Settings
from archive_pipeline.stages.corrections import follow_correction, lately_corrected
from archive_pipeline.store.catalogue import Catalogue
from archive_pipeline.store.corrected import Corrected, corrected
from archive_pipeline.store.corrections import Correction, Corrections, Field
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.leases import open_leases
from archive_pipeline.store.naming import VideoName
from archive_pipeline.web.programme import Programme, Programmes

_AGAIN_S = 5.0
_SAME_S = 0.001
_logger = logging.getLogger(__name__)


class Correcting:
    """Takes corrections of what is shown now."""

    def __init__(self, lake: Lake, programmes: Programmes, follow: Callable[[VideoName], None]) -> None:
        self._lake = lake
        self._corrections = Corrections(lake)
        self._programmes = programmes
        self._follow = follow

    def of(self, video_id: str) -> Corrected:
        """All that were made of a video. Raises RequestError `unknown_video`."""
        return corrected(self._lake, self._programmes.entry(video_id).name)

    def transcript(self, video_id: str) -> tuple[pl.DataFrame, Corrected]:
        """Rows of `transcripts` in order of time as the machine has them, and what people put right of them.

        Raises RequestError `unknown_video`, `video_not_ready`.
        """
        name = self._programmes.get(video_id).name
        said = self._lake.read("transcripts", name).drop_nulls(["start_s", "end_s", "text"])
        return said.sort("start_s", "segment"), corrected(self._lake, name)

    def correct(self, video_id: str, field: Field, target: str, value: str, by: str) -> None:
        """Keep it. `target` is the id of a shot, the number of a segment or class, as the video has them now, or the
        moment of a boundary in seconds.

        Raises RequestError `unknown_video`, `video_not_ready`, `unknown_target`, `bad_correction`, `too_many`,
        `no_boundary`.
        """
        programme = self._programmes.get(video_id)
        if field == "boundary":
            self._keep(programme.name, self._boundary(programme, target, value, by))
            return
        start_s, end_s = self._span(programme, field, target)
        self._keep(programme.name, Correction(video_id, programme.sha256, field, start_s, end_s, value, by))

    def take_back(self, video_id: str, correction: str, by: str) -> None:
        """Take back the correction with this id, whether it has a place or none.

        Raises RequestError `unknown_video`, `unknown_target`.
        """
        name = self._programmes.entry(video_id).name
        made = self._corrections.of(name).filter(pl.col("correction") == correction)
        if not made.height:
            raise _unknown_target()
        row = made.row(0, named=True)
        what: dict[str, Any] = {key: row[key] for key in ("video_id", "sha256", "field", "start_s", "end_s")}
        self._keep(name, Correction(**what, value="", corrected_by=by))

    def _keep(self, name: VideoName, correction: Correction) -> None:
        self._corrections.add(correction)
        self._follow(name)

    def _boundary(self, programme: Programme, target: str, value: str, by: str) -> Correction:
        """There is one at this moment (`here`), or `none`. One that a person made is taken back."""
        try:
            at_s = float(target)
        except ValueError:
            raise _unknown_target() from None
        on = programme.shots.filter(pl.col("start_s") <= at_s + _SAME_S, pl.col("end_s") > at_s + _SAME_S)
        start_s, end_s = on.select("start_s", "end_s").row(0) if on.height else (math.nan, math.nan)
        if value == "none":
            if not abs(start_s - at_s) < _SAME_S or start_s == programme.shots["start_s"][0]:
                raise RequestError("no_boundary", "No shot ends at this moment: there is nothing to join.")
            made = self._corrections.of(programme.name).filter(field="boundary", start_s=start_s)["value"]
            value, at_s = "" if made.to_list()[-1:] == ["here"] else value, start_s
        else:
            times = self._lake.read("frames", programme.name, ["pts_s"])["pts_s"].to_numpy()
            if not halves_hold_frames(start_s, at_s, end_s, times):
                raise RequestError("no_boundary", "This is too near to where a shot begins or ends to divide it here.")
        return Correction(programme.video_id, programme.sha256, "boundary", at_s, at_s, value, by)

    def _span(self, programme: Programme, field: Field, target: str) -> tuple[float, float]:
        """Times of what is corrected."""
        if field in ("title", "description"):
            rows = programme.shots.filter(pl.col("shot_id") == target)
        elif field in ("text", "speaker"):
            rows = self._lake.read("transcripts", programme.name, ["segment", "start_s", "end_s"]).drop_nulls()
            rows = rows.filter(pl.col("segment").cast(pl.String) == target)
        else:
            rows = programme.classes.filter(pl.col("class").cast(pl.String) == target, pl.col("class") >= 0)
            rows = rows.select(start_s="medoid_s", end_s="medoid_s")
        if not rows.height:
            raise _unknown_target()
        return rows["start_s"][0], rows["end_s"][0]


class Following:
    """Brings points and database after corrections, one video after the other, in a thread of its own.

    A video that a run is at work on is tried again until it is free. What is left when this process ends is found by
    the next one, the next ingest or the sensor `stores`.
    """

    def __init__(self, settings: Settings, lake: Lake, catalogue: Catalogue) -> None:
        self._settings = settings
        self._lake = lake
        self._catalogue = catalogue
        self._leases = open_leases(catalogue.database, "video", settings.locks_dir)
        self._waiting: queue.SimpleQueue[VideoName] = queue.SimpleQueue()
        self._closed = threading.Event()

    def __call__(self, video: VideoName) -> None:
        self._catalogue.publish_again([video])
        self._waiting.put(video)

    def begin(self) -> None:
        """With what an earlier process left."""
        threading.Thread(target=self._work, name="corrections", daemon=True).start()

    def close(self) -> None:
        self._closed.set()

    def _work(self) -> None:
        with suppress(ArchiveError, OSError):  # the next ingest or the sensor looks again
            for video in lately_corrected(self._lake):
                self._waiting.put(video)
        while not self._closed.is_set():
            video = self._waiting.get()
            try:
                is_busy = self._write(video) is None
            except ArchiveError as error:  # a server that is away, a full disk
                _logger.warning("%s: %s", video.video_id, error)
                is_busy = True
            except Exception:  # a bug costs this video's points, and not those of all who come later
                _logger.exception("%s was corrected, and its points are not written", video.video_id)
                continue
            if is_busy:
                self._closed.wait(_AGAIN_S)
                self._waiting.put(video)

    def _write(self, video: VideoName) -> bool | None:
        settings = self._settings
        with open_index(settings.qdrant_dir, settings.qdrant_url, settings.qdrant_key) as index:
            return follow_correction(self._lake, self._catalogue, index, self._leases, video)


def _unknown_target() -> RequestError:
    return RequestError("unknown_target", "What was to be corrected is not there (any more). Open the video again.")
