"""Writing in the pictures of an ingested video through the real pipeline: read, counted in SQL, found, resumed."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from typer.testing import CliRunner

from archive_pipeline.automation.execution import LocalRuns
from archive_pipeline.cli import app
from archive_pipeline.cli.doctor_text import look_at_text
from archive_pipeline.errors import ConfigurationError
from archive_pipeline.language.visible_text import Box, Line, registry
from archive_pipeline.language.vlm.journal import FileJournal
from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.settings import Settings
from archive_pipeline.stages.visible_text import read_shots
from archive_pipeline.store.naming import VideoName
from archive_pipeline_tests.pipeline.conftest import empty_site
from archive_pipeline_tests.pipeline.site import NAME, Site

FILM = VideoName(NAME, b"film.mp4")
LETTERS = ("Lucas Carmona", "Alcalde de Lugo", "La cosecha del sur")


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two shots of moving pictures: a lower third comes and goes in the first, a title stands in the second."""
    folder = tmp_path_factory.mktemp("film")
    font = folder / "letters.ttf"
    font.write_bytes(_typeface())
    name, office, title = (f"drawtext=fontfile={font}:fontcolor=white:text='{text}'" for text in LETTERS)
    first = f"testsrc2=s=640x360:r=12:d=3,gblur=6,{name}:fontsize=30:x=40:y=270:box=1:boxcolor=black@0.7:boxborderw=8"
    first += f":enable='between(t,0.9,2.6)',{office}:fontsize=24:x=40:y=312:box=1:boxcolor=black@0.7:boxborderw=8"
    first += ":enable='between(t,0.9,2.6)'"
    second = f"mandelbrot=s=640x360:r=12,trim=duration=2,gblur=4,{title}:fontsize=48:x=(w-tw)/2:y=150:borderw=3"
    made = folder / "film.mp4"
    command = [str(find_ffmpeg(None)), "-v", "error", "-f", "lavfi", "-i", first, "-f", "lavfi", "-i", second]
    command += ["-filter_complex", "[0][1]concat=n=2:v=1,format=yuv420p", "-b:v", "400k", str(made)]
    subprocess.run(command, check=True)
    return made


def _typeface() -> bytes:
    """That of Pillow, as a file."""
    from PIL import ImageFont

    font = ImageFont.load_default(20)
    assert isinstance(font, ImageFont.FreeTypeFont)
    assert not isinstance(font.path, str)
    return bytes(font.path.getvalue())


@pytest.fixture(scope="module")
def read(film: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The film, ingested and read."""
    with pytest.MonkeyPatch.context() as environment:
        site = empty_site(tmp_path_factory.mktemp("site"), environment)
        site.describe(analyses=["visible_text"])
        site.add(film)
        assert all(site.ingest().values())
        assert run()
        with dg.DagsterInstance.get() as instance:
            assert LocalRuns(instance, "publish").execute(None, {}, assets=())[1]
        yield site


def run() -> bool:
    with dg.DagsterInstance.get() as instance:
        return LocalRuns(instance, "describe_video").execute(FILM.partition_key, {}, assets=("visible_text",))[1]


def metadata(name: str) -> object:
    with dg.DagsterInstance.get() as instance:
        event = instance.get_latest_materialization_event(dg.AssetKey("visible_text"))
    assert event
    assert event.asset_materialization
    return event.asset_materialization.metadata[name].value


def test_lines_are_rows_with_their_time_place_and_kind(read: Site) -> None:
    rows = read.rows(
        "SELECT text, kind, round(t.pts_s, 1), round(t.end_s, 1), shot "
        "FROM visible_texts AS t JOIN shots USING (shot_id) ORDER BY t.pts_s, y0"
    )
    assert [(row[0], row[1], row[4]) for row in rows] == [
        ("Lucas Carmona", "lower_third", 0),
        ("Alcalde de Lugo", "lower_third", 0),
        ("La cosecha del sur", "title", 1),
    ]
    assert rows[0][2:4] == pytest.approx((1.0, 2.7), abs=0.1)
    assert metadata("pictures_read") == 2
    inside = "x0 < x1 AND y0 < y1 AND x0 >= 0 AND y1 <= 1 AND read_s BETWEEN pts_s AND end_s"
    assert read.rows(f"SELECT bool_and({inside}) FROM visible_texts") == [(True,)]


def test_who_is_named_can_be_asked_in_sql(read: Site) -> None:
    assert read.rows('SELECT "name", role FROM named_people') == [("Lucas Carmona", "Alcalde de Lugo")]


@pytest.mark.usefixtures("read")
def test_shots_are_found_by_what_is_written_in_them() -> None:
    told = CliRunner().invoke(app, ["search", "alcaldes", "--match", "words", "--json"])
    assert told.exit_code == 0, told.output
    (shot,) = json.loads(told.stdout)["shots"]
    assert shot["shot"] == 0
    assert [text["part"] for text in shot["texts"]] == ["read"]


@pytest.mark.usefixtures("read")
def test_what_was_read_is_kept() -> None:
    assert run()
    assert metadata("reused") is True


class Dying:
    """A reader that reads so many pictures and then dies."""

    device = "cpu"

    def __init__(self, lives: int) -> None:
        self._lives = lives

    def read(self, jpeg: bytes) -> list[Line]:
        assert jpeg.startswith(b"\xff\xd8")
        if self._lives == 0:
            raise KeyboardInterrupt
        self._lives -= 1
        return [Line("LUGO", 0.9, Box(0.1, 0.1, 0.2, 0.2))]


def test_a_run_that_died_reads_only_the_shots_that_are_left(read: Site, tmp_path: Path) -> None:
    lake, kept, path = read.archive.lake, read.archive.collection(NAME), tmp_path / "answers"
    with FileJournal(path) as journal, pytest.raises(KeyboardInterrupt):
        read_shots(lake, FILM, kept, Dying(1), lambda _: None, journal, "f")
    with FileJournal(path) as journal:
        rows, n_read = read_shots(lake, FILM, kept, Dying(1), lambda _: None, journal, "f")
    assert (rows["shot_id"].n_unique(), n_read) == (2, 2)


@pytest.mark.usefixtures("read")
def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_PACKAGE", "no-such-package")
    with pytest.raises(ConfigurationError, match=r"archive-pipeline\[ocr\]"):
        registry.reader_identity()
    monkeypatch.setattr(registry, "_load", registry._load.__wrapped__)
    (found,) = look_at_text(Settings())
    assert (found.verdict, found.detail) == ("problem", "ocr_missing")
