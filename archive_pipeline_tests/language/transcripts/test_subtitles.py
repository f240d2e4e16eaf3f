"""Subtitle files, as people and programs leave them."""

import os
import time
from pathlib import Path

import polars as pl
import pytest

from archive_pipeline.language.transcripts.fitness import fitted
from archive_pipeline.language.transcripts.languages import language_code
from archive_pipeline.language.transcripts.model import MOST_TEXT, Segment, Transcript, WrongSubtitlesError
from archive_pipeline.language.transcripts.rows import transcript_rows
from archive_pipeline.language.transcripts.subtitles import MOST_BYTES, Cues, parse
from archive_pipeline.store.schema import table

SRT = "1\n00:00:01,000 --> 00:00:02,500\nMañana, señor.\n\n2\n00:00:03,000 --> 00:00:04,000\n¿Qué?\n"
ASS = """[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize
Style: Default,Arial,20

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Comment: 0,0:00:00.00,0:00:09.00,Default,,0,0,0,,not said
Dialogue: 0,0:00:03.00,0:00:04.00,Default,,0,0,0,,{\\p1}m 0 0 l 100 0{\\p0}
Dialogue: 0,0:00:01.00,0:00:02.50,Default,Ana,0,0,0,,{\\i1}Hola{\\i0}\\Nque\\htal
"""


def said(cues: Cues) -> list[tuple[float, float, str | None, str]]:
    return [(segment.start_s, segment.end_s, segment.speaker, segment.text) for segment in cues.segments]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_any_usual_encoding_is_read(encoding: str) -> None:
    assert said(parse(SRT.encode(encoding), "srt")) == [(1, 2.5, None, "Mañana, señor."), (3, 4, None, "¿Qué?")]


@pytest.mark.parametrize("end_of_line", ["\n", "\r\n", "\r"])
def test_any_end_of_line_is_read(end_of_line: str) -> None:
    assert len(parse(SRT.replace("\n", end_of_line).encode(), "srt").segments) == 2


def test_webvtt_speakers_styles_notes_names_of_cues_and_word_times() -> None:
    text = (
        "WEBVTT - a film\n\nNOTE it is\nnot said\n\nSTYLE\n::cue { color: red }\n\nintroduction\n"
        "00:01.000 --> 00:02.000 line:80% align:start\n<v.loud Hildy &amp; Co>How <b>are</b> <00:01.500>you?</v>\n\n"
        "the second\n00:00:03.000 --> 00:00:04.000\n- I &lt;3 it&#39;s\n"
    )
    assert said(parse(text.encode(), "srt")) == [
        (1, 2, "Hildy & Co", "How are you?"),
        (3, 4, None, "- I <3 it's"),
    ]


def test_substation_speakers_and_no_drawings_or_comments() -> None:
    assert said(parse(ASS.encode(), "ass")) == [(1, 2.5, "Ana", "Hola que tal")]


def substation(*lines: str) -> bytes:
    return (ASS[: ASS.index("Comment:")] + "\n".join(f"Dialogue: 0,{line}" for line in lines)).encode()


def test_words_beside_a_drawing_are_kept_and_what_has_no_time_is_counted(cases: Path) -> None:
    cues = parse((cases / "drawings.ass").read_bytes(), "ass")
    assert said(cues) == [
        (0, 0.4, None, "negative"),
        (2, 2.5, None, "Hello"),
        (3, 3.5, None, "Hello"),
        (4, 4.5, None, r"Path C:\temp"),
        (5, 5.5, None, "Hi"),
    ]
    assert cues.notes == ("cues_left_out: 1 cue has no times that can be read, or an end before the beginning",)


def test_a_drawing_longer_than_any_words_hides_none() -> None:
    content = substation(
        "0:00:01.00,0:00:02.00,Default,,0,0,0,,{\\p1}" + "m 0 0 l 1 1 " * 5000 + "{\\p0}Hello{\\pos(1,2)} you"
    )
    assert said(parse(content, "ass")) == [(1, 2, None, "Hello you")]


@pytest.mark.parametrize("time", ["100:00:00.00", "", "soon", "0:00", "0:00:0x.00", "1:2:3:4"])
def test_a_wrong_time_costs_one_cue_of_substation(time: str) -> None:
    cues = parse(
        substation(f"{time},0:00:09.00,Default,,0,0,0,,far", "0:00:02.00,0:00:02.50,Default,,0,0,0,,fine"), "ass"
    )
    assert said(cues) == [(2, 2.5, None, "fine")]
    assert "1 cue has" in cues.notes[0]


def test_one_at_100_hours_costs_itself(cases: Path) -> None:
    cues = parse((cases / "long_times.ass").read_bytes(), "ass")
    assert said(cues) == [(2, 2.5, None, "fine")]
    assert "1 cue has" in cues.notes[0]


@pytest.mark.parametrize(
    "times",
    ["00:01,000 --> 00:02,500", "0:0:1 --> 0:0:2.5", "00:00:01;000 --> 00:00:02;500", "00:00:01,0 --> 00:00:02,5 X1:1"],
)
def test_times_that_lack_hours_or_milliseconds_are_read(times: str) -> None:
    assert said(parse(f"1\n{times}\nHola\n".encode(), "srt")) == [(1, 2.5, None, "Hola")]


@pytest.mark.parametrize("announced", ["srt", "vtt", "ass", "ssa"])
@pytest.mark.parametrize(
    ("kind", "text"), [("srt", SRT), ("ass", ASS), ("vtt", "WEBVTT\n\n00:01.000 --> 00:02.500\nHola\n")]
)
def test_what_a_file_is_its_content_says(kind: str, text: str, announced: str) -> None:
    assert said(parse(text.encode(), announced)) == said(parse(text.encode(), kind))


def test_an_arrow_in_what_is_said_is_said() -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\nA --> B\n--> C\n\n2\n00:00:03,000 --> 00:00:04,000\nD\n"
    assert [words for *_, words in said(parse(text.encode(), "srt"))] == ["A --> B --> C", "D"]


def test_joiners_are_spelling_and_odd_blanks_part_words() -> None:
    persian, family = "می\u200cخواهم", "\N{MAN}\u200d\N{GIRL}"
    text = SRT.replace("Mañana, señor.", f"\ufeff{persian} {family}\x0bone\x85two\u202e")
    assert said(parse(text.encode(), "srt"))[0][3] == f"{persian} {family} one two"


@pytest.mark.parametrize("time", ["100:00:00,000", "", "soon", "00:00", "00:00:0x,000"])
@pytest.mark.parametrize("kind", ["srt", "vtt"])
def test_a_wrong_time_costs_one_cue(kind: str, time: str) -> None:
    comma = "," if kind == "srt" else "."
    text = "WEBVTT\n\n" if kind == "vtt" else ""
    for number, (start, words) in enumerate(
        [("00:00:01,000", "one"), (time, "lost\nand more"), ("00:00:05,000", "two")]
    ):
        text += f"{number}\n{start} --> 99:00:06,000\n{words}\n\n".replace(",", comma)
    if time != "100:00:00,000" or kind == "srt":  # WebVTT may count so far
        cues = parse(text.encode(), kind)
        assert [segment.text for segment in cues.segments] == ["one", "two"]
        assert "1 cue has" in cues.notes[0]


@pytest.mark.parametrize(
    "words",
    [r"C:\new\home", r"C:\Nadie\hoy", "a<b and c>d", "x < y > z", "{laughs} yes", "<laughs>", r"1\n2", "<3", "a & b"],
)
@pytest.mark.parametrize("kind", ["srt", "vtt"])
def test_words_that_look_like_markup_stay(words: str, kind: str) -> None:
    text = ("WEBVTT\n\n" if kind == "vtt" else "1\n") + f"00:00:01.000 --> 00:00:02.000\n{words}\nnext line\n"
    assert said(parse(text.encode(), kind)) == [(1, 2, None, f"{words} next line")]


@pytest.mark.parametrize(
    ("marked_up", "words"),
    [
        ('<font color="#ffff00">Hola</font>', "Hola"),
        ("<i>Hola</i> <B>tú</B><br/>", "Hola tú"),
        (r"{\an8}Hola", "Hola"),
        ("<c.yellow.bg_blue>Hola</c>", "Hola"),
        ("<lang es>Hola</lang>", "Hola"),
        ("&lt;i&gt;Hola&lt;/i&gt;", "Hola"),
    ],
)
def test_markup_goes(marked_up: str, words: str) -> None:
    text = f"1\n00:00:01,000 --> 00:00:02,000\n{marked_up}\n"
    assert said(parse(text.encode(), "srt")) == [(1, 2, None, words)]


def test_a_path_in_substation_is_no_new_line() -> None:
    line = r"0:00:01.00,0:00:02.00,Default,,0,0,0,,See C:\new\home\Nand\nthen\hgo"
    assert said(parse(substation(line), "ass")) == [(1, 2, None, r"See C:\new\home and then go")]


def test_a_name_in_capitals_is_the_speaker() -> None:
    text = "1\n0:00:01,0 --> 0:00:02,0\nSEÑORA GÓMEZ: Buenas.\n\n2\n0:00:02,0 --> 0:00:03,0\nSo: go.\n\n"
    text += "3\n0:00:03,0 --> 0:00:04,0\n>> ANCHOR: News.\n\n4\n0:00:04,0 --> 0:00:05,0\nAt 10:30: tea\n"
    assert [(segment.speaker, segment.text) for segment in parse(text.encode(), "srt").segments] == [
        ("SEÑORA GÓMEZ", "Buenas."),
        (None, "So: go."),
        ("ANCHOR", "News."),
        (None, "At 10:30: tea"),
    ]


def test_cues_out_of_order_overlapping_before_zero_and_backwards() -> None:
    text = (
        "1\n00:00:05,000 --> 00:00:08,000\nlast\n\n2\n-00:00:01,000 --> 00:00:02,000\nfirst\n\n"
        "3\n00:00:01,500 --> 00:00:06,000\nover both\n\n4\n00:00:04,000 --> 00:00:03,000\nbackwards\n\n"
        "5\n00:00:04,000 --> 00:00:04,000\nnever\n\n6\n00:00:04,000 --> 00:00:05,000\n<i></i>\n"
    )
    assert said(parse(text.encode(), "srt")) == [
        (0, 2, None, "first"),
        (1.5, 6, None, "over both"),
        (5, 8, None, "last"),
    ]


def test_a_repeated_cue_is_one_segment() -> None:
    text = "".join(f"{n}\n00:00:0{n},000 --> 00:00:0{n + 1},000\nthe same line\n\n" for n in range(1, 5))
    assert said(parse(text.encode(), "srt")) == [(1, 5, None, "the same line")]


@pytest.mark.parametrize("kind", ["srt", "vtt", "ass"])
@pytest.mark.parametrize(
    "content",
    [b"", b"no subtitles", b"\0" * 1000, b"RIFF" + bytes(range(256)) * 9, b"<html>", b"a" * (MOST_BYTES + 1)],
    ids=["empty", "words", "zeros", "bytes", "html", "large"],
)
def test_what_is_no_subtitle_file_is_refused(content: bytes, kind: str) -> None:
    with pytest.raises(WrongSubtitlesError):
        parse(content, kind)


@pytest.mark.parametrize(
    "content",
    [
        b"1\n00:00:01,000 --> 00:00:02,000\na" + b"\n" * 1_000_000 + b"b",
        b"00:00:01,000 --> 00:00:02,000 " * 50_000,
        b"1\n00:00:01,000 --> 00:00:02,000\n" + b"<v " * 500_000,
        b"1\n00:00:01,000 --> 00:00:02,000\n" + b"{\\" * 500_000,
        b"1\n00:00:01,000 --> 00:00:02,000\n" + b"&" * 1_000_000,
        b"1\n00:00:01,000 --> 00:00:02,000\n" + b"A. " * 500_000,
        b"1\n99999999999999999999:00:01,000 --> 00:00:02,000\na",
        b"WEBVTT\n\n" + b"00:00.000 --> 00:01.000\nx\n\n" * 10_000,
        os.urandom(500_000),
    ],
    ids=["newlines", "times", "tags", "styles", "entities", "names", "large_number", "many", "noise"],
)
def test_a_hostile_file_costs_little(content: bytes) -> None:
    began = time.process_time()
    for kind in ("srt", "vtt", "ass"):
        try:
            found = parse(content, kind)
        except WrongSubtitlesError:
            continue
        assert all(len(segment.text) <= MOST_TEXT for segment in found.segments)
    assert time.process_time() - began < 5


def test_subtitles_of_another_video_are_refused_with_the_reason() -> None:
    film = [Segment(60.0 * minute, 60.0 * minute + 2, "words") for minute in range(90)]
    with pytest.raises(WrongSubtitlesError, match=r"79 of its 90 cues begin after the video's end.*another video's"):
        fitted(film, 602.0)
    with pytest.raises(WrongSubtitlesError, match="timecode that begins at 10 h"):
        fitted([Segment(36000.0 + n, 36000.5 + n, "words") for n in range(90)], 602.0)


def test_a_line_of_thanks_after_the_end_is_left_out() -> None:
    film = [Segment(float(n), n + 1.5, "words") for n in range(60)]
    kept = fitted([*film, Segment(70.0, 75.0, "subtitles by nobody")], 60.0)
    assert len(kept) == 60
    assert kept[-1].end_s == 60.0


def test_languages_as_they_are_written() -> None:
    assert [language_code(word) for word in ("es", "spa", "es-MX", "es_419", "Spanish", "baq", "English")] == [
        "es", "es", "es", "es", "es", "eu", "en",
    ]  # fmt: skip
    assert [language_code(word) for word in ("und", "", None, "xx", "../..")] == [None] * 5


def test_a_transcript_is_rows_and_none_is_a_row_that_says_why() -> None:
    rows = transcript_rows(Transcript("none", notes=("no_audio: silent",)))
    named = rows.with_columns(video_id=pl.lit("v"))
    assert table("transcripts").conform(named).rows(named=True) == [
        {"video_id": "v", "segment": 0, "start_s": None, "end_s": None, "speaker": None, "text": None,
         "language": None, "source": "none", "origin": None, "note": "no_audio: silent"}
    ]  # fmt: skip


def test_blanks_within_times_cost_no_cue() -> None:
    """What programs that translate leave of SubRip."""
    cues = parse(b"1\n00: 00: 01, 000 --> 00:00:02 ,500\nuno: dos, tres\n", "srt")
    assert [(one.start_s, one.end_s, one.text) for one in cues.segments] == [(1.0, 2.5, "uno: dos, tres")]


@pytest.mark.parametrize(
    "text",
    [
        "[Events]\nDialogue: 0,0:00:01,50,0:00:02,50,Default,Ana,0,0,0,,Hola, mundo\n",
        "[Events]\nDialogue: Marked=0, 0:00:01,5, 0:00:02,5,Default,Ana,0,0,0,,Hola, mundo\n",
        "[Events]\nFormat: Start, End, Name, Text\nDialogue: 0:00:01.50,0:00:02.50,Ana,Hola, mundo\n",
        "[Events]\nFormat: Layer, Start, End, Actor, Text\ndialogue : 0,0:00:01.50,0:00:02.50,Ana,Hola, mundo\n",
        "[V4+ Styles]\nFormat: Name, Text\n[Events]\nDialogue: 0,0:00:01.5,0:00:02.5,Default,Ana,0,0,0,,Hola, mundo\n",
    ],
)
def test_what_programs_make_of_substation_is_read(text: str) -> None:
    assert said(parse(text.encode(), "ass")) == [(1.5, 2.5, "Ana", "Hola, mundo")]


def test_a_style_that_is_a_number_is_no_fraction_of_a_second() -> None:
    text = "Dialogue: 0,0:00:01,0:00:02,10,Ana,0,0,0,,a las 0:00:01,50,0:00:02,50,\n"
    assert said(parse(text.encode(), "ass")) == [(1, 2, "Ana", "a las 0:00:01,50,0:00:02,50,")]


def test_substation_from_before_zero_begins_at_zero() -> None:
    text = substation("-0:00:01.00,0:00:02.00,Default,,0,0,0,,Hola", "-0:00:03.00,-0:00:02.00,Default,,0,0,0,,never")
    cues = parse(text, "ass")
    assert said(cues) == [(0, 2, None, "Hola")]
    assert "1 cue has" in cues.notes[0]


@pytest.mark.parametrize(
    "text",
    [
        "WEBVTT\n\n00:00:01,500 --> 00:00:02,5 align:start\nHola\n",
        "1\n00：00：01，500 --> 00：00：02，500\nHola\n",
        "1\n00:00:01,500 -> 00:00:02,500\nHola\n",
        "1\n00:00:01,500 --&gt; 00:00:02,500\nHola\n",
    ],
)
def test_times_that_programs_wrote_otherwise_are_read(text: str) -> None:
    assert said(parse(text.encode(), "srt")) == [(1.5, 2.5, None, "Hola")]


def test_somebody_who_says_dialogue_makes_no_substation() -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\nDialogue: it is what we need\n"
    assert said(parse(text.encode(), "srt")) == [(1, 2, None, "Dialogue: it is what we need")]
