"""Which pictures belong to a group, of the newest organisation of each collection."""

from pathlib import Path

import polars as pl

from archive_pipeline.store.group_members import LakeGroups
from archive_pipeline.store.lake import Lake
from archive_pipeline_tests.warehouse.organised import keep, key


def organise(lake: Lake, collection: str, version: int, groups: dict[str, tuple[str, str, str]]) -> None:
    """Keep a version: pictures and the three groups that each belongs to."""
    columns = ("picture_id", "theme_id", "group_id", "part_id")
    rows = [(picture, *map(key, own)) for picture, own in groups.items()]
    members = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")
    more = {"source_id": pl.lit("a"), "certainty": pl.lit(1.0), "x": pl.lit(0.0), "y": pl.lit(0.0)}
    keep(lake, collection, {"picture_memberships": members.with_columns(**more)}, version)


def test_a_group_of_any_level_has_its_pictures_and_several_have_those_of_all(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    groups = LakeGroups(lake)
    assert groups.pictures_of([key("beach")]) == frozenset()
    one, two, three = (key(name) for name in ("one", "two", "three"))
    organise(lake, "pics", 1, {one: ("beach", "boat", "red"), two: ("beach", "car", "blue")})
    organise(lake, "films", 1, {three: ("street", "car of the street", "green")})
    assert groups.pictures_of([key("beach")]) == {one, two}
    assert groups.pictures_of([key("red")]) == {one}
    assert groups.pictures_of([key("car"), key("street")]) == {two, three}
    assert groups.pictures_of([key("somewhere")]) == frozenset()


def test_a_collection_that_was_organised_anew_is_read_anew(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    groups = LakeGroups(lake)
    organise(lake, "pics", 1, {key("one"): ("beach", "boat", "red")})
    assert groups.pictures_of([key("boat")]) == {key("one")}
    organise(lake, "pics", 2, {key("two"): ("beach", "boat", "red")})
    assert groups.pictures_of([key("boat")]) == {key("two")}
