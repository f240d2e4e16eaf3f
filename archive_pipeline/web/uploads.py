"""Single videos that somebody sends: each becomes a collection of its own, ingested and analysed by the project's own
commands in a process beside this one."""

import logging
import os
import shutil
import threading
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from anyio import to_thread

from archive_pipeline.collections.collection_files import load_collections
from archive_pipeline.collections.model import Collection
from archive_pipeline.collections.registration import name_from_folder, write_collection
from archive_pipeline.durability import sync
from archive_pipeline.encoders import DEFAULT_MODEL
from archive_pipeline.errors import ArchiveError, PassingError, RequestError
from archive_pipeline.settings import Settings
from archive_pipeline.store.catalogue import Catalogue
from archive_pipeline.web.asked_fetches import AskedFetch, AskedFetches
from archive_pipeline.web.fetching import Fetched, fetch
from archive_pipeline.web.file_names import safe_name
from archive_pipeline.web.platforms import clear_left_over, fetch_from_platform, is_installed
from archive_pipeline.web.upload_line import Phase, Upload, UploadLine

MOST_BYTES = 8 * 2**30
"""Of an uploaded video."""

_SPARE_BYTES = 2 * 2**30  # what stays free on the disk
_CHECK_EVERY_BYTES = 64 * 2**20
_ABANDONED_AFTER_S = 24 * 3600.0
_MOST_FETCHING = 2
_WAITS_S = (5.0, 30.0, 120.0)  # after a reboot the network may come later than the page
_PREFIX = "upload_"
_ORIGIN = ("fetched_from", "fetched_by")  # tags of the collection, fields of Upload
_logger = logging.getLogger(__name__)
_ANALYSES = ("concepts", "transcript", "descriptions", "findings")


class Uploads:
    """One video is worked on at a time; a few may wait. An upload is accepted once its collection's file is written."""

    def __init__(self, settings: Settings, catalogue: Catalogue) -> None:
        self._settings = settings
        self._catalogue = catalogue
        self._folder = settings.home / "uploads"
        self._line = UploadLine(settings.home, self._folder / ".line")
        self._asked = AskedFetches(self._folder / ".line")
        self._mutex = threading.Lock()
        self._fetching = threading.BoundedSemaphore(_MOST_FETCHING)

    def go_on(self) -> None:
        """Put in line again what a process before this one had accepted and not done; ask again for what had not
        come. What it left of fetching from a platform goes."""
        clear_left_over()
        promised = self._line.promised()
        if not promised:
            return
        known, _ = load_collections(self._settings.collection_folders)
        accepted = {collection.name: collection.tags for collection in known}
        for promise in promised:
            file_name = os.fsdecode(promise.read_bytes())
            if promise.name in accepted:
                self._asked.forget(promise.name)
                self._line.enter(_upload(promise.name, file_name, "waiting", accepted[promise.name]))
            elif asked := self._asked.get(promise.name):
                (self._folder / promise.name).mkdir(exist_ok=True)
                upload = Upload(promise.name, file_name, "fetching", fetched_from=asked.origin, fetched_by=asked.by)
                self._line.note(upload)
                threading.Thread(target=self._fetch_again, args=[upload, asked], name="fetch", daemon=True).start()
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
            tags = self._tags(collection)
            if entry.status == "ready":
                return _upload(collection, file_name, "done", tags)
            if entry.status == "failed":
                return _upload(collection, file_name, "failed", tags, entry.message)
        raise RequestError("unknown_upload", "There is no such upload.")

    async def receive(self, name: str, size: int | None, language: str, body: AsyncIterator[bytes]) -> Upload:
        """Write the video aside, piece by piece, and put it in line.

        Raises RequestError `upload_kind`, `upload_too_large`, `upload_empty` and PassingError `disk_full`, `too_busy`.
        """
        if self._line.is_full:
            raise PassingError("too_busy", "Several videos are waiting already. Send this one when they are done.")
        file_name = safe_name(name)
        self._check_room(size or 0)
        with self._aside() as aside:
            async for piece in body:
                aside.add(piece)
            aside.end()

            def accept() -> Upload:
                return self._accept(Upload(self._reserve(file_name), file_name, "waiting"), language, aside.file)

            return await to_thread.run_sync(accept)

    def fetch(self, address: str, language: str, by: str) -> Upload:
        """Ask for the video at an address: the head of the answer is waited for, the video comes afterwards.
        `by`: who asks, as they call themselves, kept among the collection's tags with where it came from. Where this
        process ends before it has come, the next one asks again.

        Raises what `fetching.fetch` and `fetch_from_platform` raise, and PassingError `disk_full`, `too_busy`.
        """
        if self._line.is_full or not self._fetching.acquire(blocking=False):
            raise PassingError("too_busy", "Several videos are on their way already. Ask again when they are done.")
        try:
            coming = self._begun(address)
            try:
                self._check_room(coming.n_bytes or 0)
                name = self._reserve(coming.name)
                self._asked.keep(name, AskedFetch(address, coming.origin, language, by))
            except BaseException:
                coming.close()
                raise
            upload = Upload(name, coming.name, "fetching", fetched_from=coming.origin, fetched_by=by)
            self._line.note(upload)
            come = [upload, language, lambda: coming]
            threading.Thread(target=self._come, args=come, name="fetch", daemon=True).start()
        except BaseException:
            self._fetching.release()
            raise
        return upload

    def close(self) -> None:
        """The video that is worked on is left, and taken up again by the next process."""
        self._line.close()

    def _fetch_again(self, upload: Upload, asked: AskedFetch) -> None:
        def begun() -> Fetched:
            for wait_s in _WAITS_S:
                try:
                    return self._begun(asked.address)
                except PassingError:
                    time.sleep(wait_s)
            return self._begun(asked.address)

        self._fetching.acquire()
        self._come(upload, asked.language, begun)

    def _begun(self, address: str) -> Fetched:
        """A file or, with the extra `platforms`, what is on a page."""
        private = self._settings.private_addresses
        try:
            return fetch(address, private=private, most_bytes=MOST_BYTES)
        except RequestError as error:
            if error.code != "upload_kind" or not is_installed():
                raise
        return fetch_from_platform(address, private=private, most_bytes=MOST_BYTES)

    def _come(self, upload: Upload, language: str, begin: Callable[[], Fetched]) -> None:
        """Releases `_fetching` at its end."""
        try:
            with closing(begin()) as coming, self._aside() as aside:
                self._check_room(coming.n_bytes or 0)
                for piece in coming.pieces:
                    aside.add(piece)
                aside.end()
                self._accept(upload, language, aside.file)
        except Exception as error:
            if isinstance(error, ArchiveError):
                why = error.message
            else:
                _logger.exception("the video %s was not fetched", upload.fetched_from)
                why = "Something went wrong here, and the log says what."
            self._asked.forget(upload.collection)  # first: without its promise nobody would look for it again
            self._line.forget(upload.collection)
            shutil.rmtree(self._folder / upload.collection, ignore_errors=True)
            self._line.note(replace(upload, phase="failed", message=why))
        finally:
            self._fetching.release()

    @contextmanager
    def _aside(self) -> Iterator["_Aside"]:
        """Raises PassingError `disk_full` for what the system says of the disk."""
        path = self._folder / f".{uuid.uuid4().hex}.part"
        try:
            with path.open("wb") as opened:
                yield _Aside(path, opened, lambda: self._check_room(0))
        except OSError as error:
            raise PassingError(
                "disk_full", f"The video cannot be written to the archive's disk: {error.strerror}."
            ) from error
        finally:
            path.unlink(missing_ok=True)

    def _check_room(self, size: int) -> None:
        folder = self._folder
        folder.mkdir(parents=True, exist_ok=True)
        for part in folder.glob(".*.part"):  # of a process that was killed
            if _is_abandoned(part):
                part.unlink(missing_ok=True)
        if size > MOST_BYTES:
            raise RequestError("upload_too_large", f"A video may have {MOST_BYTES >> 30} GB at most.")
        if shutil.disk_usage(folder).free < size + _SPARE_BYTES:
            raise PassingError("disk_full", "There is no room for this video on the archive's disk.")

    def _reserve(self, file_name: str) -> str:
        """A free name, and its folder."""
        with self._mutex:
            known, _ = load_collections(self._settings.collection_folders)
            taken = {collection.name for collection in known} | {path.name for path in self._folder.iterdir()}
            stem = _PREFIX + name_from_folder(Path(Path(file_name).stem))[:50]
            name = next(n for i in range(1, 100_000) if (n := stem if i == 1 else f"{stem}_{i}") not in taken)
            (self._folder / name).mkdir()
            self._line.promise(name, file_name)
            return name

    def _tags(self, collection: str) -> Mapping[str, str]:
        known, _ = load_collections(self._settings.collection_folders)
        return next((one.tags for one in known if one.name == collection), {})

    def _accept(self, upload: Upload, language: str, aside: Path) -> Upload:
        """The file in its folder, the collection's YAML."""
        settings, source = self._settings, self._folder / upload.collection
        tags = {tag: value for tag in _ORIGIN if (value := getattr(upload, tag))}
        sync(aside)
        aside.replace(source / upload.file_name)
        sync(source)
        known, _ = load_collections(settings.collection_folders)
        models = Counter(collection.model for collection in known)
        described = {
            "name": upload.collection,
            "title": upload.file_name,
            "source": source,
            "model": models.most_common(1)[0][0] if models else DEFAULT_MODEL,
            "settle_s": 0.0,
            "analyses": _ANALYSES,
            **({"language": language} if language else {}),
            **({"tags": tags} if tags else {}),
        }
        write_collection(settings.registered_collections_dir, Collection.model_validate(described))
        self._asked.forget(upload.collection)
        return self._line.enter(upload)


class _Aside:
    """A video as it comes, piece by piece, bounded in size and by the room on the disk."""

    def __init__(self, file: Path, opened: BinaryIO, check_room: Callable[[], None]) -> None:
        self.file = file
        self._opened = opened
        self._check_room = check_room
        self._n_bytes = self._checked = 0

    def add(self, piece: bytes) -> None:
        """Raises RequestError `upload_too_large`, PassingError `disk_full`."""
        self._n_bytes += len(piece)
        if self._n_bytes > MOST_BYTES:
            raise RequestError("upload_too_large", f"A video may have {MOST_BYTES >> 30} GB at most.")
        self._opened.write(piece)
        if self._n_bytes >= self._checked + _CHECK_EVERY_BYTES:  # others write too, and not everyone says how much
            self._checked = self._n_bytes
            self._check_room()

    def end(self) -> None:
        """All of it came. Raises RequestError `upload_empty`."""
        if self._n_bytes == 0:
            raise RequestError("upload_empty", "Nothing came: the file is empty.")
        self._opened.flush()


def _upload(
    collection: str, file_name: str, phase: Phase, tags: Mapping[str, str], message: str | None = None
) -> Upload:
    return Upload(collection, file_name, phase, message, *(tags.get(tag, "") for tag in _ORIGIN))


def _is_abandoned(file: Path) -> bool:
    return file.stat().st_mtime < time.time() - _ABANDONED_AFTER_S
