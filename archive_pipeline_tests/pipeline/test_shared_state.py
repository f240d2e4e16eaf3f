"""An archive whose state is in a Postgres: the same results, nothing on the machine; and a lost one comes back."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal
from typer.testing import CliRunner

from archive_pipeline.cli import app
from archive_pipeline.store.database.postgres import postgres
from archive_pipeline_tests.disasters.test_random_kills import state
from archive_pipeline_tests.pipeline.site import Site
from archive_pipeline_tests.postgres import PostgresServer
from archive_pipeline_tests.thorough import thorough

Share = Callable[[], str]


@pytest.fixture
def share(postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> Share:
    """Goes on with an empty database; gives its URL."""

    def share() -> str:
        url = postgres_server.new_database()
        monkeypatch.setenv("ARCHIVE_DATABASE_URL", url)
        postgres.cache_clear()
        return url

    return share


def test_rows_shots_and_points_are_those_of_one_machine(clips: dict[str, Path], site: Site, share: Share) -> None:
    site.add(clips["first"])
    site.add(clips["plain"])
    assert all(site.ingest().values())
    expected = state(site)
    shutil.rmtree(site.home)
    share()
    assert all(site.ingest().values())
    found = state(site)
    assert found.keys() == expected.keys()
    for table, rows in expected.items():
        assert_frame_equal(found[table], rows)
    assert site.ingest() == {}, "everything is done and known"
    assert not (site.home / "catalogue.sqlite").exists()
    assert not (site.home / "locks").exists()
    assert not any((site.home / "dagster").glob("workers/*"))


@thorough
def test_a_lost_database_is_filled_from_the_lake(clips: dict[str, Path], site: Site, share: Share) -> None:
    site.add(clips["plain"])
    share()
    assert all(site.ingest().values())
    before = state(site)
    for command, says in (("repair", "1 video put back"), ("rebuild", "The points of 1 video;")):
        share()
        done = CliRunner().invoke(app, [command])
        assert (done.exit_code, says in " ".join(done.output.split())) == (0, True), done.output
        assert site.ingest() == {}
        for table, rows in state(site).items():
            assert_frame_equal(rows, before[table])


@thorough
def test_a_catalogue_in_a_file_moves_into_a_database(clips: dict[str, Path], site: Site, share: Share) -> None:
    site.add(clips["plain"])
    assert all(site.ingest().values())
    share()
    assert CliRunner().invoke(app, ["repair"]).exit_code == 0
    assert site.ingest() == {}
    site.add(clips["first"])
    assert list(site.ingest()) == ["site/first.mp4"]
