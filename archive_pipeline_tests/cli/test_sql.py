"""`archive-pipeline sql` in a terminal of 80 columns: no column of few rows is lost."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from archive_pipeline.cli import app
from archive_pipeline_tests.warehouse.archive import Archive, video
from archive_pipeline_tests.warehouse.synthetic import Content


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    archive = Archive(tmp_path_factory.mktemp("home"))
    archive.ready(video("00.mp4"), Content(1))
    archive.publish()
    return archive.home


@pytest.fixture
def ask(home: Path) -> Callable[[str], Result]:
    terminal = {"ARCHIVE_HOME": str(home), "COLUMNS": "80"}
    return lambda query: CliRunner().invoke(app, ["sql", query], env=terminal)


def test_few_rows_with_many_columns_are_shown_one_below_the_other(ask: Callable[[str], Result]) -> None:
    lines = ask("SELECT v.* FROM video_overview AS v, range(2)").stdout.splitlines()
    assert [line.split()[0] for line in lines if line.split()].count("shots_per_minute") == 2
    assert "video_id          news/00.mp4" in (line.rstrip() for line in lines)


def test_many_rows_with_many_columns_say_what_to_do(ask: Callable[[str], Result]) -> None:
    told = ask("SELECT v.* FROM video_overview AS v, range(12)")
    assert told.stdout.count("│") > 24
    assert "Not all columns fit" in told.output


def test_what_fits_is_a_table(ask: Callable[[str], Result]) -> None:
    told = ask("SELECT video_id, status FROM videos ORDER BY ALL LIMIT 1")
    assert "│ news/00.mp4 │ ready" in told.output
    assert "fit" not in told.output


def test_a_query_is_read_from_a_file_as_examples_are_which_begin_with_a_comment(
    ask: Callable[[str], Result], tmp_path: Path
) -> None:
    (tmp_path / "ready.sql").write_text("-- What is ready?\nSELECT video_id FROM videos WHERE status = 'ready'\n")
    assert "news/00.mp4" in ask(str(tmp_path / "ready.sql")).stdout
    missing = ask(str(tmp_path / "missing.sql"))
    assert missing.exit_code != 0


@pytest.mark.parametrize("query", ["", "/* nothing */"])
def test_nothing_asked_is_a_wrong_usage(ask: Callable[[str], Result], query: str) -> None:
    told = ask(query)
    assert told.exit_code == 2
    assert "FROM collection_totals" in told.output


def test_a_query_that_fails_at_a_row_ends_with_its_sentence(ask: Callable[[str], Result]) -> None:
    told = ask("SELECT video_id::INT FROM videos")
    assert told.exit_code == 1
    assert "Conversion Error" in told.output
    assert isinstance(told.exception, SystemExit)


def test_a_file_of_queries_shows_what_each_of_them_finds(ask: Callable[[str], Result], tmp_path: Path) -> None:
    (queries := tmp_path / "asked.sql").write_text("-- Two.\nSELECT 7 AS one;\nSELECT 8 AS other;\n", encoding="utf-8")
    told = ask(str(queries))
    assert [word for word in told.stdout.split() if word in ("one", "7", "other", "8")] == ["one", "7", "other", "8"]
    missing = ask(str(tmp_path / "nobody.sql"))
    assert (missing.exit_code, "cannot be read" in missing.output) == (2, True)


def test_a_statement_sees_what_those_before_it_did_and_not_those_behind(ask: Callable[[str], Result]) -> None:
    told = ask("CREATE TEMP TABLE t AS SELECT 7 AS one; SELECT one FROM t; UPDATE t SET one = 8; DROP TABLE t")
    assert told.exit_code == 0, told.output
    assert "7" in told.stdout
    assert "8" not in told.stdout
