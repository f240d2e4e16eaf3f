"""Maps: positions and clusters of many vectors, computed once and kept."""

import hashlib
import io
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.semantics.organisation.projection import METHOD, project
from archive_pipeline.web.kept_files import KeptFiles

_VERSION = "1"
_MOST_BYTES = 200_000_000  # a map of 18,000 shots takes 0.3 MB
_SMALLEST_CLUSTER, _MOST_CLUSTERS = 5, 40


@dataclass(frozen=True, eq=False)
class Map:
    """Positions (n, 2) float32 within −1 … 1 and clusters (n,) int32, −1 for points in none."""

    positions: NDArray[np.float32]
    clusters: NDArray[np.int32]
    method: str


class Maps:
    """Made one after the other: they are the heaviest thing that a page can ask for."""

    def __init__(self, folder: Path) -> None:
        self._files = KeptFiles(folder, _MOST_BYTES)
        self._turn = threading.Lock()

    def of(self, keys: Sequence[str], vectors: NDArray[np.float32]) -> Map:
        """The map of `vectors` (n, d); `keys` (n,) name what they are of, and a kept map is of the same."""
        name = self._name(keys, vectors)
        kept = self._read(name)
        if kept is None:
            with self._turn:
                kept = self._read(name)
                if kept is None:
                    positions = project(vectors)
                    kept = Map(positions, clusters_of(positions), METHOD)
                    self._write(name, kept)
        return kept

    @staticmethod
    def _name(keys: Sequence[str], vectors: NDArray[np.float32]) -> str:
        digest = hashlib.sha256(f"{_VERSION}\0{METHOD}\0".encode())
        digest.update("\0".join(keys).encode("utf-8", "surrogatepass"))
        digest.update(np.ascontiguousarray(vectors).tobytes())
        return f"{digest.hexdigest()}.npz"

    def _read(self, name: str) -> Map | None:
        content = self._files.read(name)
        if content is None:
            return None
        with np.load(io.BytesIO(content), allow_pickle=False) as stored:
            return Map(stored["positions"], stored["clusters"], METHOD)

    def _write(self, name: str, made: Map) -> None:
        written = io.BytesIO()
        np.savez(written, positions=made.positions, clusters=made.clusters)
        self._files.write(name, written.getvalue())


def clusters_of(positions: NDArray[np.float32]) -> NDArray[np.int32]:
    """Clumps of the map (HDBSCAN in two dimensions), numbered by size."""
    n = len(positions)
    if n < 2 * _SMALLEST_CLUSTER:
        return np.full(n, -1, np.int32)
    from sklearn.cluster import HDBSCAN

    labels = HDBSCAN(min_cluster_size=max(_SMALLEST_CLUSTER, n // _MOST_CLUSTERS), copy=True).fit_predict(positions)
    order = np.argsort(-np.bincount(labels[labels >= 0]), kind="stable") if (labels >= 0).any() else np.array([], int)
    ranks = {int(label): rank for rank, label in enumerate(order)}
    return np.array([ranks.get(int(label), -1) for label in labels], np.int32)
