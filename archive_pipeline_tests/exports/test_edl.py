"""EDLs read back by pycmx, which takes them apart, and by OpenTimelineIO's adapter, which counts their frames."""

import io
import re

import opentimelineio as otio
import pycmx
import pytest
from pycmx.edit import Edit

from archive_pipeline.exports.edl import edl
from archive_pipeline.exports.formats import FORMATS, written
from archive_pipeline.exports.model import Selection
from archive_pipeline_tests.exports.cuts import CASES, NAMES, cut, mixed, noted, shots, source


def edits(content: bytes) -> list[Edit]:
    read = pycmx.parse_cmx3600(io.StringIO(content.decode()))
    assert not [one for one in read.unrecognized_statements if one.content]
    return [edit for event in read.events for edit in event.edits]


@pytest.mark.parametrize(("rate", "timecode"), CASES)
def test_every_event_has_its_clips_timecodes_and_no_gap(rate: str, timecode: str) -> None:
    selection = cut(rate, timecode)
    read = edits(edl(selection))
    assert [(edit.source_in, edit.source_out) for edit in read] == [clip.timecodes for clip in selection.clips]
    assert read[0].record_in.replace(";", ":") == "01:00:00:00"
    assert [edit.record_out for edit in read[:-1]] == [edit.record_in for edit in read[1:]]


@pytest.mark.parametrize(
    ("rate", "timecode"), [case for case in CASES if "uneven" not in case and "midnight" not in case]
)
def test_another_reader_counts_the_same_frames(rate: str, timecode: str) -> None:
    """The uneven rate is none to it, and of what passes midnight it makes a negative length."""
    selection = cut(rate, timecode)
    frame_rate = selection.clips[0].source.frame_rate
    track = otio.adapters.read_from_string(edl(selection).decode(), "cmx_3600", rate=frame_rate).tracks[0]
    counts = [(clip.source_range.start_time.value, clip.source_range.duration.value) for clip in track]
    assert counts == [(clip.counts[0], clip.n_frames) for clip in selection.clips]
    assert track.duration().value == sum(clip.n_frames for clip in selection.clips)


def test_after_midnight_timecodes_begin_again() -> None:
    (event,) = edits(edl(cut("25", "midnight", n=1)))
    assert event.source_in.startswith("23:59:4")
    last = edits(edl(cut("25", "midnight", n=200)))[-1]
    assert last.source_out.startswith("00:1")


def test_a_source_of_another_rate_keeps_its_timecode_and_says_so() -> None:
    selection = mixed()
    content = edl(selection)
    read = edits(content)
    assert [(edit.source_in, edit.source_out) for edit in read] == [clip.timecodes for clip in selection.clips]
    assert [edit.record_out for edit in read[:-1]] == [edit.record_in for edit in read[1:]]
    assert content.decode().count("* SOURCE FRAME RATE: 23.976, LIST: 25.000") == 19


def test_a_list_says_when_frames_are_dropped_and_when_no_more() -> None:
    dropping, counting = shots(source("29.97 DF", name="a.mxf"), 2), shots(source("29.97 NDF", name="b.mxf"), 1)
    text = edl(Selection("x", [dropping[0], counting[0], dropping[1]])).decode()
    said = re.findall(r"FCM: .*|^\d{3}", text, re.MULTILINE)
    assert [line.strip() for line in said] == [
        "FCM: DROP FRAME", "001", "FCM: NON-DROP FRAME", "002", "FCM: DROP FRAME", "003",
    ]  # fmt: skip
    assert "* SOURCE WITHOUT TIMECODE: COUNTED FROM 00:00:00:00" in edl(cut(timecode="none")).decode()


@pytest.mark.parametrize("name", NAMES)
def test_clips_are_named_as_their_files(name: str) -> None:
    read = edits(edl(cut(name=name)))
    assert {edit.clip_name for edit in read} == {name}
    assert all(re.fullmatch("[A-Z0-9]{8}", edit.source) for edit in read)


def test_a_reel_is_the_same_in_every_list_and_of_one_video_only() -> None:
    names = [f"fiestas del pilar {number}.mxf" for number in range(100)]
    together = edits(edl(Selection("x", [shots(source(name=name), 1)[0] for name in names])))
    assert len({edit.source for edit in together}) == 100
    assert edits(edl(cut(name=names[7])))[0].source == together[7].source


def test_lines_are_ascii_but_for_names_and_notes_and_end_in_crlf() -> None:
    text = edl(noted(cut(name="日本.mov", n=2), "ночь\nи день")).decode()
    assert all(line.isascii() for line in text.split("\r\n") if not line.startswith(("* FROM", "* LOC")))
    assert "\n" not in text.replace("\r\n", "")
    assert text.startswith("TITLE: Ano nuevo\r\n")
    assert "* LOC: 01:00:00:00 WHITE   ночь_и день\r\n" in text
    assert "FROM CLIP NAME: a__b.mov\r" in edl(cut(name="a\r\nb.mov")).decode()


def test_twelve_hundred_shots_are_two_lists_and_none_is_lost() -> None:
    selection = cut(n=1200)
    first, second = (edits(content) for content in written(FORMATS["edl"], selection))
    assert [len(first), len(second)] == [999, 201]
    assert [edit.source_in for edit in (*first, *second)] == [clip.timecodes[0] for clip in selection.clips]
    with pytest.raises(ValueError, match="999"):
        edl(selection)


def test_why_opentimelineios_adapter_does_not_write_the_lists() -> None:
    """When one of these passes no more, look whether it can (otio-cmx3600-adapter 1.0.0)."""

    def by_adapter(selection: Selection) -> str:
        cut = otio.adapters.read_from_string(written(FORMATS["otio"], selection)[0].decode(), "otio_json")
        return str(otio.adapters.write_to_string(cut, "cmx_3600"))

    counted = cut("29.97 NDF", "tape")
    assert counted.clips[0].timecodes[0] not in by_adapter(counted), "it drops frames that are counted"
    assert "FCM:" not in by_adapter(cut("29.97 DF"))
    second = mixed().clips[1]
    assert second.timecodes[1] not in by_adapter(mixed()), "it counts every source in the rate of the first"
    assert re.search(r"^1000 ", by_adapter(cut(n=1000)), re.MULTILINE)
