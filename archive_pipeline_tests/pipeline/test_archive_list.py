"""The archive's own list, from a person's CSV to titles in tables, search and pages; and what did not match."""

from pathlib import Path

import dagster as dg
import pytest
from typer.testing import CliRunner

from archive_pipeline.automation.collection_automation import _tick
from archive_pipeline.automation.mending import mend_with_points
from archive_pipeline.cli import app
from archive_pipeline.search.request import Request
from archive_pipeline.settings import Settings
from archive_pipeline.stages.archive_search import open_finder
from archive_pipeline.stages.health import damaged_tables
from archive_pipeline.store.naming import VideoName
from archive_pipeline.web.database import Published
from archive_pipeline.web.programme import Programmes
from archive_pipeline.web.video_lists import list_videos
from archive_pipeline.web.videos_asked import VideosAsked
from archive_pipeline_tests.pipeline.conftest import Ingested
from archive_pipeline_tests.pipeline.site import Site
from archive_pipeline_tests.thorough import thorough

LISTED = "SELECT video_id, title, first_day::VARCHAR, rights, other[1].value FROM listed ORDER BY ALL"
FIRST = ("site/first.mp4", "El tren de Aranjuez", "1987-04-03", "RTV", "Bobina partida")


def write_list(site: Site, *rows: str) -> None:
    text = "\r\n".join(["Fichero;Título;Fecha;Derechos;Observaciones", *rows])
    (site.yaml.parent / "lista.csv").write_bytes(text.encode("cp1252"))


def found(text: str) -> list[tuple[str, list[str]]]:
    with open_finder(Settings()) as finder:
        shots = finder.find(Request(text, match="words")).shots
    return [(one.shot.video_id, [text.part for text in one.texts]) for one in shots]


def damage(site: Site) -> None:
    key = site.archive.lake.key("listed", VideoName("site", b"first.mp4"))
    (site.home / "lake" / key).write_bytes(b"PAR1 is what every Parquet begins with")


@pytest.fixture
def listed(site: Site, ingested: Ingested) -> Site:
    """Two ingested videos, and a list that knows one of them."""
    ingested.copy(site, "first", "second")
    write_list(site, "FIRST.MOV;El tren de Aranjuez;03/04/1987;RTV;Bobina partida", "perdida.mov;Nada;1990;;")
    site.describe(list={"file": "lista.csv"})
    return site


def test_a_list_becomes_rows_titles_and_words_and_computes_nothing(listed: Site) -> None:
    n_before = {asset: listed.computed(asset) for asset in ("frames", "embeddings", "shots", "qdrant_points")}
    assert listed.ingest() == {}
    assert {asset: listed.computed(asset) for asset in n_before} == n_before
    assert listed.rows(LISTED) == [FIRST]
    assert listed.rows("SELECT video_id, title FROM video_overview ORDER BY ALL") == [
        FIRST[:2],
        ("site/second.mp4", None),
    ]
    assert set(map(str, found("trenes"))) == {str(("site/first.mp4", ["listed"]))}
    assert len(found("bobinas partidas")) == listed.rows("SELECT n_shots FROM video_statistics ORDER BY video_id")[0][0]
    published = Published(listed.home / "archive.duckdb", listed.archive.settings.lake_place)
    for contains, first, last, wanted in [
        ("", "", "", ["site/first.mp4", "site/second.mp4"]),
        ("ARANJÚEZ", "", "", ["site/first.mp4"]),
        ("", "1987-04-03", "1987-04-03", ["site/first.mp4"]),
        ("", "1987-04-04", "", []),
        ("", "", "1987-04-02", []),
    ]:
        page = list_videos(published, VideosAsked(contains=contains, dated_from=first, dated_to=last))
        assert ([one.video_id for one in page.videos], page.total) == (wanted, len(wanted))
    published.close()
    programmes = Programmes(listed.archive.catalogue, listed.archive.lake, lambda _: True)
    assert programmes.get("site/first.mp4").title == "El tren de Aranjuez"
    assert programmes.get("site/second.mp4").title == "second.mp4"


def test_a_changed_list_is_taken_over_at_the_next_look_of_the_sensor(
    listed: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed.ingest()
    write_list(listed, "second.mp4;El barco;1990;;", "first.mp4;El tren de Aranjuez;03/04/1987;RTV;Bobina partida")
    archive = listed.archive
    sequence = archive.catalogue.sequence()
    with dg.DagsterInstance.get() as instance:
        requests, text = _tick(archive, instance, "site", dg.get_dagster_logger())
        assert requests == []
        assert text.endswith("1 row of its list taken over, 0 waiting; 0 rows have no file and 0 files no row")
        assert [name.path for name in archive.catalogue.changes_since(sequence)[1]] == [b"second.mp4"]
        assert _tick(archive, instance, "site", dg.get_dagster_logger())[1].endswith("nothing new")
        with monkeypatch.context() as patched:
            patched.delattr("archive_pipeline.stages.archive_list.read_list")  # 25,000 rows take a second
            assert _tick(archive, instance, "site", dg.get_dagster_logger())[1].endswith("nothing new")
    listed.ingest()
    assert [row[:2] for row in listed.rows(LISTED)] == [FIRST[:2], ("site/second.mp4", "El barco")]
    assert {video for video, _ in found("barcos")} == {"site/second.mp4"}


@thorough
def test_what_a_list_says_no_more_and_a_list_that_is_named_no_more_are_gone(listed: Site) -> None:
    listed.ingest()
    write_list(listed, "second.mp4;El barco;1990;;")
    listed.ingest()
    assert [row[0] for row in listed.rows(LISTED)] == ["site/second.mp4"]
    assert found("tren") == []
    listed.describe()
    listed.ingest()
    assert listed.rows(LISTED) == []
    assert found("barco") == []


@thorough
def test_a_broken_list_costs_nobody_their_videos_and_keeps_what_was_taken_over(
    listed: Site, clips: dict[str, Path]
) -> None:
    listed.ingest()
    write_list(listed, 'first.mp4;"Sin fin;1990;;')
    listed.add(clips["third"])
    assert listed.ingest() == {"site/third.mp4": True}
    assert listed.rows(LISTED) == [FIRST]
    with dg.DagsterInstance.get() as instance:
        assert "[list_broken]" in _tick(listed.archive, instance, "site", dg.get_dagster_logger())[1]


def test_a_damaged_row_is_noticed_and_put_away(listed: Site) -> None:
    listed.ingest()
    damage(listed)
    archive = listed.archive
    (found,) = damaged_tables(archive.lake, archive.catalogue, archive.catalogue.entries("site"), deep=False)
    assert (found.table, found.video.path) == ("listed", b"first.mp4")
    assert mend_with_points(archive, [found]).tables == 1
    assert not archive.lake.exists("listed", found.video)


@pytest.mark.verify
def test_a_damaged_row_is_written_again_by_the_look_after_a_repair(listed: Site) -> None:
    listed.ingest()
    damage(listed)
    repaired = CliRunner().invoke(app, ["repair"])
    assert repaired.exit_code == 0, repaired.output
    listed.ingest()
    assert listed.rows(LISTED) == [FIRST]
    assert listed.rows("SELECT DISTINCT status FROM videos") == [("ready",)]


def test_a_row_of_a_video_that_is_at_work_waits_for_the_next_look(listed: Site) -> None:
    video = VideoName("site", b"first.mp4")
    with listed.archive.leases.hold(str(video.relative_file)):
        ingestion = listed._ingestion()
        ingestion.prepare()
        ingestion.close()
        assert (ingestion.list.n_changed, ingestion.list.n_waiting) == (0, 1)
    listed.ingest()
    assert listed.rows(LISTED) == [FIRST]


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize("command", [["collections", "scan", "site"], ["status"]])
def test_commands_count_and_name_what_has_no_counterpart(command: list[str]) -> None:
    told = CliRunner().invoke(app, command)
    assert told.exit_code == 0
    text = " ".join(told.stderr.split())
    assert "videos with a row: 1" in text
    assert "rows without a file: 1 (line 3: perdida.mov)" in text
    assert "videos without a row: 1 (site/second.mp4)" in text
    assert "03/04/1987 (line 2) are read day first" in text


def test_commands_say_what_is_wrong_with_a_list(listed: Site) -> None:
    (listed.yaml.parent / "lista.csv").unlink()
    told = CliRunner().invoke(app, ["collections", "scan", "site"])
    assert told.exit_code == 0
    assert "[list_missing]" in told.stderr
