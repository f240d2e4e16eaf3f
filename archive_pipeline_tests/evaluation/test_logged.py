"""A documentalist's log becomes queries; what is wrong in it is named by its line."""

from pathlib import Path

import pytest

from archive_pipeline.errors import ConfigurationError
from archive_pipeline.evaluation.logged import Clock, logged_truth
from archive_pipeline.evaluation.truth import Span, Truth
from archive_pipeline.timecode import parse_timecode

CLOCKS = {"a.mxf": Clock(25.0, 36000.0), "b/ñ.mp4": Clock(30000 / 1001)}


def read(tmp_path: Path, text: str) -> Truth:
    file = tmp_path / "log.csv"
    file.write_text(text, encoding="utf-8")
    return logged_truth(file, CLOCKS.get)


def test_texts_become_queries_and_spans_what_they_should_find(tmp_path: Path) -> None:
    truth = read(
        tmp_path,
        "file,in,out,text,language\n"
        'a.mxf,10:00:01:00,10:00:03:12,"a choir, singing",en\n'
        "a.mxf,00:01:00:00,00:01:02:00,a choir,es-ES\n"
        "b/ñ.mp4,12.5,13,a choir,es\n",
    )
    first, second = truth.queries
    assert (dict(first.texts), first.relevant) == ({"en": "a choir, singing"}, {Span("a.mxf", 1.0, 3.48)})
    assert dict(second.texts) == {"es": "a choir"}
    assert second.relevant == {Span("a.mxf", 60.0, 62.0), Span("b/ñ.mp4", 12.5, 13.0)}, "one text, one query"


def test_a_spanish_spreadsheet_is_read_as_it_was_saved(tmp_path: Path) -> None:
    truth = read(tmp_path, "\ufeffTexto;Archivo;Entrada;Salida\nuna plaza;a.mxf;00:00:01,5;00:00:02\n\n;;;\n")
    assert [(dict(q.texts), q.relevant) for q in truth.queries] == [({"und": "una plaza"}, {Span("a.mxf", 1.5, 2.0)})]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("file,in,out\na.mxf,1,2\n", "line 1: no column text"),
        ("file,in,out,text\n\n", "holds no line"),
        ("file,in,out,text\na.mxf,1,,x\n", "line 2: out is empty"),
        ("file,in,out,text\na.mxf,5,4,x\n", "line 2: out .4. is not after in"),
        ("file,in,out,text\na.mxf,noon,4,x\n", "line 2, column in: 'noon' is no timecode"),
        ("file,in,out,text\na.mxf,00:00:00:25,4,x\n", "has frame 25, and the video 25 a second"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words) as raised:
        read(tmp_path, text)
    assert raised.value.code == "bad_log"


def test_a_log_of_other_videos_is_an_error_and_one_stray_line_is_not(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as raised:
        read(tmp_path, "file,in,out,text\nelsewhere.mp4,1,2,x\n")
    assert raised.value.code == "unknown_videos"
    assert len(read(tmp_path, "file,in,out,text\nelsewhere.mp4,1,2,x\na.mxf,1,2,y\n").queries) == 1


@pytest.mark.parametrize(
    ("text", "rate", "seconds"),
    [
        ("00:00:10:05", 25.0, 10.2),
        ("01:00:00.250", 25.0, 3600.25),
        ("02:03", 25.0, 123.0),
        ("7,5", 25.0, 7.5),
        ("00:01:00;02", 30000 / 1001, 1800 * 1001 / 30000),
        ("01:00:00;00", 30000 / 1001, 107892 * 1001 / 30000),
        ("01:00:00:00", 30000 / 1001, 108000 * 1001 / 30000),
        ("00:01:00;00", 25.0, 60.0),
    ],
)
def test_timecodes_are_read_as_the_standard_counts(text: str, rate: float, seconds: float) -> None:
    assert parse_timecode(text, rate) == pytest.approx(seconds, abs=1e-9)
