"""Pictures of many clients in order of arrival, with a fair share for each: a turn each, picture by picture."""

import threading
from collections import deque
from dataclasses import dataclass, field

from archive_pipeline.encoders.service.chunk import Chunk
from archive_pipeline.encoders.service.faults import DroppedError
from archive_pipeline.encoders.service.limits import WAITING_BYTES


@dataclass(frozen=True)
class Picture:
    """One picture of a chunk."""

    chunk: Chunk
    position: int

    @property
    def jpeg(self) -> bytes:
        return self.chunk.jpegs[self.position]


@dataclass(eq=False)
class Line:
    """What one client waits for."""

    waiting: deque[Picture] = field(default_factory=deque)
    open_chunks: list[Chunk] = field(default_factory=list)
    is_closed: bool = False


class FairQueue:
    """Lines of pictures; whoever takes gets one of each line in turn, so that an hour of video delays no still."""

    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._turns: deque[Line] = deque()
        """Lines that have pictures waiting, the next one first."""
        self._changed = threading.Condition()

    def __len__(self) -> int:
        """Pictures that wait or are on the device."""
        with self._changed:
            return sum(len(chunk.jpegs) for line in self._lines for chunk in line.open_chunks)

    @property
    def n_lines(self) -> int:
        return len(self._lines)

    def open(self) -> Line:
        with self._changed:
            self._lines.append(line := Line())
            return line

    def put(self, line: Line, chunk: Chunk, most_pictures: int) -> bool:
        """Wait until the line holds less than `most_pictures` and the bytes allowed, then add; False once it is closed.

        Waiting is what bounds memory: meanwhile nothing is read from the client.
        """

        def has_room() -> bool:
            held = sum(len(own.jpegs) for own in line.open_chunks)
            n_bytes = sum(own.n_bytes for own in line.open_chunks)
            return line.is_closed or not held or (held < most_pictures and n_bytes < WAITING_BYTES)

        with self._changed:
            self._changed.wait_for(has_room)
            if line.is_closed:
                return False
            line.open_chunks.append(chunk)
            if not line.waiting:
                self._turns.append(line)
            line.waiting.extend(Picture(chunk, position) for position in range(len(chunk.jpegs)))
            self._changed.notify_all()
            return True

    def done(self, line: Line, chunk: Chunk) -> None:
        """The client has its rows; there is room for more."""
        with self._changed:
            if chunk in line.open_chunks:
                line.open_chunks.remove(chunk)
            self._changed.notify_all()

    def close(self, line: Line) -> None:
        """The client is served or gone: what it still has here is dropped."""
        with self._changed:
            line.is_closed = True
            line.waiting.clear()
            for chunk in line.open_chunks:
                chunk.fail(DroppedError())
            line.open_chunks.clear()
            if line in self._turns:
                self._turns.remove(line)
            if line in self._lines:
                self._lines.remove(line)
            self._changed.notify_all()

    def take(self, most: int) -> list[Picture]:
        """Up to `most` pictures, one of each line in turn; waits for the first one."""
        with self._changed:
            self._changed.wait_for(lambda: self._turns)
            taken: list[Picture] = []
            while self._turns and len(taken) < most:
                line = self._turns.popleft()
                taken.append(line.waiting.popleft())
                if line.waiting:
                    self._turns.append(line)
            return taken
