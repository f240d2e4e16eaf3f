"""The map of a collection: landmarks that were placed together, and every shot near the landmarks that it is like."""

import io
import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from archive_pipeline.search.model import Point
from archive_pipeline.semantics.organisation.projection import between

_WORN_SHARE = 0.25
SHOTS = pl.Schema(
    {
        "video_id": pl.String,
        "shot_id": pl.String,
        "start_s": pl.Float64,
        "end_s": pl.Float64,
        "keyframe_s": pl.Float64,
        "x": pl.Float32,
        "y": pl.Float32,
        "cluster": pl.Int32,
    }
)


@dataclass(frozen=True, eq=False)
class Landmarks:
    """What a map was made of; it stays until the map is made anew."""

    vectors: NDArray[np.float32]
    """(m, d)"""
    positions: NDArray[np.float32]
    """(m, 2) within −1 … 1."""
    clusters: NDArray[np.int32]
    """(m,), −1 for those in none."""

    def place(self, points: Sequence[Point]) -> pl.DataFrame:
        """Rows of SHOTS: where the points are, and in the cluster of the nearest landmark."""
        if not points:
            return pl.DataFrame(schema=SHOTS)
        positions, nearest = between(np.stack([p.vector for p in points]), self.vectors, self.positions)
        known = [(p.payload.video_id, p.id, p.payload.start_s, p.payload.end_s, p.payload.keyframe_s) for p in points]
        return pl.DataFrame(known, schema=list(SHOTS)[:5], orient="row").with_columns(
            x=positions[:, 0], y=positions[:, 1], cluster=self.clusters[nearest]
        ).cast(SHOTS)  # fmt: skip


@dataclass(frozen=True, eq=False)
class ShotMap:
    """`shots` has the columns of SHOTS, by video and time."""

    space: str
    """Of the index, whose vectors were placed."""
    method: str
    sequence: int
    """The change of the catalogue up to which it goes."""
    n_changed: int
    """Shots that came or went since it was made."""
    landmarks: Landmarks
    shots: pl.DataFrame

    @property
    def is_worn(self) -> bool:
        """Whether so much has changed that it should be made anew."""
        return self.n_changed > _WORN_SHARE * self.shots.height

    def changed(self, videos: Collection[str], points: Sequence[Point], sequence: int) -> "ShotMap":
        """`videos` (ids) have these points now; shots that stay keep their places."""
        present = {point.id for point in points}
        concerned = pl.col("video_id").is_in(list(videos))
        stay = self.shots.filter(~concerned | pl.col("shot_id").is_in(list(present)))
        known = set(stay.filter(concerned)["shot_id"])
        come = self.landmarks.place([point for point in points if point.id not in known])
        shots = in_order(pl.concat([stay, come])) if come.height else stay
        n_changed = self.n_changed + come.height + self.shots.height - stay.height
        return replace(self, sequence=sequence, n_changed=n_changed, shots=shots)

    def without(self, allows: Callable[[str], bool]) -> "ShotMap":
        """Only shots of videos, by id, that `allows`."""
        shown = [video for video in self.shots["video_id"].unique() if allows(video)]
        return replace(self, shots=self.shots.filter(pl.col("video_id").is_in(shown)))

    def to_bytes(self) -> bytes:
        rows, written = io.BytesIO(), io.BytesIO()
        self.shots.write_ipc(rows)
        facts = {name: getattr(self, name) for name in ("space", "method", "sequence", "n_changed")}
        np.savez(
            written,
            facts=np.frombuffer(json.dumps(facts).encode(), np.uint8),
            shots=np.frombuffer(rows.getvalue(), np.uint8),
            vectors=self.landmarks.vectors,
            positions=self.landmarks.positions,
            clusters=self.landmarks.clusters,
        )
        return written.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> "ShotMap":
        with np.load(io.BytesIO(content), allow_pickle=False) as stored:
            landmarks = Landmarks(stored["vectors"], stored["positions"], stored["clusters"])
            shots = pl.read_ipc(stored["shots"].tobytes())
            return cls(**json.loads(stored["facts"].tobytes()), landmarks=landmarks, shots=shots)


def in_order(shots: pl.DataFrame) -> pl.DataFrame:
    return shots.sort("video_id", "start_s", "shot_id")
