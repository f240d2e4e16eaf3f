"""The folder of one embedded space: its shard, its journal, its lock.

<space>/space.json      dimension, birth mark, layout; exists exactly while the space does
<space>/shard/          Qdrant Edge's files
<space>/applied         generation of the last journal entry that the shard holds for sure
<space>/journal/        see journal.py
.locks/<space>.*        never removed, because others may be waiting for them
"""

import json
import shutil
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from archive_pipeline.durability import write_atomically
from archive_pipeline.locking import file_lock
from archive_pipeline.search.edge_room import require_room_to_write
from archive_pipeline.search.edge_shard import Shard
from archive_pipeline.search.index import check_points
from archive_pipeline.search.journal import Journal
from archive_pipeline.search.model import Point
from archive_pipeline.search.spaces import index_damaged, is_space, size_mismatch, unknown_space

_MOST_BEHIND = 64  # entries that the shard may lack
_MOST_BYTES_BEHIND = 32 << 20


@dataclass(frozen=True)
class SpaceFacts:
    dimension: int
    birth: str  # differs between two spaces of one name, of which the first was dropped
    has_words: bool = False  # the first layout has none, and does not say so


class SpaceFolder:
    """Everything here that opens the shard holds the space's lock for as long."""

    def __init__(self, root: Path, space: str, timeout_s: float) -> None:
        if not is_space(space):
            raise unknown_space(space)
        self.space = space
        self.root = root
        self.journal = Journal(root / space / "journal")
        self.shard_dir = root / space / "shard"
        self._folder = root / space
        self._applied = root / space / "applied"
        self._facts = root / space / "space.json"
        self._timeout_s = timeout_s

    def facts(self) -> SpaceFacts | None:
        """None where the space does not exist. Raises ArchiveError `index_damaged`."""
        try:
            return SpaceFacts(**json.loads(self._facts.read_bytes()))
        except FileNotFoundError:
            return None
        except (ValueError, TypeError) as error:
            raise index_damaged(error) from error

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep every other process out; PassingError `index_busy` after the timeout.

        Who waits stands in a gate through which all must pass, so that a process that takes the lock again and again
        cannot starve the others. Not reentrant.
        """
        locks = self.root / ".locks"
        with ExitStack() as held:
            with file_lock(locks / f"{self.space}.gate", self._timeout_s, code="index_busy"):
                held.enter_context(file_lock(locks / f"{self.space}.lock", self._timeout_s, code="index_busy"))
            yield

    def create(self, dimension: int) -> None:
        facts = self.facts()
        if facts is None:
            with self.locked():
                facts = self.facts() or self._create(dimension)
        if facts.dimension != dimension:
            raise size_mismatch(self.space, facts.dimension, dimension)

    def drop(self) -> None:
        with self.locked():
            self._facts.unlink(missing_ok=True)
            shutil.rmtree(self._folder, ignore_errors=True)

    def replace(self, videos: Mapping[str, Sequence[Point]]) -> None:
        """Into the journal; into the shard once enough is behind, or somebody reads it.

        Opening a shard of 300,000 points costs a second, which not every video can pay; searches follow the journal.
        """
        with self.locked():
            facts = self.facts()
            if facts is None:
                raise unknown_space(self.space)
            check_points(videos, self.space, facts.dimension)
            require_room_to_write(self.shard_dir, videos)  # before the journal: what it says has to be applied to read
            self.journal.append(videos)
            n_entries, n_bytes = self.journal.size_after(self.applied())
            if n_entries >= _MOST_BEHIND or n_bytes > _MOST_BYTES_BEHIND:
                self._apply_what_is_missing(facts)
            self.journal.prune(self.applied())

    def latest(self, video_id: str) -> Sequence[Point] | None:
        """The points of a video that the shard does not know yet; None where it knows the newest of them."""
        if self.facts() is None:
            return None
        with self.locked():
            try:
                return self.journal.newest_of(video_id, self.applied())
            except LookupError as error:
                raise index_damaged(error) from error

    @contextmanager
    def opened(self) -> Iterator[Shard | None]:
        """The shard with everything applied, for reading; None where the space does not exist."""
        if self.facts() is None:
            yield None
            return
        with self.locked():
            facts = self.facts()
            if facts is None:
                yield None
                return
            if self.applied() < self.journal.generation():
                self._apply_what_is_missing(facts)
            shard = Shard.load(self.shard_dir, facts.dimension, facts.has_words)
            try:
                yield shard
            finally:
                shard.close()

    def _create(self, dimension: int) -> SpaceFacts:
        shutil.rmtree(self._folder, ignore_errors=True)  # of a creation that was cut short
        shard = Shard.create(self.shard_dir, dimension)
        shard.flush()
        shard.close()
        (self._folder / "journal").mkdir()
        facts = SpaceFacts(dimension, uuid.uuid4().hex, has_words=True)
        write_atomically(self._facts, json.dumps(asdict(facts)).encode())
        return facts

    def _apply_what_is_missing(self, facts: SpaceFacts) -> None:
        shard = Shard.load(self.shard_dir, facts.dimension, facts.has_words)
        try:
            applied = self.applied()
            try:
                for entry in self.journal.after(applied):
                    shard.replace(entry.videos)
                    applied = entry.generation
            except LookupError as error:
                raise index_damaged(error) from error
            shard.reclaim()
            shard.flush()
        finally:
            shard.close()
        write_atomically(self._applied, str(applied).encode())

    def applied(self) -> int:
        """Generation of the last journal entry that the shard holds for sure."""
        try:
            return int(self._applied.read_bytes())
        except (FileNotFoundError, ValueError):
            return 0  # applying an entry again does no harm
