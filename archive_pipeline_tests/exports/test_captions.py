"""WebVTT read back by pysubs2."""

from dataclasses import replace

import pysubs2
import pytest

from archive_pipeline.exports.captions import chapters, subtitles
from archive_pipeline.exports.model import Note, Record
from archive_pipeline_tests.exports.cuts import CASES, cut, recorded


def record_of(rate: str = "25", timecode: str = "tape") -> Record:
    found = recorded(cut(rate, timecode)).record
    assert found
    return found


def times(notes: tuple[Note, ...]) -> list[tuple[int, int]]:
    return sorted((round(note.start_s * 1000), round(note.end_s * 1000)) for note in notes)


@pytest.mark.parametrize(("rate", "timecode"), CASES)
def test_chapters_begin_on_the_frames_of_their_scenes(rate: str, timecode: str) -> None:
    selection = recorded(cut(rate, timecode))
    assert selection.record
    of = selection.record.source
    read = pysubs2.SSAFile.from_string(chapters(selection).decode(), format_="vtt")
    assert [(one.start, one.end) for one in read] == times(selection.record.scenes)
    starts = [of.frame_at(event.start / 1000) for event in read]
    assert starts == [of.frame_at(scene.start_s) for scene in selection.record.scenes]
    assert [event.text for event in read] == ["Scene 1: la playa", "Scene 2: 夏"]


def test_what_is_said_is_a_cue_each_with_its_speaker_and_never_markup() -> None:
    selection = recorded(cut())
    assert selection.record
    text = subtitles(selection).decode()
    read = pysubs2.SSAFile.from_string(text, format_="vtt", keep_html_tags=True)
    assert sorted((one.start, one.end) for one in read) == times(selection.record.transcript)
    assert text.count("-->") == len(selection.record.transcript)
    assert "<v Anna>Привет, что --&gt; там?" in text
    assert "a &lt; b &amp; c 2" in text


def test_braces_and_backslashes_are_said_like_all_else() -> None:
    selection = recorded(cut())
    assert selection.record
    said = (Note(0, 1, r"{laughs} C:\new\hat"), Note(1, 2, r"{\p1}a drawing{\p0}"))
    text = subtitles(replace(selection, record=replace(selection.record, transcript=said))).decode()
    assert "{laughs} C:&#92;new&#92;hat\n" in text
    assert "{&#92;p1}a drawing{&#92;p0}\n" in text
