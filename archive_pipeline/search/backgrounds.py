"""The background of each space that is asked: read once, and again when the space has grown."""

import threading
from itertools import islice

import numpy as np

from archive_pipeline.search.evidence import Background
from archive_pipeline.search.index import ShotReader
from archive_pipeline.search.model import Query
from archive_pipeline.search.query_vectors import QueryVectors
from archive_pipeline.search.sources import Askable

USUAL_QUESTIONS = (
    "people", "a street", "a beach", "a boat", "a horse", "a house at night", "a dog", "an interview",
    "mountains in the snow", "a train",
)  # fmt: skip
"""Of what archives are asked for; in English, which every encoder was taught."""
_GROWN = 0.1


class Backgrounds:
    """Safe for many threads."""

    def __init__(self, reader: ShotReader, vectors: QueryVectors) -> None:
        self._reader = reader
        self._vectors = vectors
        self._known: dict[str, tuple[int, Background]] = {}
        self._lock = threading.Lock()

    def of(self, space: Askable) -> Background | None:
        """None where the space is empty. The first thousand shots in order of id are a sample by chance: ids are
        hashes."""
        n_shots = self._reader.count(space.space, exact=False)
        fresh = self._fresh(space, n_shots)
        if fresh:
            return fresh
        with self._lock:
            fresh = self._fresh(space, n_shots)  # somebody else may have read it meanwhile
            if fresh:
                return fresh
            sample = [point.vector for batch in islice(self._reader.batches(space.space), 1) for point in batch]
            if not sample:
                return None
            asked = np.stack(self._vectors.of_texts(space, USUAL_QUESTIONS, "en"))
            best = self._reader.search_batch(space.space, [Query(vector, limit=1) for vector in asked])
            best_of_all = np.array([[hits[0].score if hits else 0.0] for hits in best], dtype=np.float32)
            background = Background.of(np.stack(sample), asked, best_of_all)
            self._known[space.space] = n_shots, background
            return background

    def _fresh(self, space: Askable, n_shots: int) -> Background | None:
        before, known = self._known.get(space.space, (0, None))
        return known if known and abs(n_shots - before) <= _GROWN * before else None
