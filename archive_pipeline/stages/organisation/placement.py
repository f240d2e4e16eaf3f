"""What pictures are placed by, as it is kept in the lake: the groups that were found, and the landmarks of the map."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from archive_pipeline.semantics.organisation.belonging import Belonging
from archive_pipeline.semantics.organisation.grouping import Grouping, Groups
from archive_pipeline.semantics.organisation.projection import between
from archive_pipeline.semantics.organisation.space import Space
from archive_pipeline.store.schema import table

Vectors = NDArray[np.float32]
LEVEL_IDS = ("theme_id", "group_id", "part_id")
"""Columns of the levels, from coarse to fine."""


@dataclass(frozen=True, eq=False)
class Placement:
    """It stays until groups are looked for again."""

    grouping: Grouping
    ids: tuple[Sequence[str], ...]
    """Of the groups of each level, by their number."""
    landmark_ids: Sequence[str]
    """The pictures that the map was made of."""
    landmarks: Vectors
    """(m, d) those pictures in the collection's space."""
    positions: Vectors
    """(m, 2) within −1 … 1."""

    def placed(self, ids: Sequence[str], vectors: Vectors) -> pl.DataFrame:
        """`picture_id` and the columns of `picture_memberships` from `theme_id` on, for embeddings (n, d) of n ids."""
        return self.as_rows(ids, vectors, self.grouping.place(vectors))

    def as_rows(self, ids: Sequence[str], vectors: Vectors, groups: Groups) -> pl.DataFrame:
        """The same where the groups are known."""
        positions, _ = between(self.grouping.space.rows(vectors), self.landmarks, self.positions)
        named = {
            level: [own[label] if label >= 0 else None for label in groups.labels[:, number]]
            for number, (level, own) in enumerate(zip(LEVEL_IDS, self.ids, strict=True))
        }
        return pl.DataFrame(
            {"picture_id": ids, **named, "certainty": groups.certainty, "x": positions[:, 0], "y": positions[:, 1]},
            schema_overrides=dict.fromkeys(LEVEL_IDS, pl.String),
        )

    def to_table(self) -> pl.DataFrame:
        """The table `organisation_landmarks`."""
        space, (themes, groups, parts) = self.grouping.space, self.ids
        above, belonging = self.grouping.above, self.grouping.belonging
        found = [
            _rows("mean", space.mean[None], unit=[space.unit]),
            _rows("axis", space.axes.T),
            _rows("deviation", belonging.axes.T),
            _rows(
                "part",
                self.grouping.means,
                theme_id=[themes[theme] for theme in above[:, 0]],
                group_id=[groups[group] for group in above[:, 1]],
                part_id=list(parts),
                unit=belonging.radii.tolist(),
            ),
            _rows("picture", self.landmarks, picture_id=self.landmark_ids, x=self.positions[:, 0],
                  y=self.positions[:, 1]),
        ]  # fmt: skip
        return table("organisation_landmarks").conform(pl.concat(found, how="diagonal"))

    @classmethod
    def from_table(cls, rows: pl.DataFrame) -> "Placement":
        of = {str(kind): part for (kind,), part in rows.partition_by("kind", as_dict=True, maintain_order=True).items()}
        space = Space(_matrix(of["mean"])[0], _matrix(of["axis"]).T, of["mean"]["unit"].item())
        parts, map_of = of["part"], of["picture"]
        ids = tuple(parts[level].unique(maintain_order=True).to_list() for level in LEVEL_IDS)
        numbers = [{key: number for number, key in enumerate(own)} for own in ids]
        above = np.array(
            [[numbers[0][theme], numbers[1][group]] for theme, group in parts.select(LEVEL_IDS[:2]).rows()]
        )
        belonging = Belonging(_matrix(of["deviation"]).T, parts["unit"].to_numpy())
        return cls(
            Grouping(space, _matrix(parts), np.array(above, np.int32), belonging),
            ids,
            map_of["picture_id"].to_list(),
            _matrix(map_of),
            map_of.select("x", "y").to_numpy(),
        )


def _rows(kind: str, vectors: Vectors, **columns: object) -> pl.DataFrame:
    stored = pl.Series(np.ascontiguousarray(vectors), dtype=pl.Array(pl.Float32, vectors.shape[1])).arr.to_list()
    return pl.DataFrame({"kind": [kind] * len(vectors), "vector": stored, **columns})


def _matrix(rows: pl.DataFrame) -> Vectors:
    return rows["vector"].explode(empty_as_null=False).to_numpy().reshape(rows.height, -1)
