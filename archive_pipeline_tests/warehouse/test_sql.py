"""The views answer what they say, the examples run, and the documentation names everything."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from archive_pipeline.settings import shipped
from archive_pipeline.store.schema import tables
from archive_pipeline_tests.warehouse.archive import Archive, query

EXAMPLES = sorted(shipped("sql/examples").glob("*.sql"))
VIEWS = sorted(shipped("sql/views").glob("*.sql"))
DOCUMENTATION = Path(__file__).parents[2] / "docs" / "database.md"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_runs_and_finds_something(published: Archive, example: Path) -> None:
    text = example.read_text(encoding="utf-8")
    assert text.startswith("-- ")
    with duckdb.connect(str(published.link), read_only=True) as connection:
        for statement in connection.extract_statements(text):
            assert connection.execute(statement).fetchall(), statement.query


@pytest.mark.parametrize("view", VIEWS, ids=lambda path: path.stem)
def test_every_view_finds_something(published: Archive, view: Path) -> None:
    assert query(published.link, f"FROM {view.stem}")


def test_every_view_is_empty_where_there_is_nothing(archive: Archive) -> None:
    archive.publish()
    assert [view.stem for view in VIEWS if query(archive.link, f"FROM {view.stem}")] == []


@pytest.fixture
def ask(published: Archive) -> Callable[[str], list[tuple[object, ...]]]:
    return lambda sql: query(published.link, sql)


def test_totals_add_up_to_the_tables(ask: Callable[[str], list[tuple[object, ...]]]) -> None:
    assert ask("SELECT collection, n_videos, n_ready, n_failed, n_removed FROM collection_totals") == [
        ("film", 2, 1, 1, 0),
        ("news", 9, 7, 1, 1),
    ]
    assert ask("SELECT sum(n_shots) FROM collection_totals") == ask("SELECT count(*) FROM shots")
    (hours,) = ask("SELECT sum(hours) FROM collection_totals")[0]
    assert hours == pytest.approx((sum(60 + 40 * n for n in range(6)) + 60 + 100) / 3600)


def test_the_timeline_has_every_shot_once_with_the_present_path(
    ask: Callable[[str], list[tuple[object, ...]]],
) -> None:
    assert ask("SELECT count(*), count(DISTINCT shot_id) FROM shot_timeline") == ask(
        "SELECT count(*), count(*) FROM shots"
    )
    assert ask("SELECT DISTINCT path FROM shot_timeline WHERE video_id LIKE '%tape 05%'") == [("1976/tape 05.mp4",)]


def test_people_are_named_with_the_line_below_their_name(ask: Callable[[str], list[tuple[object, ...]]]) -> None:
    assert ask('SELECT DISTINCT "name", role FROM named_people') == [("Begoña Ibáñez", "Alcaldesa de Lugo")]
    named = "SELECT count(*) FROM visible_texts WHERE kind = 'lower_third' AND y0 < 0.8"
    assert ask("SELECT count(*) FROM named_people") == ask(named)
    assert ask("SELECT DISTINCT text FROM credits ORDER BY text") == [("Ana Yagüe",), ("Música",)]


def test_cuts_per_minute_counts_every_cut_and_every_second(ask: Callable[[str], list[tuple[object, ...]]]) -> None:
    assert ask("SELECT sum(n_hard + n_gradual) FROM cuts_per_minute") == ask("SELECT count(*) FROM cuts")
    (covered_s,) = ask("SELECT sum(covered_s) FROM cuts_per_minute")[0]
    (duration_s,) = ask("SELECT sum(duration_s) FROM videos WHERE status = 'ready'")[0]
    assert covered_s == pytest.approx(duration_s)
    assert ask("SELECT DISTINCT covered_s > 60 FROM cuts_per_minute") == [(False,)]


def test_class_shares_make_a_whole_and_effective_classes_lie_between_one_and_all(
    ask: Callable[[str], list[tuple[object, ...]]],
) -> None:
    assert ask(
        "SELECT DISTINCT round(total, 6) FROM (SELECT sum(share) AS total FROM class_shares GROUP BY video_id)"
    ) == [(1.0,)]
    assert ask("SELECT DISTINCT effective_classes BETWEEN 1 AND n_classes + 1e-9 FROM class_quality") == [(True,)]
    assert ask("SELECT sum(n_shots) FROM class_shares") == ask("SELECT count(*) FROM shots")


def test_the_latest_scores_are_those_of_the_newest_evaluation(ask: Callable[[str], list[tuple[object, ...]]]) -> None:
    assert ask("SELECT collection, metric, value, n FROM latest_scores ") == [("news", "r_at_10", 0.75, 20)]
    assert ask("SELECT count(DISTINCT evaluation) FROM evaluations") == [(2,)]


def test_failures_are_counted_with_an_example(ask: Callable[[str], list[tuple[object, ...]]]) -> None:
    shown = "SELECT error_code, stage, n_videos, collections, example_video_id, example_message FROM failures_by_code"
    assert ask(shown) == [
        ("no_frames", "frames", 1, ["film"], "film/noise.mp4", "no_frames: do something."),
        ("no_video_stream", "source_video", 1, ["news"], "news/sound.mp4", "no_video_stream: do something."),
    ]


def test_the_slowest_videos_come_first(ask: Callable[[str], list[tuple[object, ...]]]) -> None:
    factors = [row[0] for row in ask("SELECT realtime_factor FROM slowest_videos")]
    assert factors == sorted(factors)  # type: ignore[type-var]
    assert ask("SELECT DISTINCT abs(duration_s / total_s - realtime_factor) < 1e-9 FROM slowest_videos") == [(True,)]


def test_a_person_s_name_for_a_group_goes_before_the_machine_s_and_folded_photos_are_counted_apart(
    ask: Callable[[str], list[tuple[object, ...]]],
) -> None:
    groups = "SELECT level, name_en, name_es, name_by, named_by, n_photos, n_shown, medoid_path FROM photo_groups"
    assert ask(groups) == [
        ("theme", "The regatta", "The regatta", "person", "Ana", 3, 2, "trip/0.jpg"),
        ("group", "boats", "barcos", "machine", None, 3, 2, "trip/0.jpg"),
        ("part", "boats", "barcos", "machine", None, 3, 2, "trip/0.jpg"),
    ]
    folded = "SELECT path, duplicate, kept_id IS NULL, n_folded FROM photo_memberships ORDER BY path"
    assert ask(folded) == [
        ("trip/0.jpg", None, True, 1),
        ("trip/1.jpg", "copy", False, 0),
        ("trip/2.jpg", None, True, 0),
    ]


def test_groups_of_shots_count_their_videos_and_time(ask: Callable[[str], list[tuple[object, ...]]]) -> None:
    (recurring,) = ask("SELECT n_shots, n_videos, duration_s FROM shot_groups WHERE level = 'group'")
    of_news = "FROM shots JOIN videos USING (video_id) WHERE collection = 'news'"
    (shown,) = ask(f"SELECT count(*), count(DISTINCT video_id), sum(shots.end_s - shots.start_s) {of_news}")
    assert recurring == pytest.approx(shown)


def test_the_documentation_names_every_table_column_and_view() -> None:
    text = DOCUMENTATION.read_text(encoding="utf-8")
    published = [table for table in tables().values() if table.published]
    missing = [table.name for table in published if f"### `{table.name}`" not in text]
    missing += [f"{table.name}.{c.name}" for table in published for c in table.columns if f"`{c.name}`" not in text]
    missing += [view.stem for view in VIEWS if f"`{view.stem}`" not in text]
    missing += [example.name for example in EXAMPLES if example.name not in text]
    assert missing == []
