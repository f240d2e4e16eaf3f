"""The lake's files in an S3 bucket, through obstore (the Rust crate `object_store`): its keys, endpoint and region come
from the usual AWS_* variables, it tries again what a busy server refuses, and 0.4 ms of a core make a request.

A process that has asked a bucket must not fork (obstore's threads stay behind); runs are forks of a parent that never
asks.
"""

import errno
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, BinaryIO, cast

from obstore.exceptions import (
    AlreadyExistsError,
    BaseError,
    PermissionDeniedError,
    PreconditionError,
    UnauthenticatedError,
)
from obstore.store import S3Store

from archive_pipeline.errors import ArchiveError, ConfigurationError, PassingError
from archive_pipeline.settings import Bucket
from archive_pipeline.store.bucket_file import BucketFile
from archive_pipeline.store.objects import Pieces, Stored

_PART_BYTES = 16 << 20  # S3 takes 10,000 parts: 160 GB; smaller files are one request
_PARTS_AT_ONCE = 4
_TRIES = 6
_TRYING = timedelta(seconds=30)  # then the run's own retries, or the person, try again
_APPENDS = 20


class BucketObjects:
    """`store.objects.Objects` under `bucket.url`. What is read twice is kept in `pieces`."""

    is_remote = True
    at_once = 16

    def __init__(self, bucket: Bucket, pieces: Pieces | None = None) -> None:
        """Asks nothing yet. Raises ConfigurationError `wrong_lake`."""
        self._place = bucket
        self._pieces = pieces
        self._is_there = False
        self._mutex = threading.Lock()
        try:
            self._store = S3Store.from_url(
                bucket.url,
                client_options={"allow_http": True, "connect_timeout": "5s", "timeout": "120s"},
                retry_config={"max_retries": _TRIES, "retry_timeout": _TRYING},
            )
        except (BaseError, ValueError) as error:
            raise ConfigurationError(
                "wrong_lake", f"ARCHIVE_LAKE={bucket.url} cannot be used: {_short(error)}. Write s3://bucket/prefix."
            ) from error

    def shown(self, key: str) -> str:
        return f"{self._place.url}/{key}"

    def key_of(self, shown: str) -> str:
        return shown.removeprefix(f"{self._place.url}/")

    @contextmanager
    def writing(self, key: str) -> Iterator[BinaryIO]:
        """Written to a file without a name on the local disk, which whoever dies leaves nothing of; then one upload."""
        self._place.scratch.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=self._place.scratch) as file:
            yield cast(BinaryIO, file)
            file.seek(0)
            self.upload(key, cast(BinaryIO, file))

    def upload(self, key: str, file: BinaryIO) -> None:
        """Put all of a file of this machine there at once: in one request, or in parts that are nothing until all are
        there."""
        with self._explained():
            self._store.put(key, cast(Any, file), chunk_size=_PART_BYTES, max_concurrency=_PARTS_AT_ONCE)

    def open(self, key: str) -> BinaryIO:
        return cast(BinaryIO, BucketFile(self._store, key, self._explained, self._pieces))

    def read(self, key: str) -> bytes:
        with self._explained():
            return bytes(self._store.get(key).bytes())

    def append(self, key: str, line: bytes) -> None:
        """Written anew whole, if nobody else has meanwhile: what is appended to is small, and written by people."""
        for _ in range(_APPENDS):
            before, version = self.read_versioned(key) or (b"", None)
            if self.swap(key, before + line, version):
                return
        raise PassingError("lake_unavailable", f"{self.shown(key)} is written by others all the time; try again.")

    def read_versioned(self, key: str) -> tuple[bytes, str] | None:
        """A small file and its version, for `swap`."""
        try:
            with self._explained():
                found = self._store.get(key)
                return bytes(found.bytes()), found.meta["e_tag"] or ""
        except FileNotFoundError:
            return None

    def swap(self, key: str, content: bytes, version: str | None) -> bool:
        """Write the file where it still has that version (None: where there is none); whether it had."""
        with self._explained():
            try:
                self._store.put(
                    key, content, mode=cast(Any, {"e_tag": version} if version else "create"), use_multipart=False
                )
            except (PreconditionError, AlreadyExistsError):
                return False
        return True

    def stat(self, key: str) -> Stored | None:
        try:
            with self._explained():
                return _stored(self._store.head(key))
        except FileNotFoundError:
            return None

    def listed(self, prefix: str) -> Iterator[Stored]:
        with self._explained():
            for page in self._store.list(f"{prefix}/", chunk_size=1000):
                yield from map(_stored, page)

    def folders(self, prefix: str) -> list[str]:
        with self._explained():
            found = self._store.list_with_delimiter(f"{prefix}/")["common_prefixes"]
        return sorted(str(one).rstrip("/").rpartition("/")[2] for one in found)

    def delete(self, keys: Iterable[str]) -> None:
        if wanted := list(keys):
            with self._explained():
                self._store.delete(wanted)

    def settle(self, keys: Iterable[str]) -> None:
        """An upload that was answered is kept."""

    def leftovers(self) -> list[str]:
        """Parts of an upload that was cut off are no files; a rule of the bucket removes them (docs/operating.md)."""
        return []

    def sweep(self) -> int:
        return 0

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as error:
            if "NoSuchBucket" in str(error):
                raise self._no_bucket() from None
            self._require_bucket()
            raise FileNotFoundError(errno.ENOENT, str(error).partition(" not found")[0]) from None
        except PreconditionError as error:
            raise OSError(errno.ESTALE, f"{self._place.url}: a file was replaced while it was read") from error
        except BaseError as error:
            raise self._explanation(error) from error

    def _require_bucket(self) -> None:
        """A file that is not there is an empty table: that must not be said of a bucket that is not there."""
        with self._mutex:
            if not self._is_there:
                try:
                    next(iter(self._store.list(chunk_size=1)), None)
                except BaseError as error:
                    raise self._explanation(error) from None
                self._is_there = True

    def _explanation(self, error: BaseError) -> ArchiveError:
        text = str(error)
        if "NoSuchBucket" in text:
            return self._no_bucket()
        if isinstance(error, PermissionDeniedError | UnauthenticatedError) or "InvalidAccessKeyId" in text:
            return ConfigurationError(
                "lake_refused",
                f"{self._place.url} refuses these keys ({_short(error)}): set AWS_ACCESS_KEY_ID and "
                "AWS_SECRET_ACCESS_KEY of one who may list, read, write and delete there, and AWS_REGION.",
            )
        if "169.254.169.254" in text:
            return ConfigurationError(
                "lake_refused",
                f"There is no key for {self._place.url}: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
            )
        return PassingError(
            "lake_unavailable",
            f"{self._place.url} does not answer as it should ({_short(error)}). Is it up, and does AWS_ENDPOINT_URL "
            "lead there? What was done is kept, and the same command, or the next look, does the rest.",
        )

    def _no_bucket(self) -> ConfigurationError:
        return ConfigurationError(
            "no_bucket", f"The bucket of {self._place.url} is not there: make it, or set another ARCHIVE_LAKE."
        )


def _stored(meta: Any) -> Stored:
    return Stored(meta["path"], meta["size"], meta["e_tag"] or "", meta["last_modified"].timestamp())


def _short(error: Exception) -> str:
    """obstore's sentence, without the body and the debugging that follow it."""
    return " ".join(str(error).partition("\n")[0].partition("<?xml")[0].split()).rstrip(": ")[:300]
