"""The line of uploads: one is worked on, a few wait, and none is forgotten when this process ends or is killed."""

import os
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Queue
from typing import Literal

from archive_pipeline.durability import write_atomically
from archive_pipeline.web.own_commands import OwnCommands

_MOST_WAITING = 4

Phase = Literal["fetching", "waiting", "ingesting", "describing", "done", "failed"]


@dataclass(frozen=True)
class Upload:
    """A video that was sent."""

    collection: str
    file_name: str
    phase: Phase
    message: str | None = None
    """Why it failed, or what could not be done."""
    fetched_from: str = ""
    """Its address, without the query; empty: it was sent."""
    fetched_by: str = ""
    """Who asked, as they call themselves."""

    @property
    def video_id(self) -> str:
        return f"{self.collection}/{self.file_name}"


class UploadLine:
    """A file in `folder`, named like the collection, holds the file name of each upload that is not done.

    How far it was is not kept: `ingest` and `describe` do what is missing.
    """

    def __init__(self, home: Path, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, Upload] = {}
        self._waiting: Queue[str] = Queue()
        self._mutex = threading.Lock()
        self._worker: threading.Thread | None = None
        self._commands = OwnCommands(home)
        self._closed = False

    @property
    def is_full(self) -> bool:
        return self._waiting.qsize() >= _MOST_WAITING

    def get(self, collection: str) -> Upload | None:
        return self._known.get(collection)

    def promised(self) -> list[Path]:
        """The files of all uploads that are not done, the oldest first."""
        files = self._folder.glob("[!.]*") if self._folder.is_dir() else ()
        return sorted(files, key=lambda file: (file.stat().st_mtime_ns, file.name))

    def promise(self, collection: str, file_name: str) -> None:
        """The next process finds this upload."""
        self._folder.mkdir(parents=True, exist_ok=True)
        write_atomically(self._folder / collection, os.fsencode(file_name))

    def forget(self, collection: str) -> None:
        """The next process does not look for it."""
        (self._folder / collection).unlink(missing_ok=True)

    def note(self, upload: Upload) -> Upload:
        """What becomes of an upload that is not in line."""
        self._known[upload.collection] = upload
        return upload

    def enter(self, upload: Upload) -> Upload:
        """Put a promised upload in line."""
        with self._mutex:
            upload = self._known[upload.collection] = replace(upload, phase="waiting")
            self._waiting.put(upload.collection)
            if self._worker is None or not self._worker.is_alive():
                self._worker = threading.Thread(target=self._work, name="uploads", daemon=True)
                self._worker.start()
            return upload

    def close(self) -> None:
        """End the work that is under way; the next process goes on with it."""
        self._closed = True
        self._commands.end()

    def _work(self) -> None:
        while not self._closed:
            name = self._waiting.get()
            try:
                self._go_through(name)
            except OSError as error:  # no process can be started
                self._settle(name, "failed", f"It could not be begun: {error.strerror}.")

    def _go_through(self, name: str) -> None:
        self._set(name, "ingesting")
        # a run that died with the process before this one has left a failure that would wait for its next try
        trouble = self._commands.run("ingest", name, "--retry-failed", "--jobs", "1")
        if trouble is not None:
            self._settle(name, "failed", trouble)
            return
        self._set(name, "describing")
        self._settle(name, "done", self._commands.run("describe", name, "--jobs", "1"))

    def _settle(self, name: str, phase: Phase, message: str | None) -> None:
        if self._closed:  # the command was ended, and says nothing about the video
            return
        self._set(name, phase, message)
        self.forget(name)

    def _set(self, name: str, phase: Phase, message: str | None = None) -> None:
        self._known[name] = replace(self._known[name], phase=phase, message=message)
