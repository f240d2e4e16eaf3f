"""What belongs to a collection and to no video: published when it changes, whole versions only, never half of one."""

from pathlib import Path

import pytest

from archive_pipeline.store.group_names import GroupName, GroupNames
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.organisations import TABLES, Organisations
from archive_pipeline_tests.warehouse.archive import Archive, query, video
from archive_pipeline_tests.warehouse.organised import key, organise_by_hand
from archive_pipeline_tests.warehouse.synthetic import Content

TWO = [(key("a"), "news/a.mp4"), (key("b"), "news/a.mp4")]


def version_published(archive: Archive) -> list[tuple[object, ...]]:
    return query(archive.link, "SELECT collection, version FROM organisations ORDER BY collection")


def test_an_organisation_is_published_when_it_is_new_and_only_then(archive: Archive) -> None:
    archive.ready(video("a.mp4"), Content(1))
    archive.publish()
    assert archive.is_published()
    organise_by_hand(archive.lake, "news", TWO)
    organise_by_hand(archive.lake, "film", TWO)
    assert not archive.is_published()
    assert archive.publish().rows["picture_memberships"] == 4
    assert archive.is_published()
    organise_by_hand(archive.lake, "news", TWO[::-1], version=2)
    assert not archive.is_published()
    assert not (published := archive.publish()).full
    assert published.rows["picture_groups"] == 6
    assert version_published(archive) == [("film", 1), ("news", 2)]
    assert archive.publish(full=True).rows == published.rows


def test_a_name_is_published_soon(archive: Archive) -> None:
    theme, *_ = organise_by_hand(archive.lake, "news", TWO)
    archive.publish()
    GroupNames(archive.lake).add(GroupName("news", theme, "Boats"))
    assert not archive.is_published()
    archive.publish()
    assert query(archive.link, "SELECT group_id::VARCHAR, name FROM group_names") == [(theme, "Boats")]


@pytest.mark.parametrize("missing", TABLES)
def test_half_a_version_is_none(tmp_path: Path, missing: str) -> None:
    lake = Lake(tmp_path)
    organise_by_hand(lake, "news", TWO)
    organise_by_hand(lake, "news", [*TWO, (key("c"), "news/c.mp4")], version=2)
    lake.objects.delete([f"{missing}/news/000000002.parquet"])
    assert Organisations(lake).versions() == {"news": 1}
    groups, members = Organisations(lake).read("news", "picture_groups", "picture_memberships")
    assert (groups["n_pictures"].to_list(), members.height) == ([2, 2, 2], 2)


def test_a_version_that_cannot_be_read_gives_way_to_the_one_before(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    for version in (1, 2):
        organise_by_hand(lake, "news", TWO, version=version)
    (tmp_path / "picture_groups" / "news" / "000000002.parquet").write_bytes(b"PAR1 torn")
    assert Organisations(lake).read("news", "picture_groups", "organisations")[1]["version"].to_list() == [1]
    assert Organisations(lake).versions() == {"news": 1}
    assert Organisations(lake).next_version("news") == 3, "2 may be published"
    organise_by_hand(lake, "news", TWO, version=3)
    assert (tmp_path / "picture_groups" / "news" / "000000001.parquet").exists(), "of whole versions two are kept"


def test_only_the_newest_two_versions_are_kept(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    for version in range(1, 5):
        organise_by_hand(lake, "news", TWO, version=version)
    kept = {path.stem for path in (tmp_path / "picture_groups" / "news").iterdir()}
    assert kept == {"000000003", "000000004"}


def test_the_last_name_of_a_group_counts_and_an_empty_one_takes_it_back(tmp_path: Path) -> None:
    names = GroupNames(Lake(tmp_path))
    boats, dogs = key("boats"), key("dogs")
    for group, name in ((boats, "Boats"), (dogs, "  Dogs,\tñ "), (boats, "The regatta"), (dogs, "")):
        names.add(GroupName("film", group, name, "Ana"))
    assert names.latest("film") == {boats: "The regatta"}
    assert names.latest("news") == {}
    assert names.all()["name"].to_list() == ["Boats", "Dogs, ñ", "The regatta", ""]
