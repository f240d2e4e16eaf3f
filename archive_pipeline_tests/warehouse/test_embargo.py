"""What is withheld: in the whole database, and in no row, number or block of the one that everybody may read."""

import stat
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from archive_pipeline.collections.embargo import keep_opened, withheld
from archive_pipeline.collections.model import ArchiveList, Collection, EmbargoRule
from archive_pipeline.stages.health import database_trouble
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.provenance import Provenance
from archive_pipeline.store.schema import table
from archive_pipeline.warehouse import editions, link_for, whole_link
from archive_pipeline_tests.warehouse.archive import Archive, query, video
from archive_pipeline_tests.warehouse.synthetic import Content, shared_with

OPEN, SECRET = video("open.mp4"), video("secret.mp4")
CONTENTS = {OPEN: Content(1), SECRET: Content(2)}
ALWAYS = date.min


def under_embargo(archive: Archive, **opened: date) -> None:
    """The collection news has an embargo, and its list opens these."""
    rule = EmbargoRule(column="rights", values=("reserved",))
    listed = ArchiveList(file=Path("/archive/list.csv"))
    news = Collection(name="news", source=Path("/archive/news"), list=listed, embargo=rule)
    archive.collections = [news, archive.collections[1]]
    say(archive, **opened)


def say(archive: Archive, **opened: date) -> None:
    keep_opened(archive.lake, "news", {video(f"{name}.mp4"): day for name, day in opened.items()})


@pytest.fixture
def two(archive: Archive) -> Archive:
    """Of two videos, that share footage, were reviewed and organised."""
    schema = table("reuses").polars_schema
    for name, content in CONTENTS.items():
        archive.ready(name, content)
        archive.reviewed(name, "sexism", "confirmed")
    for one, other in ((OPEN, SECRET), (SECRET, OPEN)):
        row = pl.DataFrame(shared_with(one.video_id, CONTENTS[one], other.video_id, CONTENTS[other]))
        rows = row.with_columns(video_id=pl.lit(one.video_id)).select(list(schema)).cast(schema)
        archive.lake.write("reuses", one, rows, Provenance("reuses", "1"))
    archive.organised()
    return archive


def ids_in(archive: Archive) -> set[str]:
    return {str(row[0]) for row in query(archive.link, "SELECT video_id FROM videos WHERE collection = 'news'")}


def says(archive: Archive, one: VideoName) -> dict[str, int]:
    """Rows by table in which anything of a video stands: its id, the digest of its file, an id of its shots."""
    shots = archive.lake.read("shots", one)["shot_id"].to_list()
    words = {one.video_id, CONTENTS[one].sha256, *map(str, shots)}
    found = {
        name: sum(any(word in str(row) for word in words) for row in rows) for name, rows in archive.content().items()
    }
    return {name: n for name, n in found.items() if n}


def test_without_an_embargo_there_is_one_database(two: Archive) -> None:
    two.publish()
    assert not whole_link(two.link).parent.exists()
    assert link_for(two.link, embargoed=True) == two.link
    assert len(says(two, SECRET)) > 8


def test_what_is_withheld_is_in_no_row_that_everybody_may_read_and_in_the_whole_database(two: Archive) -> None:
    two.publish()
    under_embargo(two, open=ALWAYS)
    assert not two.is_published()
    two.publish()
    assert two.is_published()
    assert says(two, SECRET) == {}
    assert says(two, OPEN)
    blocks = b"".join(file.read_bytes() for file in two.folder.glob("*.duckdb"))
    assert SECRET.video_id.encode() not in blocks  # nor of the version before the embargo
    assert OPEN.video_id.encode() in blocks
    two.link, everybody = link_for(two.link, embargoed=True), two.link
    assert len(says(two, SECRET)) > 8
    assert two.link != everybody
    assert stat.S_IMODE(two.link.parent.stat().st_mode) == 0o700


def test_that_videos_are_withheld_is_no_trouble_and_that_the_whole_database_is_broken_is_one(two: Archive) -> None:
    under_embargo(two, open=ALWAYS)
    two.publish()
    assert database_trouble(two.catalogue, two.link, deep=True) is None
    whole = whole_link(two.link).resolve()
    whole.chmod(0o600)
    whole.write_bytes(b"no database")
    assert str(database_trouble(two.catalogue, two.link, deep=False)).startswith(whole.name)
    two.publish(full=True)
    assert database_trouble(two.catalogue, two.link, deep=True) is None


def test_a_day_that_begins_opens_without_any_other_change(two: Archive) -> None:
    today = date.today()
    under_embargo(two, open=ALWAYS, secret=today + timedelta(days=1))
    two.publish()
    assert ids_in(two) == {OPEN.video_id}
    tomorrow = withheld(two.lake, two.catalogue, two.collections, today + timedelta(days=1))
    assert tomorrow.allows(SECRET.video_id)
    say(two, open=ALWAYS, secret=today)
    assert not two.is_published()
    two.publish()
    assert ids_in(two) == {OPEN.video_id, SECRET.video_id}


def test_what_a_list_opens_that_it_withheld_is_open_from_today(two: Archive) -> None:
    today, lake = date.today(), two.lake
    under_embargo(two, open=ALWAYS)
    keep_opened(lake, "news", {OPEN: ALWAYS, SECRET: ALWAYS}, withheld_until=today)
    opened = withheld(lake, two.catalogue, two.collections, today).opened
    assert opened == {OPEN.video_id: ALWAYS, SECRET.video_id: today}
    keep_opened(lake, "news", {OPEN: ALWAYS, SECRET: ALWAYS}, withheld_until=today + timedelta(days=3))
    assert withheld(lake, two.catalogue, two.collections, today).opened == opened, "it was told once"


def test_what_nobody_said_anything_of_is_withheld(two: Archive) -> None:
    under_embargo(two)
    two.publish()
    assert ids_in(two) == set()


@pytest.mark.parametrize("how", ["the file of the collection is gone", "what was kept of the list is damaged"])
def test_what_cannot_be_read_opens_nothing(two: Archive, how: str) -> None:
    under_embargo(two, open=ALWAYS)
    kept = two.home / "lake/embargoes/news/rows.parquet"
    if how.startswith("the file"):
        two.collections = two.collections[1:]
    else:
        kept.write_bytes(b"PAR1 and nothing more")
    seen = withheld(two.lake, two.catalogue, two.collections, date.today())
    assert seen.allows(OPEN.video_id) == how.startswith("the file")
    assert not seen.allows(SECRET.video_id)


def test_an_embargo_that_ends_leaves_one_whole_database(two: Archive) -> None:
    news = two.collections[0]
    under_embargo(two, open=ALWAYS)
    two.publish()
    two.collections = [news, two.collections[1]]
    two.publish()
    assert ids_in(two) == {OPEN.video_id, SECRET.video_id}
    assert not whole_link(two.link).parent.exists()


def test_what_a_killed_publisher_left_that_is_withheld_now_goes_at_the_next_look(
    two: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    two.publish()
    under_embargo(two, open=ALWAYS)

    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(editions, "remove_superseded", killed)
        with pytest.raises(Killed):
            two.publish()
    assert ids_in(two) == {OPEN.video_id}, "it was installed"
    assert any(SECRET.video_id.encode() in file.read_bytes() for file in two.folder.glob("*.duckdb"))
    assert not two.is_published()
    two.publish()
    assert two.is_published()
    assert not any(SECRET.video_id.encode() in file.read_bytes() for file in two.folder.glob("*.duckdb"))


def test_what_a_killed_publisher_left_of_an_embargo_that_ended_goes_too(
    two: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    news = two.collections[0]
    under_embargo(two, open=ALWAYS)
    two.publish()
    two.collections = [news, two.collections[1]]
    with monkeypatch.context() as patch:
        patch.setattr(editions.shutil, "rmtree", lambda *_, **__: None)
        two.publish()
    assert not two.is_published()
    two.publish()
    assert two.is_published()
    assert not whole_link(two.link).parent.exists()


def test_what_cannot_be_removed_when_an_embargo_ends_is_told_and_not_tried_for_ever(
    two: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    news = two.collections[0]
    under_embargo(two, open=ALWAYS)
    two.publish()
    folder = link_for(two.link, embargoed=True).parent
    folder.rename(two.home / "on another disk")
    folder.symlink_to(two.home / "on another disk")  # which no removal of a folder follows, root's neither
    two.collections = [news, two.collections[1]]
    told = two.publish().warning
    assert told
    assert told.endswith(f"rm -r {folder}")
    assert not two.is_published(), "for a while it is tried again: the publisher may have been killed"
    monkeypatch.setattr("archive_pipeline.warehouse.editions._TRIED_FOR_S", 0.0)
    assert two.is_published()
    folder.unlink()
    monkeypatch.undo()
    assert two.is_published()
    assert two.publish().warning is None
