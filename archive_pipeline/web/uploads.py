"""Single videos that somebody sends: each becomes a collection of its own, ingested and analysed by the project's own
commands in a process beside this one."""

import os
import shutil
import threading
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

from anyio import to_thread

from archive_pipeline.collections.collection_files import load_collections
from archive_pipeline.collections.model import Collection
from archive_pipeline.collections.registration import name_from_folder, write_collection
from archive_pipeline.durability import sync
from archive_pipeline.encoders import DEFAULT_MODEL
from archive_pipeline.errors import PassingError, RequestError
from archive_pipeline.settings import Settings
from archive_pipeline.store.catalogue import Catalogue
from archive_pipeline.web.file_names import safe_name
from archive_pipeline.web.upload_line import Upload, UploadLine

MOST_BYTES = 8 * 2**30
"""Of an uploaded video."""

_SPARE_BYTES = 2 * 2**30  # what stays free on the disk
_CHECK_EVERY_BYTES = 64 * 2**20
_ABANDONED_AFTER_S = 24 * 3600.0
_PREFIX = "upload_"
_ANALYSES = ("concepts", "transcript", "descriptions", "findings")


class Uploads:
    """One video is worked on at a time; a few may wait. An upload is accepted once its collection's file is written."""

    def __init__(self, settings: Settings, catalogue: Catalogue) -> None:
        self._settings = settings
        self._catalogue = catalogue
        self._folder = settings.home / "uploads"
        self._line = UploadLine(settings.home, self._folder / ".line")
        self._mutex = threading.Lock()

    def go_on(self) -> None:
        """Put in line again what a process before this one had accepted and not done."""
        promised = self._line.promised()
        if not promised:
            return
        known, _ = load_collections(self._settings.collection_folders)
        accepted = {collection.name for collection in known}
        for promise in promised:
            if promise.name in accepted:
                self._line.enter(promise.name, os.fsdecode(promise.read_bytes()))
            elif _is_abandoned(promise):  # who sent it was never told that it was accepted
                shutil.rmtree(self._folder / promise.name, ignore_errors=True)
                promise.unlink(missing_ok=True)

    def get(self, collection: str) -> Upload:
        """How far an upload is; of one that a process before this one did, what the catalogue says.

        Raises RequestError `unknown_upload`.
        """
        if in_line := self._line.get(collection):
            return in_line
        for entry in self._catalogue.entries(collection) if collection.startswith(_PREFIX) else ():
            file_name = os.fsdecode(entry.name.path)
            if entry.status == "ready":
                return Upload(collection, file_name, "done")
            if entry.status == "failed":
                return Upload(collection, file_name, "failed", entry.message)
        raise RequestError("unknown_upload", "There is no such upload.")

    async def receive(self, name: str, size: int | None, language: str, body: AsyncIterator[bytes]) -> Upload:
        """Write the video aside, piece by piece, and put it in line.

        Raises RequestError `upload_kind`, `upload_too_large`, `upload_empty` and PassingError `disk_full`, `too_busy`.
        """
        if self._line.is_full:
            raise PassingError("too_busy", "Several videos are waiting already. Send this one when they are done.")
        file_name = safe_name(name)
        folder = self._folder
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
            return await to_thread.run_sync(self._register, file_name, language, aside)
        except OSError as error:
            raise PassingError(
                "disk_full", f"The video cannot be written to the archive's disk: {error.strerror}."
            ) from error
        finally:
            aside.unlink(missing_ok=True)

    def close(self) -> None:
        """The video that is worked on is left, and taken up again by the next process."""
        self._line.close()

    def _check_room(self, folder: Path, size: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for part in folder.glob(".*.part"):  # of a process that was killed
            if _is_abandoned(part):
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
            taken = {collection.name for collection in known} | {path.name for path in self._folder.iterdir()}
            stem = _PREFIX + name_from_folder(Path(Path(file_name).stem))[:50]
            name = next(n for i in range(1, 100_000) if (n := stem if i == 1 else f"{stem}_{i}") not in taken)
            source = self._folder / name
            source.mkdir()
            self._line.promise(name, file_name)
            sync(aside)
            aside.replace(source / file_name)
            sync(source)
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
            return self._line.enter(name, file_name)


def _is_abandoned(file: Path) -> bool:
    return file.stat().st_mtime < time.time() - _ABANDONED_AFTER_S
