"""An archive's own list: read whatever it was written with, and joined to files."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest

from archive_pipeline.collections.model import ArchiveList
from archive_pipeline.errors import ConfigurationError
from archive_pipeline.language.lists.conditions import listed_conditions
from archive_pipeline.language.lists.dates import Span, read_dates
from archive_pipeline.language.lists.joining import join_list
from archive_pipeline.language.lists.reading import ListRow, read_list
from archive_pipeline.store.naming import VideoName

HEADINGS = ["Fichero", "Título", "Fecha de emisión", "Programa", "Nº de cinta", "Derechos", "Observaciones"]
N = 370


def row(number: int) -> list[str]:
    """One in which whatever a dialect has to quote stands in some rows: separators, quotes, line breaks."""
    title = f'Canción {number}: «el señor dijo "no"», 1; 2, 3{chr(10) + "segunda línea" if number % 9 == 0 else ""}'
    day = f"{number % 28 + 1:02}/{number % 12 + 1:02}/{1950 + number % 50}"
    return [
        f"{1950 + number % 50}/Cinta {number}.MOV",
        title,
        day,
        "Informe semanal",
        f"{number:06}",
        "RTV",
        f"n {number}",
    ]


def written(headings: list[str], rows: list[list[str]], delimiter: str, encoding: str, end: str = "\r\n") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows([headings, *rows])
    return text.getvalue().encode(encoding)


def a_list(folder: Path, content: bytes, **said: object) -> ArchiveList:
    file = folder / "list.csv"
    file.write_bytes(content)
    return ArchiveList.model_validate({"file": str(file), **said})


def videos(*paths: str) -> dict[VideoName, bytes]:
    return {VideoName("site", path.encode()): path.encode() for path in paths}


@pytest.mark.parametrize(
    ("delimiter", "encoding", "end"),
    [(";", "cp1252", "\r\n"), (",", "utf-8-sig", "\r\n"), ("\t", "utf-8", "\n"), (";", "utf-16", "\n")],
)
def test_370_rows_are_read_and_joined_in_every_dialect(tmp_path: Path, delimiter: str, encoding: str, end: str) -> None:
    rows = [row(number) for number in range(N)]
    read = read_list(a_list(tmp_path, written(HEADINGS, rows, delimiter, encoding, end)))
    assert len(read.rows) == N
    files = videos(*(f"{1950 + number % 50}/cinta {number}.mov" for number in range(5, N + 5)))
    joined = join_list(read.rows, files)
    assert len(joined.rows) == N - 5
    assert [one.file for one in joined.rows_without_file] == [row(number)[0] for number in range(5)]
    assert len(joined.videos_without_row) == 5
    of_nine = joined.rows[VideoName("site", b"1959/cinta 9.mov")]
    assert of_nine.title == 'Canción 9: «el señor dijo "no"», 1; 2, 3 segunda línea'
    assert (of_nine.programme, of_nine.tape, of_nine.rights) == ("Informe semanal", "000009", "RTV")
    assert of_nine.other == (("Observaciones", "n 9"),)
    assert of_nine.days == Span(date(1959, 10, 10), date(1959, 10, 10))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("1987-12-31", "1987-12-31", "1987-12-31"),
        ("31/12/1987", "1987-12-31", "1987-12-31"),
        ("12/31/1987", "1987-12-31", "1987-12-31"),
        ("31.12.1987", "1987-12-31", "1987-12-31"),
        ("31/12/1987 0:00:00", "1987-12-31", "1987-12-31"),
        ("02/1988", "1988-02-01", "1988-02-29"),
        ("1988-02", "1988-02-01", "1988-02-29"),
        ("1987", "1987-01-01", "1987-12-31"),
    ],
)
def test_dates_of_any_form_are_the_days_that_they_may_mean(text: str, first: str, last: str) -> None:
    (span,) = read_dates([text], spanish=False).spans
    assert span == Span(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize("text", ["", "s/f", "31/02/1987", "13/13/1987", "00/1987", "0000", "87", "1987-00-00"])
def test_what_is_no_date_has_no_days(text: str) -> None:
    assert read_dates([text], spanish=True).spans == (None,)


def test_an_ambiguous_date_is_read_as_its_column_tells_then_as_its_headings_and_else_by_its_year() -> None:
    third_of_april, fourth_of_march = date(1987, 4, 3), date(1987, 3, 4)

    def read(*others: str, spanish: bool) -> Span | None:
        return read_dates(["03/04/1987", *others], spanish=spanish).spans[0]

    assert read(spanish=True) == Span(third_of_april, third_of_april)
    assert read("31/12/1987", spanish=False) == Span(third_of_april, third_of_april)
    assert read("12/31/1987", spanish=True) == Span(fourth_of_march, fourth_of_march)
    assert read(spanish=False) == Span(date(1987, 1, 1), date(1987, 12, 31))
    assert read("12/31/1987", "31/12/1987", spanish=False) == Span(date(1987, 1, 1), date(1987, 12, 31))


def test_what_was_guessed_is_said(tmp_path: Path) -> None:
    content = written(["fichero", "fecha"], [["a.mov", "03/04/1987"], ["b.mov", "los años 80"]], ";", "cp1252")
    ambiguous, unknown = [note for note in read_list(a_list(tmp_path, content)).notes if "dates" in note]
    assert ambiguous.startswith("list_dates_ambiguous: 1 dates such as 03/04/1987 (line 2) are read day first")
    assert unknown.startswith("list_dates_unknown: 1 dates such as 'los años 80' (line 3)")


@pytest.mark.parametrize(
    ("headings", "told"),
    [
        (["fichero", "Género", "genero:"], "'Género' and 'genero:' (line 1)"),
        (["fichero", "Programa", "Serie"], "'Programa' and 'Serie' (line 1)"),
        (["fichero", "Fecha", "Año"], ""),
        (["fichero", "Género", "Tema"], ""),
    ],
)
def test_headings_that_are_one_column_where_somebody_asks_are_named(
    tmp_path: Path, headings: list[str], told: str
) -> None:
    notes = read_list(a_list(tmp_path, written(headings, [["a.mov", "x", "y"]], ";", "utf-8"))).notes
    assert [note for note in notes if "alike" in note] == [note for note in notes if told and told in note]
    assert any(note.startswith("list_headings_alike: ") for note in notes) == bool(told)
    x, y = listed_conditions([f"{headings[1]}=x", f"{headings[2]}=y"]) if not told else ((), ())
    assert x != y or told


def rows_of(*files: str) -> list[ListRow]:
    return [ListRow(number, file) for number, file in enumerate(files, 2)]


@pytest.mark.parametrize(
    "written",
    ["1987/Enero/Film.mov", r"D:\archivo\1987\enero\FILM.MOV", "film.mov", "Film", "/mnt/x/film.mxf", "./film"],
)
def test_a_file_is_known_by_path_end_of_path_and_name_in_any_case_with_or_without_extension(written: str) -> None:
    files = videos("1987/enero/film.mov", "1987/enero/film2.mov")
    (video,) = join_list(rows_of(written), files).rows
    assert video.path == b"1987/enero/film.mov"


def test_accents_that_are_composed_otherwise_are_the_same_name() -> None:
    assert join_list(rows_of("canción.mov"), videos("cancio\u0301n.mov")).rows


def test_every_row_and_every_video_is_counted_once() -> None:
    files = videos("a/one.mov", "b/one.mov", "two.mov", "three.mov", "two.v2.mov")
    joined = join_list(rows_of("one.mov", "b/one.mov", "two", "TWO.mov", "four"), files)
    assert {video.path: row.line for video, row in joined.rows.items()} == {b"b/one.mov": 3, b"two.mov": 4}
    assert [row.file for row in joined.ambiguous] == ["one.mov"]
    assert [row.file for row in joined.repeated] == ["TWO.mov"]
    assert {video.path: [row.file for row in rows] for video, rows in joined.further.items()} == {
        b"two.mov": ["TWO.mov"]
    }
    assert [row.file for row in joined.rows_without_file] == ["four"]
    assert [video.path for video in joined.videos_without_row] == [b"a/one.mov", b"three.mov", b"two.v2.mov"]


def test_a_pattern_joins_a_tape_to_all_files_of_it() -> None:
    files = videos("x/T000123_1.mov", "x/T000123_2.mov", "x/T000124_1.mov", "x/other.mov")
    joined = join_list(rows_of("000123", "999"), files, pattern=r"T(\d{6})_")
    assert {video.path: row.file for video, row in joined.rows.items()} == {
        b"x/T000123_1.mov": "000123",
        b"x/T000123_2.mov": "000123",
    }
    assert [row.file for row in joined.rows_without_file] == ["999"]


@pytest.mark.parametrize(
    ("content", "code", "told"),
    [
        (b"", "list_empty", "nothing in it"),
        (b"file;title\r\n", "list_empty", "no rows"),
        (b"PK\x03\x04 workbook", "list_unreadable", "CSV"),
        (b"when;what\r\n1;2\r\n", "list_without_files", "list.csv:1: .*when, what"),
        (b'file;title\na;b\nb;"open\nc;d\n', "list_broken", "list.csv:3: "),
    ],
)
def test_a_list_that_cannot_be_read_says_where_and_what_to_do(
    tmp_path: Path, content: bytes, code: str, told: str
) -> None:
    with pytest.raises(ConfigurationError, match=told) as raised:
        read_list(a_list(tmp_path, content))
    assert raised.value.code == code


def test_a_column_that_is_not_there_is_named_beside_those_that_are(tmp_path: Path) -> None:
    wanted = a_list(tmp_path, b"clip;nombre\na.mov;b\n", columns={"file": "clip", "title": "Nombres"})
    with pytest.raises(ConfigurationError, match=r"'Nombres'; did you mean nombre\?; there are clip, nombre") as raised:
        read_list(wanted)
    assert raised.value.code == "list_column_missing"


def test_columns_that_the_collection_names_are_found_in_any_case(tmp_path: Path) -> None:
    wanted = a_list(tmp_path, b"CLIP;Nombre\na.mov;b\n", columns={"file": "clip", "title": "nombre"})
    assert read_list(wanted).rows == (ListRow(2, "a.mov", "b"),)


def test_a_row_with_cells_too_many_is_left_out_and_said(tmp_path: Path) -> None:
    read = read_list(a_list(tmp_path, b"file;title;note\na.mov;one; two;x\nb.mov;b\n"))
    assert [row.file for row in read.rows] == ["b.mov"]
    assert read.notes[0].startswith("list_row_wide: 1 row left out that had more cells")
    assert "line 2" in read.notes[0]
