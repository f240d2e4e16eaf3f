"""Single videos that somebody sends: each becomes a collection of its own, ingested and analysed by the project's own
commands in a process beside this one."""

import shutil
import threading
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Queue
from typing import Literal

from archive_pipeline.collections.collection_files import load_collections
from archive_pipeline.collections.model import Collection
from archive_pipeline.collections.registration import name_from_folder, write_collection
from archive_pipeline.encoders import DEFAULT_MODEL
from archive_pipeline.errors import PassingError, RequestError
from archive_pipeline.settings import Settings
from archive_pipeline.web.file_names import safe_name
from archive_pipeline.web.own_commands import OwnCommands

MOST_BYTES = 8 * 2**30
"""Of an uploaded video."""

_SPARE_BYTES = 2 * 2**30  # what stays free on the disk
_CHECK_EVERY_BYTES = 64 * 2**20
_ABANDONED_AFTER_S = 24 * 3600.0
_MOST_WAITING = 4
_ANALYSES = ("concepts", "transcript", "descriptions", "findings")

Phase = Literal["waiting", "ingesting", "describing", "done", "failed"]


@dataclass(frozen=True)
class Upload:
    """A video that was sent."""

    collection: str
    file_name: str
    phase: Phase
    message: str | None = None
    """Why it failed, or what could not be done."""

    @property
    def video_id(self) -> str:
        return f"{self.collection}/{self.file_name}"


class Uploads:
    """One video is worked on at a time; a few may wait. What was sent is known until this process ends."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._known: dict[str, Upload] = {}
        self._waiting: Queue[str] = Queue()
        self._mutex = threading.Lock()
        self._worker: threading.Thread | None = None
        self._commands = OwnCommands(settings.home)
        self._closed = False

    def get(self, collection: str) -> Upload:
        """Raises RequestError `unknown_upload`."""
        known = self._known.get(collection)
        if known is None:
            raise RequestError("unknown_upload", "There is no such upload; it may be from before a restart.")
        return known

    async def receive(self, name: str, size: int | None, language: str, body: AsyncIterator[bytes]) -> Upload:
        """Write the video aside, piece by piece, and put it in line.

        Raises RequestError `upload_kind`, `upload_too_large`, `upload_empty` and PassingError `disk_full`, `too_busy`.
        """
        if self._waiting.qsize() >= _MOST_WAITING:
            raise PassingError("too_busy", "Several videos are waiting already. Send this one when they are done.")
        file_name = safe_name(name)
        folder = self._settings.home / "uploads"
        self._check_room(folder, size or 0)
        aside = folder / f".{uuid.uuid4().hex}.part"
        try:
            n_bytes = checked = 0
            with aside.open("wb") as file:
                async for piece in body:
                    n_bytes += len(piece)
                    if n_bytes > MOST_BYTES:
                        raise RequestError("upload_too_large", f"A video may have {MOST_BYTES >> 30} GB at most.")
                    file.write(piece)
                    if n_bytes >= checked + _CHECK_EVERY_BYTES:  # others write too, and not everyone says how much
                        checked = n_bytes
                        self._check_room(folder, 0)
            if n_bytes == 0:
                raise RequestError("upload_empty", "Nothing came: the file is empty.")
            return self._register(file_name, language, aside)
        except OSError as error:
            raise PassingError(
                "disk_full", f"The video cannot be written to the archive's disk: {error.strerror}."
            ) from error
        finally:
            aside.unlink(missing_ok=True)

    def close(self) -> None:
        """The video that is worked on is left; `archive-pipeline ingest` goes on with it."""
        self._closed = True
        self._commands.end()

    def _check_room(self, folder: Path, size: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        horizon = time.time() - _ABANDONED_AFTER_S
        for part in folder.glob(".*.part"):  # of a process that was killed
            if part.stat().st_mtime < horizon:
                part.unlink(missing_ok=True)
        if size > MOST_BYTES:
            raise RequestError("upload_too_large", f"A video may have {MOST_BYTES >> 30} GB at most.")
        if shutil.disk_usage(folder).free < size + _SPARE_BYTES:
            raise PassingError("disk_full", "There is no room for this video on the archive's disk.")

    def _register(self, file_name: str, language: str, aside: Path) -> Upload:
        """A free name, the file in its folder, the collection's YAML."""
        settings = self._settings
        with self._mutex:
            known, _ = load_collections(settings.collection_folders)
            taken = {collection.name for collection in known} | set(self._known)
            stem = "upload_" + name_from_folder(Path(Path(file_name).stem))[:50]
            name = next(n for i in range(1, 100_000) if (n := stem if i == 1 else f"{stem}_{i}") not in taken)
            source = settings.home / "uploads" / name
            source.mkdir(parents=True, exist_ok=True)
            aside.replace(source / file_name)
            models = Counter(collection.model for collection in known)
            described = {
                "name": name,
                "title": file_name,
                "source": source,
                "model": models.most_common(1)[0][0] if models else DEFAULT_MODEL,
                "settle_s": 0.0,
                "analyses": _ANALYSES,
                **({"language": language} if language else {}),
            }
            write_collection(settings.registered_collections_dir, Collection.model_validate(described))
            self._known[name] = Upload(name, file_name, "waiting")
            self._waiting.put(name)
            if self._worker is None or not self._worker.is_alive():
                self._worker = threading.Thread(target=self._work, name="uploads", daemon=True)
                self._worker.start()
            return self._known[name]

    def _work(self) -> None:
        while not self._closed:
            name = self._waiting.get()
            try:
                self._go_through(name)
            except OSError as error:  # no process can be started
                self._set(name, "failed", f"It could not be begun: {error.strerror}.")

    def _go_through(self, name: str) -> None:
        self._set(name, "ingesting")
        trouble = self._commands.run("ingest", name, "--jobs", "1")
        if trouble is not None:
            self._set(name, "failed", trouble)
            return
        self._set(name, "describing")
        self._set(name, "done", self._commands.run("describe", name, "--jobs", "1"))

    def _set(self, name: str, phase: Phase, message: str | None = None) -> None:
        self._known[name] = replace(self._known[name], phase=phase, message=message)
