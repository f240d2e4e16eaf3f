"""FCPXML taken apart in exact fractions, and read by OpenTimelineIO's adapter where that counts right."""

from fractions import Fraction
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import opentimelineio as otio
import pytest

from archive_pipeline.exports.fcpxml import fcpxml
from archive_pipeline.exports.model import Selection
from archive_pipeline_tests.exports.cuts import CASES, NAMES, cut, mixed, noted


def seconds(text: str) -> Fraction:
    return Fraction(text.removesuffix("s"))


def clips_of(selection: Selection) -> list[Element]:
    return ElementTree.fromstring(fcpxml(selection)).findall(".//spine/asset-clip")


@pytest.mark.parametrize(("rate", "timecode"), CASES)
def test_every_clip_begins_on_its_frame_and_where_the_one_before_ends(rate: str, timecode: str) -> None:
    selection = cut(rate, timecode)
    exact, position = selection.clips[0].source.counting.rate, Fraction(0)
    for element, clip in zip(clips_of(selection), selection.clips, strict=True):
        assert seconds(element.attrib["start"]) * exact == clip.counts[0]
        assert seconds(element.attrib["duration"]) * exact == clip.n_frames
        assert seconds(element.attrib["offset"]) == position
        assert element.attrib["tcFormat"] == ("DF" if clip.source.drop_frame else "NDF")
        position += seconds(element.attrib["duration"])


def test_what_is_named_is_there_and_holds_the_clip() -> None:
    root = ElementTree.fromstring(fcpxml(mixed()))
    formats = {element.attrib["id"]: element for element in root.findall("resources/format")}
    assets = {element.attrib["id"]: element for element in root.findall("resources/asset")}
    sequence = root.find(".//sequence")
    assert sequence is not None
    assert formats[sequence.attrib["format"]].attrib["frameDuration"] == "1/25s"
    assert {formats[asset.attrib["format"]].attrib["frameDuration"] for asset in assets.values()} == {
        "1/25s", "1001/24000s",
    }  # fmt: skip
    for clip in root.findall(".//asset-clip"):
        asset = assets[clip.attrib["ref"]]
        begin, end = seconds(asset.attrib["start"]), seconds(asset.attrib["start"]) + seconds(asset.attrib["duration"])
        assert begin <= seconds(clip.attrib["start"]) < end


def test_a_source_of_another_rate_lasts_whole_frames_of_the_sequence() -> None:
    selection = mixed()
    for element, clip in zip(clips_of(selection), selection.clips, strict=True):
        frames = seconds(element.attrib["duration"]) * 25
        assert frames.denominator == 1
        assert abs(frames / 25 - clip.n_frames / clip.source.counting.rate) <= Fraction(1, 50)
        conformed = [one.attrib["srcFrameRate"] for one in element.findall("conform-rate")]
        assert conformed == ([] if clip.source.counting.rate == 25 else ["23.98"])


@pytest.mark.parametrize("rate", ["24", "25", "50"])
def test_another_reader_finds_the_same_clips(rate: str) -> None:
    """The adapter takes 29.97 for 29 frames a second, and loses a frame where a float falls short of one: then it sees
    a gap of that frame."""
    selection = cut(rate, "none")
    (project,) = otio.adapters.read_from_string(fcpxml(selection).decode(), "fcpx_xml")
    gaps = project.find_children(descended_from_type=otio.schema.Gap)
    assert all(gap.source_range.duration.value <= 1 for gap in gaps)
    for read, clip in zip(project.find_clips(), selection.clips, strict=True):
        assert abs(read.source_range.start_time.value - clip.first) <= 1
        assert abs(read.source_range.duration.value - clip.n_frames) <= 1


@pytest.mark.parametrize("name", NAMES)
def test_names_and_notes_arrive(name: str) -> None:
    first, second = clips_of(noted(cut(name=name, n=2), "ночь\u0000\nи день"))
    assert first.attrib["name"] == second.attrib["name"] == name
    (marker,) = first.findall("marker")
    assert marker.attrib["value"] == "ночь__и день"
    assert marker.attrib["start"] == first.attrib["start"]


def test_twelve_hundred_shots_are_one_sequence() -> None:
    assert len(clips_of(cut(n=1200))) == 1200


def test_why_opentimelineios_adapter_does_not_write_it() -> None:
    """When one of these passes no more, look whether it can (otio-fcpx-xml-adapter 1.0.0)."""

    def by_adapter(rate: float, name: str = "a.mxf") -> Element:
        of = otio.opentime.RationalTime
        used = otio.opentime.TimeRange(of(36000 * round(rate), rate), of(50, rate))
        track = otio.schema.Track("V1", kind=otio.schema.TrackKind.Video)
        track.append(otio.schema.Clip(name, source_range=used))
        made = otio.schema.Timeline("x")
        made.tracks.append(track)
        return ElementTree.fromstring(otio.adapters.write_to_string(made, "fcpx_xml"))

    ntsc = by_adapter(30000 / 1001).find("resources/format")
    assert ntsc is not None
    assert ntsc.attrib["frameDuration"] == ""
    video = by_adapter(25.0).find(".//spine/clip/video")
    assert video is not None
    assert video.attrib["offset"] == "0s"
    assert "start" not in video.attrib, "at ten hours there is nothing of it"
    with pytest.raises(SyntaxError):
        by_adapter(25.0, "O'Brien.mxf")
