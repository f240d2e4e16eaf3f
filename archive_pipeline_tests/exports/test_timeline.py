"""OpenTimelineIO files read back by the library."""

import opentimelineio as otio
import pytest

from archive_pipeline.exports.model import Selection
from archive_pipeline.exports.timeline import timeline
from archive_pipeline_tests.exports.cuts import CASES, NAMES, cut, mixed, noted


def read(selection: Selection) -> otio.schema.Timeline:
    return otio.adapters.read_from_string(timeline(selection).decode(), "otio_json")


@pytest.mark.parametrize(("rate", "timecode"), CASES)
def test_every_clip_has_its_frames_in_its_sources_rate(rate: str, timecode: str) -> None:
    selection = cut(rate, timecode)
    (track,) = read(selection).tracks
    ranges = [(clip.source_range.start_time.value, clip.source_range.end_time_exclusive().value) for clip in track]
    assert ranges == [clip.counts for clip in selection.clips]
    exact = float(selection.clips[0].source.counting.rate)
    assert {clip.source_range.start_time.rate for clip in track} == {exact}
    assert track.duration().value == sum(clip.n_frames for clip in selection.clips)


def test_clips_lie_within_what_their_media_have() -> None:
    for clip in read(mixed()).find_clips():
        available = clip.media_reference.available_range
        assert available.start_time <= clip.source_range.start_time
        assert clip.source_range.end_time_exclusive() <= available.end_time_exclusive()


def test_timecodes_are_those_of_the_source() -> None:
    selection = cut("29.97 DF")
    for clip, own in zip(read(selection).find_clips(), selection.clips, strict=True):
        said = otio.opentime.to_timecode(clip.source_range.start_time, 30000 / 1001, drop_frame=True)
        assert said == own.timecodes[0]


def test_two_rates_stay_what_they_are() -> None:
    selection = mixed()
    clips = list(read(selection).find_clips())
    assert [clip.source_range.duration.value for clip in clips] == [clip.n_frames for clip in selection.clips]
    assert {round(clip.source_range.duration.rate, 3) for clip in clips} == {25.0, 23.976}


@pytest.mark.parametrize("name", NAMES)
def test_names_notes_and_ids_arrive(name: str) -> None:
    selection = noted(cut(name=name, n=3), "ночь\n— 夜")
    clips = list(read(selection).find_clips())
    assert [clip.name for clip in clips] == [name] * 3
    assert [marker.name for marker in clips[0].markers] == ["ночь\n— 夜"]
    assert clips[0].markers[0].marked_range.start_time == clips[0].source_range.start_time
    assert [clip.metadata["archive_pipeline"]["shot_id"] for clip in clips] == [one.shot_id for one in selection.clips]


def test_twelve_hundred_shots_are_one_timeline() -> None:
    assert len(list(read(cut(n=1200)).find_clips())) == 1200
