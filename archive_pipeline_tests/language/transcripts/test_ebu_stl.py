"""EBU STL as broadcasters' subtitling systems leave it."""

import os
import time
from contextlib import suppress

import pytest

from archive_pipeline.language.transcripts import iso6937
from archive_pipeline.language.transcripts.model import WrongSubtitlesError
from archive_pipeline.language.transcripts.subtitles import Cues, parse
from archive_pipeline_tests.language.transcripts.stl_files import UNUSED, as_iso6937, gsi, stl, tti

TEN = 36_000.0


def said(cues: Cues) -> list[tuple[float, float, str]]:
    return [(round(one.start_s - TEN, 3), round(one.end_s - TEN, 3), one.text) for one in cues.segments]


@pytest.mark.parametrize(
    "text",
    [
        "¿Qué pasó en Logroño? ¡Mañana, señor!",
        "El pingüino y la vergüenza de Ángel",
        "Demà nevarà: això és així. Col·legi",
        "Schöne Grüße. François",
        "Źródło, Łódź; příští červen; őrült idő; şehir, ışık",
    ],
)
def test_accents_stand_before_their_letters(text: str) -> None:
    assert parse(stl([tti(as_iso6937(text))]), "stl").segments[0].text == text


def test_signs_that_no_accent_makes() -> None:
    assert iso6937.decode(b"\xaa\xba\xa9\xb9 \xd5 \xab\xbb \xe1\xf1 \xe9\xf9 \xd3 \xa6 \xc2 a \xc4") == (
        "“”‘’ ♪ «» Ææ Øø © \ufffd ´a ~"
    )


@pytest.mark.parametrize(
    ("table", "encoding", "text"),
    [
        (b"01", "iso8859-5", "Добрый вечер"),
        (b"02", "iso8859-6", "مساء الخير"),
        (b"03", "iso8859-7", "Καλησπέρα"),
        (b"04", "iso8859-8", "ערב טוב"),
    ],
)
def test_other_alphabets_by_their_code_table(table: bytes, encoding: str, text: str) -> None:
    assert parse(stl([tti(text.encode(encoding))], cct=table), "stl").segments[0].text == text


def test_the_language_is_the_file_s() -> None:
    assert parse(stl([tti(b"Hola")], lc=b"0A"), "stl").segments[0].language == "es"
    assert parse(stl([tti(b"Hola")], lc=b"00"), "stl").segments[0].language is None


@pytest.mark.parametrize(
    ("dfc", "begin", "start_s"),
    [
        (b"STL25.01", "10:00:01:12", 1.48),
        (b"STL30.01", "10:00:01:15", 1.5),
        (b"STL24.01", "10:00:01:12", 1.5),
        (b"STL50.01", "10:00:01:25", 1.5),
    ],
)
def test_frames_are_those_of_the_disk_format_code(dfc: bytes, begin: str, start_s: float) -> None:
    assert said(parse(stl([tti(b"Hola", begin, "10:00:03:00")], dfc=dfc), "stl"))[0][0] == start_s


def test_colours_boxes_and_double_height_take_the_place_of_a_blank() -> None:
    text = b"\x0d\x03\x0b\x0bHola,\x06Ana\x0a\x0a\x8a\x8a\x0d\x07\x1dque tal\x0a"
    assert said(parse(stl([tti(text)]), "stl")) == [(1, 2, "Hola, Ana que tal")]


def test_italics_part_no_word() -> None:
    assert said(parse(stl([tti(b"\x84in\x80cre\xc2i\x81ble\x82,\x83 no\x85")]), "stl"))[0][2] == "increíble, no"


def test_a_dash_and_two_lines_are_one_text() -> None:
    assert said(parse(stl([tti(b"- Hola.\x8a- Adi" + b"\xc2o" + b"s.")]), "stl"))[0][2] == "- Hola. - Adiós."


def test_a_long_subtitle_goes_on_in_further_blocks_and_a_letter_may_be_cut() -> None:
    text = as_iso6937("a" * 111 + "é" + " y más")
    blocks = [tti(text[:112], extension=0), tti(text[112:], extension=0xFF)]
    assert said(parse(stl(blocks), "stl"))[0][2] == "a" * 111 + "é y más"


def test_user_data_reserved_blocks_and_comments_are_not_said() -> None:
    blocks = [
        tti(b"secret", number=0, extension=0xFE),
        tti(b"reserved", number=1, extension=0xF3),
        tti(b"for the translator", number=2, comment=1),
        tti(b"Hola", number=3),
    ]
    assert [words for *_, words in said(parse(stl(blocks), "stl"))] == ["Hola"]


def test_what_stands_behind_the_text_is_left_over_from_another() -> None:
    assert said(parse(stl([tti(b"Hola" + UNUSED + b"rubbish")]), "stl"))[0][2] == "Hola"


def test_cumulative_subtitles_are_a_cue_for_each_part() -> None:
    blocks = [
        tti(b"Uno,", "10:00:01:00", "10:00:04:00", number=1, cumulative=1),
        tti(b"dos,", "10:00:02:00", "10:00:04:00", number=2, cumulative=2),
        tti(b"tres.", "10:00:03:00", "10:00:04:00", number=3, cumulative=3),
    ]
    assert said(parse(stl(blocks), "stl")) == [(1, 4, "Uno,"), (2, 4, "dos,"), (3, 4, "tres.")]


def test_two_that_stand_there_at_once_are_both_said() -> None:
    blocks = [
        tti(b"abajo", "10:00:01:00", "10:00:09:00", number=1),
        tti(b"arriba", "10:00:03:00", "10:00:05:00", number=2, group=1),
    ]
    assert said(parse(stl(blocks), "stl")) == [(1, 9, "abajo"), (3, 5, "arriba")]


@pytest.mark.parametrize(
    "times",
    [
        ("10:00:01:25", "10:00:02:00"),
        ("10:61:00:00", "10:62:00:00"),
        ("10:00:02:00", "10:00:01:00"),
        ("255:255:255:255", "255:255:255:255"),
    ],
)
def test_a_wrong_time_costs_one_cue(times: tuple[str, str]) -> None:
    cues = parse(stl([tti(b"lost", *times, number=1), tti(b"Hola", number=2)]), "stl")
    assert said(cues) == [(1, 2, "Hola")]
    assert "1 cue has no times" in cues.notes[0]


def test_a_file_that_ends_early_gives_what_it_has_and_says_so() -> None:
    whole = stl([tti(b"uno", number=1), tti(b"dos", "10:00:03:00", "10:00:04:00", number=2)])
    cues = parse(whole[:-60], "stl")
    assert said(cues) == [(1, 2, "uno")]
    assert cues.notes == ("cues_left_out: the file ends early, with 1 of 2 blocks",)


def test_an_unknown_frame_rate_is_taken_for_25_and_told() -> None:
    cues = parse(stl([tti(b"Hola")], dfc=b"STL99.01"), "srt")
    assert "timecode_assumed" in cues.notes[0]


@pytest.mark.parametrize("name", ["srt", "xml", "ttml"])
def test_it_is_known_by_its_content_whatever_its_name(name: str) -> None:
    assert said(parse(stl([tti(b"Hola")]), name)) == [(1, 2, "Hola")]


def test_srt_that_is_called_stl_is_read() -> None:
    assert parse(b"1\n00:00:01,000 --> 00:00:02,000\nHola\n", "stl").segments[0].text == "Hola"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"solid cube\nfacet normal 0 0 0\n",
        b"850STL25.01",
        gsi(),
        gsi()[:500],
        gsi()[:259],
        gsi() + b"\xff" * 4096,
        b"850STL25.01" + os.urandom(100_000),
    ],
    ids=["empty", "model", "head", "no_blocks", "half_head", "half_timecode", "ones", "noise"],
)
def test_what_is_none_is_refused_or_read_within_bounds(content: bytes) -> None:
    began = time.process_time()
    with suppress(WrongSubtitlesError):
        for segment in parse(content, "stl").segments:
            assert 0 <= segment.start_s < segment.end_s < 24 * 3600
    assert time.process_time() - began < 120
