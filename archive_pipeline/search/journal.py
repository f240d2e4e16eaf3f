"""The last replacements made in an embedded space, in order: what readers follow and what a crash is repaired from.

An entry says "these videos have exactly these points", so applying one twice, or a whole tail of them again, does no
harm. It is written before the shard is touched: where a writer dies halfway, the next one applies it again.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, repeat
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from archive_pipeline.durability import sync
from archive_pipeline.search.model import Point, ShotPayload, SparseVector

# Readers further behind copy the whole shard instead: 128 MiB are 44,000 shots of 768-d, more than twice the archive
# of DESIGN §6, whose shard takes 63 MB.
_KEPT_BYTES = 128 << 20


@dataclass(frozen=True)
class Entry:
    generation: int
    videos: Mapping[str, Sequence[Point]]


class Journal:
    """A folder with one file an entry, named by its generation (1, 2, …), which grows by one with each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def generation(self) -> int:
        """Of the newest entry, 0 before the first. Cheap: one listing of a small folder."""
        return max(self._generations(), default=0)

    def append(self, videos: Mapping[str, Sequence[Point]]) -> Entry:
        """Write the next entry; it is on disk and visible to readers on return. Only under the space's lock."""
        entry = Entry(self.generation() + 1, videos)
        file = self._file(entry.generation)
        temporary = file.with_suffix(".tmp")
        with temporary.open("wb") as stream:
            points = [point for own in videos.values() for point in own]
            np.savez(
                stream,
                vectors=np.array([point.vector for point in points], dtype=np.float32),
                **_words_of(points),  # type: ignore[arg-type]
                text=np.frombuffer(_to_json(videos), dtype=np.uint8),
            )
        sync(temporary)
        temporary.replace(file)
        sync(self._folder)
        return entry

    def after(self, generation: int) -> Iterator[Entry]:
        """The entries that follow `generation`, in order. LookupError where some are no longer kept, or damaged."""
        for following in range(generation + 1, self.generation() + 1):
            yield self._read(following)

    def size_after(self, generation: int) -> tuple[int, int]:
        """How many entries follow `generation`, and their bytes."""
        following = [self._file(one) for one in self._generations() if one > generation]
        return len(following), sum(file.stat().st_size for file in following)

    def newest_of(self, video_id: str, after: int) -> Sequence[Point] | None:
        """What the newest entry behind `after` that names the video says of it; None where none does."""
        for generation in range(self.generation(), after, -1):
            if (points := self._read(generation).videos.get(video_id)) is not None:
                return points
        return None

    def prune(self, applied: int) -> None:
        """Forget the oldest entries beyond what is kept; none that the shard lacks (after `applied`), and never the
        newest, which carries the count."""
        kept = 0
        for position, generation in enumerate(sorted(self._generations(), reverse=True)):
            kept += self._file(generation).stat().st_size
            if position > 0 and generation <= applied and kept > _KEPT_BYTES:
                self._file(generation).unlink(missing_ok=True)

    def _read(self, generation: int) -> Entry:
        try:
            with np.load(self._file(generation), allow_pickle=False) as stored:
                words = _read_words(stored) if "n_words" in stored else repeat(None)  # entries of the first layout
                return Entry(generation, _from_json(stored["text"].tobytes(), stored["vectors"], words))
        except FileNotFoundError:
            raise LookupError(f"journal entry {generation} is no longer kept") from None
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
            raise LookupError(f"journal entry {generation} is damaged ({error})") from error

    def _generations(self) -> list[int]:
        try:
            return [int(file.stem) for file in self._folder.iterdir() if file.suffix == ".npz"]
        except FileNotFoundError:
            return []

    def _file(self, generation: int) -> Path:
        return self._folder / f"{generation:012d}.npz"


def _to_json(videos: Mapping[str, Sequence[Point]]) -> bytes:
    named = [[video_id, [[p.id, p.payload.to_mapping()] for p in points]] for video_id, points in videos.items()]
    return json.dumps(named, separators=(",", ":")).encode()


def _from_json(text: bytes, vectors: np.ndarray, words: Iterable[SparseVector | None]) -> dict[str, list[Point]]:
    rows = zip(vectors, words, strict=False)

    def point(key: str, payload: Mapping[str, Any]) -> Point:
        vector, own = next(rows)
        return Point(key, vector, ShotPayload.from_mapping(payload), own)

    return {video_id: [point(*stored) for stored in points] for video_id, points in json.loads(text)}


def _words_of(points: Sequence[Point]) -> dict[str, np.ndarray]:
    """All terms and weights in one row each, and how many of them are whose; 0 for a point without words."""
    held = [point.words for point in points if point.words]
    return {
        "n_words": np.array([len(point.words.ids) if point.words else 0 for point in points], dtype=np.uint32),
        "word_ids": np.concatenate([np.zeros(0, np.uint32), *(words.ids for words in held)]),
        "word_weights": np.concatenate([np.zeros(0, np.float32), *(words.weights for words in held)]),
    }


def _read_words(stored: Mapping[str, np.ndarray]) -> Iterator[SparseVector | None]:
    ends = np.cumsum(stored["n_words"]).tolist()
    ids, weights = stored["word_ids"], stored["word_weights"]
    for start, end in pairwise([0, *ends]):
        yield SparseVector(ids[start:end], weights[start:end]) if end > start else None
