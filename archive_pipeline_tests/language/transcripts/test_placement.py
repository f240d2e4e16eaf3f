"""Where a tape's timecodes lie on the player's clock, and how that is decided where two things say otherwise."""

import pytest

from archive_pipeline.language.transcripts.fitness import fitted
from archive_pipeline.language.transcripts.model import WrongSubtitlesError
from archive_pipeline.language.transcripts.placement import placed
from archive_pipeline.language.transcripts.subtitles import Cues, parse
from archive_pipeline_tests.language.transcripts.stl_files import stl, tti

MINUTE = 60.0


def programme(hour: int, *, declared: bytes, n: int = 40, zero: bool = False) -> Cues:
    """Subtitles of ten minutes, every 15 s from five seconds after `hour`."""
    blocks = [tti(b"STORY: EPISODE 1", "00:00:00:00", "00:00:00:08", number=0)] if zero else []
    for number in range(n):
        minutes, seconds = divmod(5 + number * 15, 60)
        begin, end = (f"{hour:02d}:{minutes:02d}:{seconds + more:02d}:00" for more in (0, 2))
        blocks.append(tti(b"line %d" % number, begin, end, number=number + 1))
    return parse(stl(blocks, tcp=declared), "stl")


def first_s(cues: Cues) -> float:
    return cues.segments[0].start_s


@pytest.mark.parametrize(
    ("hour", "declared", "video", "start_s", "told"),
    [
        (10, b"10000000", None, 5, None),
        (10, b"10000000", "10:00:00:00", 5, None),
        (10, b"10000000", "09:59:30:00", 35, "the video's was taken"),  # bars and a clock stand before it
        (10, b"10000000", "00:00:00:00", 5, None),  # what an encoder writes of any tape
        (10, b"10000000", "01:00:00:00", 5, None),  # what an editing program does
        (0, b"00000000", None, 5, None),
        (0, b"00000000", "10:00:00:00", 5, None),
        (0, b"10000000", None, 5, "counted from zero"),
        (0, b"10000000", "10:00:00:00", 5, "counted from zero"),
        (10, b"00000000", None, 5, "a tape that begins at 10 h"),
        (10, b"        ", None, 5, "a tape that begins at 10 h"),
        (10, b"        ", "10:00:00:00", 5, None),
        (10, b"00000000", "09:59:58:00", 7, "the video's was taken"),
        (20, b"10000000", None, 5, "a tape that begins at 20 h"),
        (10, b"xxxxxxxx", "10:00:00", 5, "a tape that begins at 10 h"),
    ],
)
def test_what_the_times_count_from(
    hour: int, declared: bytes, video: str | None, start_s: float, told: str | None
) -> None:
    cues = placed(programme(hour, declared=declared), video, 0.0, 11 * MINUTE)
    assert (first_s(cues), len(cues.segments)) == (start_s, 40)
    assert (told is None) == (cues.notes == ())
    assert told is None or told in cues.notes[0]
    assert fitted(cues.segments, 11 * MINUTE)


def test_a_picture_that_begins_late_on_the_player_s_clock_counts() -> None:
    assert first_s(placed(programme(10, declared=b"10000000"), "10:00:00:00", 1.5, 11 * MINUTE)) == 6.5


def test_the_subtitle_zero_is_left_out_and_told() -> None:
    cues = placed(programme(10, declared=b"10000000", zero=True), None, 0.0, 11 * MINUTE)
    assert (first_s(cues), len(cues.segments)) == (5, 40)
    assert cues.notes == ("cues_left_out: 1 cue ends before the programme begins",)


@pytest.mark.parametrize("video", [None, "23:55:00:00"])
def test_a_tape_goes_on_after_midnight(video: str | None) -> None:
    blocks = [tti(b"STORY: EPISODE 1", "00:00:00:00", "00:00:00:08", number=0)]
    times = (("23:55:05:00", "23:55:07:00"), ("00:04:00:00", "00:04:02:00"))
    blocks += [tti(b"line", begin, end, number=number) for number, (begin, end) in enumerate(times, 1)]
    cues = placed(parse(stl(blocks, tcp=b"23550000"), "stl"), video, 0.0, 10 * MINUTE)
    assert [(one.start_s, one.end_s) for one in cues.segments] == [(5, 7), (540, 542)]
    assert "1 cue ends before" in cues.notes[0]


def test_a_cue_that_began_before_the_video_is_cut_at_its_beginning() -> None:
    cues = placed(programme(10, declared=b"10000600"), None, 0.0, 11 * MINUTE)
    assert (cues.segments[0].start_s, cues.segments[0].end_s) == (0, 1)


@pytest.mark.parametrize("declared", [b"10000000", b"00000000"])
def test_another_programme_s_subtitles_stay_wrong(declared: bytes) -> None:
    cues = placed(programme(10, declared=declared), None, 0.0, 2 * MINUTE)
    with pytest.raises(WrongSubtitlesError, match="after the video's end"):
        fitted(cues.segments, 2 * MINUTE)


def test_times_of_no_tape_are_left_alone() -> None:
    cues = parse(b"1\n10:00:01,000 --> 10:00:02,000\nHola\n", "srt")
    assert placed(cues, "10:00:00:00", 0.0, MINUTE) is cues


EBU_TT = """<tt:tt xmlns:tt="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" xml:lang="es"
    xmlns:ebuttm="urn:ebu:tt:metadata" ttp:timeBase="smpte" ttp:frameRate="25" ttp:dropMode="nonDrop">
  <tt:head><tt:metadata><ebuttm:documentMetadata>{start}</ebuttm:documentMetadata></tt:metadata></tt:head>
  <tt:body><tt:div><tt:p begin="10:00:05:00" end="10:00:07:12">Hola</tt:p></tt:div></tt:body></tt:tt>"""


@pytest.mark.parametrize(
    ("start", "told"),
    [
        ("<ebuttm:documentStartOfProgramme>10:00:00:00</ebuttm:documentStartOfProgramme>", False),
        ("<ebuttm:documentStartOfProgramme>10:00:00</ebuttm:documentStartOfProgramme>", False),
        ("", True),
    ],
)
def test_ebu_tt_says_where_the_programme_begins(start: str, told: bool) -> None:
    cues = placed(parse(EBU_TT.format(start=start).encode(), "xml"), None, 0.0, MINUTE)
    assert [(one.start_s, one.end_s, one.text) for one in cues.segments] == [(5, 7.48, "Hola")]
    assert bool(cues.notes) == told
