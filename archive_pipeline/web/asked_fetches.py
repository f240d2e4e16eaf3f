"""What people asked to have fetched and has not come: kept until it has, so that the next process asks again."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from archive_pipeline.durability import write_atomically


@dataclass(frozen=True)
class AskedFetch:
    """One that was accepted."""

    address: str
    """With its query, which may be a secret: it is kept no longer than it is needed."""
    origin: str
    """Without it."""
    language: str
    by: str


class AskedFetches:
    """A hidden file in `folder` for each, which only the owner reads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, collection: str, asked: AskedFetch) -> None:
        """It is on disk on return."""
        self._folder.mkdir(parents=True, exist_ok=True)
        write_atomically(self._file(collection), json.dumps(asdict(asked)).encode(), mode=0o600)

    def get(self, collection: str) -> AskedFetch | None:
        try:
            return AskedFetch(**json.loads(self._file(collection).read_bytes()))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def forget(self, collection: str) -> None:
        self._file(collection).unlink(missing_ok=True)

    def _file(self, collection: str) -> Path:
        return self._folder / f".{collection}.fetch"
