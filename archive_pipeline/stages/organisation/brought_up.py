"""An organisation brought up to date: what came is placed among the groups that are known, what went is taken out."""

import polars as pl

from archive_pipeline.collections.model import Collection
from archive_pipeline.stages.organisation.folding import folded_photos
from archive_pipeline.stages.organisation.pictures import Sources, memberships, vectors_of
from archive_pipeline.stages.organisation.placement import LEVEL_IDS, Placement
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.schema import table


def brought_up(
    lake: Lake, collection: Collection, sources: Sources, former: dict[str, pl.DataFrame]
) -> dict[str, pl.DataFrame]:
    """The tables of the next version but `organisations`. `sources` are all that there are now; of photos, the vectors
    and hashes are read, to find copies of those that came; of shots, only vectors of those that came. `former` has at
    least one group."""
    before = former["picture_memberships"]
    known = set(before["picture_id"])
    come = {name: [key for key in own if key not in known] for name, own in sources.items()}
    placement = Placement.from_table(_of_groups(former["organisation_landmarks"], former["picture_groups"]))
    placed = [placement.placed(come[name], vectors) for name, vectors in vectors_of(lake, come)]
    folded = folded_photos(lake, collection, sources, former["photo_duplicates"], known)
    new = [key for own in come.values() for key in own]
    kept_id = dict(folded.filter(pl.col("photo_id").is_in(new)).select("photo_id", "kept_id").rows())
    there = pl.concat([before.drop("collection", "source_id"), *placed], how="vertical_relaxed")
    members = memberships(collection.name, sources, there, kept_id)
    return {
        "picture_memberships": members,
        "photo_duplicates": folded,
        "picture_groups": _groups(former["picture_groups"], members),
        "organisation_landmarks": former["organisation_landmarks"],
    }


def _of_groups(landmarks: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """Without parts whose pictures are all gone: what came would belong to a group that there is no row of."""
    return landmarks.filter((pl.col("kind") != "part") | pl.col("part_id").is_in(groups["group_id"].to_list()))


def _groups(before: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """Groups that still have pictures; where the typical one is gone, the most certain one takes its place."""
    levels = [members.select("picture_id", "certainty", group_id=pl.col(level)) for level in LEVEL_IDS]
    now = (
        pl.concat(levels)
        .drop_nulls("group_id")
        .sort("certainty", "picture_id", descending=[True, False])
        .group_by("group_id", maintain_order=True)
        .agg(n=pl.len(), members=pl.col("picture_id"), most_certain=pl.col("picture_id").first())
    )
    is_there = pl.col("members").list.contains(pl.col("medoid_id"))
    return table("picture_groups").conform(
        before.join(now, on="group_id", how="inner", maintain_order="left")
        .with_columns(n_pictures=pl.col("n"), medoid_id=pl.when(is_there).then("medoid_id").otherwise("most_certain"))
        .drop("n", "members", "most_certain")
    )
