"""A reader's own copy of a space, kept up to date from the journal without touching the shard that writers use.

    .replicas/<space>/<number>/shard/       the copy
    .replicas/<space>/<number>/state.json   what it holds; absent while it is in use, so that what a killed process
                                            left behind is not trusted
    .locks/<space>.replica<number>          held by the process that uses the copy, freed by the system if it dies

A copy that nobody uses waits for the next reader, so that a search from the command line need not copy 3 GB (1 M
shots) first. At most one waits: spare ones are removed when their reader ends or, where it was killed, by the next.
"""

import fcntl
import json
import math
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from io import BufferedWriter
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from archive_pipeline.errors import ArchiveError, PassingError
from archive_pipeline.search.edge_folder import SpaceFacts, SpaceFolder
from archive_pipeline.search.edge_shard import Shard
from archive_pipeline.search.spaces import index_damaged
from archive_pipeline.search.sparse_copy import copy_folder
from archive_pipeline.system_errors import system_error

_ELSEWHERE = (Path("/dev/shm"), Path("/tmp"))


@dataclass(frozen=True)
class _State:
    birth: str
    generation: int


class Replica:
    """A copy that is open in this process. Queries may run at any time, `catch_up` and `close` one at a time."""

    def __init__(self, source: SpaceFolder, place: "_Place", birth: str, shard: Shard, generation: int) -> None:
        self._source = source
        self._place = place
        self.birth = birth
        self.shard = shard
        self.generation = generation

    @classmethod
    def take(cls, source: SpaceFolder) -> "Replica | None":
        """A copy left by another reader, brought up to date, or a new one; None where the space does not exist."""
        facts = source.facts()
        if facts is None:
            return None
        place = next(place for place in _places(source) if place.lock())
        try:
            replica = cls._reopened(source, place, facts) or cls._copied(source, place)
        except BaseException:
            place.remove()
            place.unlock()
            raise
        if replica is None:
            place.unlock()
        _remove_spares(source, place)
        return replica

    @classmethod
    def _reopened(cls, source: SpaceFolder, place: "_Place", facts: SpaceFacts) -> "Replica | None":
        state = place.take_state()
        if state is None or state.birth != facts.birth:
            return None
        with suppress(ArchiveError, LookupError):
            shard = Shard.load(place.shard_dir, facts.dimension, facts.has_words)
            replica = cls(source, place, facts.birth, shard, state.generation)
            replica.catch_up()
            shard.reclaim()  # here, not while it is searched: at 1 M points it takes tens of seconds
            return replica
        return None

    @classmethod
    def _copied(cls, source: SpaceFolder, place: "_Place") -> "Replica | None":
        place.remove()
        copied = _copy(source, place.shard_dir)
        if copied is None:
            return None
        facts, generation = copied
        shard = Shard.load(place.shard_dir, facts.dimension, facts.has_words)
        replica = cls(source, place, facts.birth, shard, generation)
        try:
            replica.catch_up()
        except BaseException as error:
            shard.close()
            if isinstance(error, LookupError):
                raise index_damaged(error) from error
            raise
        return replica

    def catch_up(self, budget_s: float = math.inf) -> None:
        """Apply what was written since, at least one entry and then as many as fit the time.

        LookupError where the journal no longer goes back so far.
        """
        started = time.monotonic()
        for entry in self._source.journal.after(self.generation):
            self.shard.replace(entry.videos)
            self.generation = entry.generation
            if time.monotonic() - started > budget_s:
                break

    def close(self) -> None:
        """Leave the copy to the next reader, unless one waits already, the space is gone or the disk is full."""
        facts = self._source.facts()
        others = (other.folder.exists() for other in _others(self._source, self._place))
        is_left = facts is not None and facts.birth == self.birth and not any(others)
        if is_left:
            try:
                self.shard.flush()
                self._place.leave_state(_State(self.birth, self.generation))
            except (ArchiveError, OSError):
                is_left = False
        self.shard.close()
        if not is_left:
            self._place.remove()
        self._place.unlock()


@contextmanager
def copied_elsewhere(source: SpaceFolder) -> Iterator[Shard | None]:
    """A copy for one query where the index's own disk has no room for one; a shard without its deleted points is some
    4 kB a shot. Raises PassingError `disk_full` where there is no room anywhere."""
    folder = max((place for place in _ELSEWHERE if place.is_dir()), key=lambda place: shutil.disk_usage(place).free)
    with TemporaryDirectory(prefix="archive-search-", dir=folder) as aside:
        copied = _copy(source, Path(aside) / "shard")
        if copied is None:
            yield None
            return
        facts, generation = copied
        shard = Shard.load(Path(aside) / "shard", facts.dimension, facts.has_words)
        try:
            for entry in source.journal.after(generation):
                shard.replace(entry.videos)
            yield shard
        finally:
            shard.close()


def _copy(source: SpaceFolder, target: Path) -> tuple[SpaceFacts, int] | None:
    """Copy the shard as it lies, which writes nothing where it lies; the generation that the copy holds for sure."""
    with source.locked():
        facts = source.facts()
        if facts is None:
            return None
        try:
            copy_folder(source.shard_dir, target)
        except OSError as error:
            raise system_error(error, target) or PassingError(
                "index_copy_failed", f"The search index cannot be copied for reading ({error})."
            ) from error
        return facts, source.applied()


class _Place:
    """Where a copy lies, and the lock of whoever uses it. The lock's file stays: others may be about to take it."""

    def __init__(self, source: SpaceFolder, number: int) -> None:
        self.number = number
        self.folder = source.root / ".replicas" / source.space / str(number)
        self.shard_dir = self.folder / "shard"
        self._state_file = self.folder / "state.json"
        self._lock_file = source.root / ".locks" / f"{source.space}.replica{number}"
        self._held: BufferedWriter | None = None

    def lock(self) -> bool:
        """Take the lock if it is free."""
        self._lock_file.parent.mkdir(parents=True, exist_ok=True)
        file = self._lock_file.open("ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._held = file
        return True

    def unlock(self) -> None:
        if self._held:
            self._held.close()
            self._held = None

    def take_state(self) -> _State | None:
        """What the copy holds, asked once: until it is left again it is not to be trusted."""
        try:
            state = _State(**json.loads(self._state_file.read_bytes()))
        except (FileNotFoundError, ValueError, TypeError):
            return None
        self._state_file.unlink()
        return state

    def leave_state(self, state: _State) -> None:
        self._state_file.write_text(json.dumps(asdict(state)))

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def _places(source: SpaceFolder) -> Iterator[_Place]:
    return (_Place(source, number) for number in count())


def _others(source: SpaceFolder, own: _Place) -> list[_Place]:
    numbers = [int(folder.name) for folder in own.folder.parent.glob("[0-9]*")]
    return [_Place(source, number) for number in numbers if number != own.number]


def _remove_spares(source: SpaceFolder, own: _Place) -> None:
    for place in _others(source, own):
        if place.lock():
            place.remove()
            place.unlock()
