"""Groups looked for in the whole collection: what its pictures show, which stands for which, names, and a map."""

import uuid
from collections.abc import Sequence

import numpy as np
import polars as pl

from archive_pipeline.collections.model import Collection
from archive_pipeline.progress import report
from archive_pipeline.semantics.organisation.grouping import LEVELS, Groups, medoids, organise
from archive_pipeline.semantics.organisation.identity import matched
from archive_pipeline.semantics.organisation.projection import chosen, project
from archive_pipeline.settings import Settings
from archive_pipeline.stages.organisation.folding import folded_photos
from archive_pipeline.stages.organisation.naming import names_of
from archive_pipeline.stages.organisation.pictures import Sources, all_vectors, memberships, vectors_of
from archive_pipeline.stages.organisation.placement import LEVEL_IDS, Placement, Vectors
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.schema import table

PROGRESS = "organise"
_MOST_AT_ONCE = 100_000
"""Groups are looked for among so many pictures, drawn at random, of a larger collection; the others are placed."""
_SEED = 0
_NAMESPACE = uuid.UUID("6f3f0e5e-53c5-4a3c-9d9b-0b8a2c1f7d11")


def organised_whole(
    lake: Lake, collection: Collection, settings: Settings, sources: Sources, former: pl.DataFrame, version: int
) -> dict[str, pl.DataFrame]:
    """The tables of a version but `organisations`, of at least one picture. A group that continues one of `former`, the
    picture_memberships of the version before, keeps its id."""
    folded = folded_photos(lake, collection, sources)
    report(PROGRESS, 0.15)
    kept_id = dict(folded.select("photo_id", "kept_id").rows())
    shown = {name: [key for key in own if key not in kept_id] for name, own in sources.items()}
    drawn = _drawn(shown)
    ids, vectors = all_vectors(lake, drawn)
    grouping, groups = organise(vectors)
    report(PROGRESS, 0.7)
    marks = chosen(len(ids))
    landmarks = grouping.space.rows(vectors[marks])
    placement = Placement(
        grouping,
        _group_ids(collection.name, version, ids, groups, former),
        [ids[mark] for mark in marks],
        landmarks,
        project(landmarks),
    )
    report(PROGRESS, 0.85)
    placed = [placement.as_rows(ids, vectors, groups)]
    is_drawn = set(ids)
    rest = {name: [key for key in own if key not in is_drawn] for name, own in shown.items()}
    placed += [placement.placed(rest[name], others) for name, others in vectors_of(lake, rest)]
    members = memberships(collection.name, sources, pl.concat(placed), kept_id)
    return {
        "picture_memberships": members,
        "photo_duplicates": folded,
        "picture_groups": _groups(collection, settings, ids, vectors, groups, placement, members),
        "organisation_landmarks": placement.to_table(),
    }


def _drawn(sources: Sources) -> Sources:
    n = sum(map(len, sources.values()))
    if n <= _MOST_AT_ONCE:
        return sources
    is_drawn = iter(np.random.default_rng(_SEED).permutation(n) < _MOST_AT_ONCE)
    return {name: [key for key in own if next(is_drawn)] for name, own in sources.items()}


def _group_ids(
    collection: str, version: int, ids: Sequence[str], groups: Groups, former: pl.DataFrame
) -> tuple[list[str], ...]:
    """Of the groups of each level by number: the id of the group that one continues, else a new one."""
    before = pl.DataFrame({"picture_id": ids}).join(former, on="picture_id", how="left", maintain_order="left")
    found: list[list[str]] = []
    for number, level in enumerate(LEVEL_IDS):
        present = groups.labels[:, number]
        known = before[level].drop_nulls().unique(maintain_order=True).to_list()
        codes = {key: code for code, key in enumerate(known)}
        earlier = np.array([codes.get(key, -1) for key in before[level]], np.int32)
        continued = {label: known[code] for label, code in matched(earlier, present).items()}
        found.append(
            [
                continued.get(label) or str(uuid.uuid5(_NAMESPACE, f"{collection} {version} {level} {label}"))
                for label in range(int(present.max(initial=-1)) + 1)
            ]
        )
    return tuple(found)


def _groups(
    collection: Collection,
    settings: Settings,
    ids: Sequence[str],
    vectors: Vectors,
    groups: Groups,
    placement: Placement,
    members: pl.DataFrame,
) -> pl.DataFrame:
    """The table `picture_groups`: typical pictures and names of those that were looked at, numbers of all."""
    named = names_of(collection, settings, vectors, groups)
    above = placement.grouping.above
    parents: dict[str, list[str | None]] = {
        "theme": [None] * len(placement.ids[0]),
        "group": [placement.ids[0][above[above[:, 1] == n, 0][0]] for n in range(len(placement.ids[1]))],
        "part": [placement.ids[1][group] for group in above[:, 1]],
    }
    found = []
    for number, level in enumerate(LEVELS):
        labels = groups.labels[:, number]
        typical = medoids(vectors, labels)
        inside = labels >= 0
        cosines = np.einsum("ij,ij->i", vectors[inside], vectors[typical[labels[inside]]])
        sizes = dict(members[LEVEL_IDS[number]].drop_nulls().value_counts().rows())
        found.append(
            pl.DataFrame(
                {
                    "group_id": placement.ids[number],
                    "level": level,
                    "parent_id": pl.Series(parents[level], dtype=pl.String),
                    "name_en": pl.Series(named[level]["en"], dtype=pl.String),
                    "name_es": pl.Series(named[level]["es"], dtype=pl.String),
                    "n_pictures": [sizes.get(key, 0) for key in placement.ids[number]],
                    "medoid_id": [ids[row] for row in typical],
                    "cohesion": np.bincount(labels[inside], cosines) / np.bincount(labels[inside]),
                }
            )
        )
    return table("picture_groups").conform(pl.concat(found).with_columns(collection=pl.lit(collection.name)))
