"""A whole collection put to its policies by the project's own command: what it costs, how far it is, ended and gone on
with.

One collection is at work at a time. Its name is in a file until it is done or somebody ends it, so that the next
process goes on after a restart; answers that came are kept by the command itself, and are not asked for again.
"""

import logging
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from archive_pipeline.collections.collection_files import find_collection
from archive_pipeline.collections.model import Collection
from archive_pipeline.durability import write_atomically
from archive_pipeline.errors import ArchiveError, PassingError, RequestError
from archive_pipeline.settings import Settings
from archive_pipeline.store.catalogue import Catalogue
from archive_pipeline.web.analysis_costs import UNKNOWN, SecondCost, cost_of, second_cost
from archive_pipeline.web.database import Published
from archive_pipeline.web.own_commands import OwnCommands

Phase = Literal["waiting", "running", "ended", "done", "failed"]
_SHOTS = "SELECT collection, video_id, count(*) AS n FROM shots JOIN videos USING (video_id) GROUP BY ALL"
_SECOND_DONE = ("second_opinions", "done")
_SOME_FAILED = "Not all of it could be done; the page of who may see all of it says why."
_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class MassAnalysis:
    """Of one collection; what is still to be asked is an estimate by what was asked before."""

    collection: str
    phase: Phase
    """`waiting`: nobody has started it; `ended`: by a person."""
    message: str | None
    """Why it failed, or what it could not do."""
    policies: tuple[str, ...]
    n_videos: int
    n_done: int
    n_failed: int
    n_shots: int
    """In videos that are not judged yet."""
    n_requests: int
    """One for each of these shots and policies."""
    prompt_tokens: int | None
    """For all of them; None where no request was ever made here."""
    completion_tokens: int | None
    seconds: float | None
    """With ARCHIVE_VLM_CONCURRENCY requests under way."""
    second: SecondCost | None = None
    """Where the collection's file asks for second opinions."""


class MassAnalyses:
    """Safe for several threads."""

    def __init__(self, settings: Settings, catalogue: Catalogue) -> None:
        self._settings = settings
        self._catalogue = catalogue
        self._promise: Path = settings.home / "mass_analysis"
        self._commands = OwnCommands(settings.home)
        self._mutex = threading.Lock()
        self._ended: dict[str, tuple[Phase, str | None]] = {}
        self._at_work = ""
        self._closed = False

    def go_on(self) -> None:
        """Start again what a process before this one was at."""
        if not self._promise.is_file():
            return
        try:
            self.start(self._promise.read_text("utf-8", "replace"))
        except ArchiveError as error:  # the collection is gone, or its file is wrong by now
            self._promise.unlink(missing_ok=True)
            _logger.warning("%s", error)

    def of(self, collection: str, published: Published, *, is_whole: bool) -> MassAnalysis:
        """As far as `published` knows its videos; `is_whole`: nothing else is of it, so that messages may name all.

        Raises RequestError `unknown_collection`, `no_analyses`; ConfigurationError where its file is wrong.
        """
        described = self._described(collection)
        ended = self._catalogue.analyses(collection)
        judged = [one for one in ended if one.analysis == "findings"]
        done = {one.video.video_id for one in judged if one.status == "done"}
        counted = published.counted("shots", _SHOTS)  # once of each version: open pages ask every three seconds
        shots = {row["video_id"]: row["n"] for row in counted if row["collection"] == collection}
        n_shots = sum(n for video_id, n in shots.items() if video_id not in done)
        n_requests = n_shots * len(described.policies)
        phase, message = self._ended.get(collection, ("waiting", None))
        running = self._at_work == collection
        at_once = self._settings.vlm_concurrency
        cost = cost_of(published, "findings", n_requests, at_once) if n_requests else UNKNOWN
        second = None
        if "second_opinions" in described.analyses:
            asked_twice = {one.video.video_id for one in ended if (one.analysis, one.status) == _SECOND_DONE}
            once = (done - asked_twice) & shots.keys()
            second = second_cost(published, described, shots.keys(), once, n_requests, at_once)
        return MassAnalysis(
            collection,
            "running" if running else phase,
            None if running else message if is_whole or message is None else _SOME_FAILED,
            described.policies,
            n_videos=len(shots),
            n_done=len(done & shots.keys()),
            n_failed=sum(one.status == "failed" and one.video.video_id in shots for one in judged),
            n_shots=n_shots,
            n_requests=n_requests,
            prompt_tokens=cost.prompt_tokens,
            completion_tokens=cost.completion_tokens,
            seconds=cost.seconds,
            second=second,
        )

    def start(self, collection: str) -> None:
        """Nothing where it runs already. Raises as `of`, and PassingError `analysis_busy` where another one runs."""
        is_asked_twice = "second_opinions" in self._described(collection).analyses
        asked = ["transcript", "findings", *(["second_opinions"] if is_asked_twice else [])]
        with self._mutex:
            if self._at_work == collection:
                return
            if self._at_work:
                raise PassingError(
                    "analysis_busy", f"{self._at_work} is being analysed. Start this one when that is done, or end it."
                )
            write_atomically(self._promise, collection.encode())
            self._at_work = collection
            self._ended.pop(collection, None)
            threading.Thread(target=self._work, args=[collection, asked], name="analysis", daemon=True).start()

    def end(self, collection: str) -> None:
        """What was answered is kept, and another start goes on from there."""
        with self._mutex:
            if self._at_work != collection:
                return
            self._ended[collection] = ("ended", None)
            self._promise.unlink(missing_ok=True)
            self._commands.end()

    def _described(self, collection: str) -> Collection:
        described = find_collection(collection, self._settings.collection_folders)
        if described.kind == "photos":
            raise RequestError("no_analyses", f"{collection} is of photos; policies are about videos.")
        return described

    def close(self) -> None:
        """What is at work is left, and taken up again by the next process."""
        self._closed = True
        self._commands.end()

    def _work(self, collection: str, asked: list[str]) -> None:
        try:
            trouble = self._commands.run("describe", collection, *(word for name in asked for word in ("--only", name)))
        except OSError as error:  # no process can be started
            trouble = f"It could not be begun: {error.strerror}."
        with self._mutex:
            self._at_work = ""
            if self._closed or collection in self._ended:
                return
            self._ended[collection] = ("failed", trouble) if trouble else ("done", None)
            self._promise.unlink(missing_ok=True)
