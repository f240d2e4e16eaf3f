"""The list of videos and albums: sorted, filtered, in pages, each with a picture."""

from pathlib import Path

import duckdb
import pytest
from starlette.datastructures import QueryParams

from archive_pipeline.errors import RequestError
from archive_pipeline.warehouse.snapshot import schema_files
from archive_pipeline.web.database import Published
from archive_pipeline.web.video_lists import list_videos
from archive_pipeline.web.videos_asked import AT_A_TIME, VideosAsked

N = 150
_FILL = [
    """INSERT INTO videos BY NAME SELECT 'films/' || i || '.mp4' AS video_id, 'films' AS collection,
       (i % 3) || '/' || (999 - i) || '.mp4' AS path, if(i % 50 = 49, 'failed', 'ready') AS status,
       if(i % 50 = 49, NULL, i * 7 % {n}) AS duration_s,
       TIMESTAMPTZ '2026-01-01 00:00:00+00' + to_hours(i * 11 % {n}) AS ingested_at FROM range({n}) AS r(i)""",
    "INSERT INTO video_statistics SELECT video_id, 1, 1, 1, 1, 1, 50, 1, 1, 0, 0, 0, 0, 0, 1 FROM videos",
    """INSERT INTO listed BY NAME SELECT 'films/' || i || '.mp4' AS video_id,
       'Título ' || lpad(i::VARCHAR, 6, '0') AS title, (1950 + i % 50)::VARCHAR AS date,
       make_date(1950 + i % 50, 1, 1) AS first_day, make_date(1950 + i % 50, 12, 31) AS last_day,
       'Programa ' || i % 7 AS programme, 'T-' || i AS tape, 'RTV' AS rights, [] AS other
       FROM range({n}) AS r(i) WHERE i % 3 > 0""",
    """INSERT INTO classes BY NAME SELECT video_id, c - 1 AS class, 1 AS n_frames, 1.0 AS duration_s, c / 10 AS share,
       c * 1.5 AS medoid_s FROM videos, range(4) AS r(c)""",
    """INSERT INTO albums BY NAME SELECT 'trip/day/' AS album, 'trip' AS collection, 'day/' AS path, 'ready' AS status,
       2 AS n_photos, TIMESTAMPTZ '2027-01-01 00:00:00+00' AS ingested_at""",
    """INSERT INTO photos BY NAME SELECT uuid() AS photo_id, 'trip/day/' AS album, 'trip' AS collection,
       'day/' || i || '.jpg' AS path, 1 AS bytes, 'ready' AS status FROM range(9) AS r(i)""",
]


def published(folder: Path, n: int) -> Published:
    """A database of so many videos: one of fifty has failed, two of three are in a list; and an album."""
    version = folder / "warehouse" / "archive-000001.duckdb"
    version.parent.mkdir()
    with duckdb.connect(str(version)) as connection:
        for file in schema_files():
            connection.execute(file.read_text())
        for statement in _FILL:
            connection.execute(statement.format(n=n))
    link = folder / "archive.duckdb"
    link.symlink_to(version)
    return Published(link, folder / "lake")


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return published(tmp_path_factory.mktemp("published"), N)


def every(few: Published, **asked: object) -> list[dict[str, object]]:
    """All pages."""
    pages = [list_videos(few, VideosAsked(limit=AT_A_TIME, offset=at, **asked)) for at in range(0, N + 1, AT_A_TIME)]  # type: ignore[arg-type]
    found = [one.model_dump() for page in pages for one in page.videos]
    assert {page.total for page in pages} == {len(found)}
    assert len({one["video_id"] for one in found}) == len(found)
    return found


def test_pages_are_in_the_order_that_is_asked_for(few: Published) -> None:
    titles = [one["title"] or str(one["path"]).rstrip("/").rpartition("/")[2] for one in every(few)]  # as cards do
    assert titles == sorted(titles, key=lambda title: str(title).lower().replace("í", "i"))
    assert len(titles) == N + 1
    dates = [one["date"] for one in every(few, sort="date")]
    known = [date for date in dates if date]
    assert dates == [*sorted(known, key=str), *([None] * (len(dates) - len(known)))]
    lengths = [one["duration_s"] for one in every(few, sort="duration") if one["duration_s"] is not None]
    assert lengths == sorted(lengths, reverse=True)
    times = [one["ingested_at"] for one in every(few, sort="newest")]
    assert times == sorted(times, reverse=True)


def test_they_are_filtered(few: Published) -> None:
    assert {one["status"] for one in every(few, status="failed")} == {"failed"}
    assert [one["video_id"] for one in every(few, collection="trip")] == ["trip/day/"]
    assert {one["programme"] for one in every(few, contains="PROGRAMA 3")} == {"Programa 3"}
    assert {one["date"] for one in every(few, dated_from="1960", dated_to="1961-06")} == {"1960", "1961"}
    with pytest.raises(RequestError, match="bad_filter"):
        every(few, dated_from="then")


def test_each_that_is_ready_has_a_picture(few: Published) -> None:
    shown = {str(one["video_id"]): one["poster"] for one in every(few)}
    assert shown["films/0.mp4"] == "/media/stills/films/0.mp4?at=4.500"  # of the class that is seen longest
    assert shown["films/49.mp4"] is None
    [first] = few.rows("SELECT photo_id FROM photos WHERE path = 'day/0.jpg'")
    assert shown["trip/day/"] == f"/media/photos/{first['photo_id']}"


def test_an_address_of_the_page_is_read_as_far_as_it_can_be_meant() -> None:
    asked = VideosAsked.of(QueryParams("contains=mar&sort=oldest&status=gone&page=3&collection=films"))
    assert (asked.sort, asked.status, asked.page, asked.limit) == ("title", "", 3, AT_A_TIME)
    assert asked.address(4) == "/videos?collection=films&contains=mar&page=4"
    dated = VideosAsked.of(QueryParams("from=+1987&to=1987-12-31&sort=date"))
    assert (dated.dated_from, dated.dated_to) == ("1987", "1987-12-31")
    assert dated.address(2) == "/videos?from=1987&to=1987-12-31&sort=date&page=2"
    for written in (
        "contains=title&sort=newest",
        "collection=title&status=ready",
        "contains=newest",
        "from=1987&to=1990",
    ):
        asked = VideosAsked.of(QueryParams(written))
        assert VideosAsked.of(QueryParams(asked.address(1).partition("?")[2])) == asked
    assert VideosAsked.of(QueryParams(asked.address(4).partition("?")[2])).page == 4


@pytest.mark.verify
def test_a_page_of_25000_videos_is_there_at_once(tmp_path: Path) -> None:
    many = published(tmp_path, 25_000)
    assert len(list_videos(many, VideosAsked(sort="newest", limit=AT_A_TIME, offset=12_000)).videos) == AT_A_TIME
