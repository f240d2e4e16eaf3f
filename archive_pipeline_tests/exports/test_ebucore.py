"""EBUCore taken apart, and held against its own schema."""

from fractions import Fraction
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from archive_pipeline.exports.ebucore import ebucore
from archive_pipeline_tests.exports.cuts import CASES, NAMES, cut, recorded
from archive_pipeline_tests.exports.schemas import problems

NAMESPACES = {"ebu": "urn:ebu:metadata-schema:ebucore", "dc": "http://purl.org/dc/elements/1.1/"}


def frames_and_rate(element: Element | None) -> tuple[int, Fraction]:
    assert element is not None
    factor = Fraction(int(element.attrib["factorNumerator"]), int(element.attrib["factorDenominator"]))
    return int(element.text or ""), int(element.attrib["editRate"]) * factor


@pytest.mark.parametrize(("rate", "timecode"), CASES)
def test_parts_are_the_shots_in_frames(rate: str, timecode: str) -> None:
    selection = recorded(cut(rate, timecode))
    parts = ElementTree.fromstring(ebucore(selection)).findall("ebu:coreMetadata/ebu:part", NAMESPACES)
    exact = selection.clips[0].source.counting.rate
    for part, clip in zip(parts, selection.clips, strict=True):
        start = part.find("ebu:partStartTime/ebu:editUnitNumber", NAMESPACES)
        length = part.find("ebu:partDuration/ebu:editUnitNumber", NAMESPACES)
        assert (frames_and_rate(start), frames_and_rate(length)) == ((clip.first, exact), (clip.n_frames, exact))


def test_the_video_is_named_and_described() -> None:
    root = ElementTree.fromstring(ebucore(recorded(cut("29.97 DF", name="日本の夏.mp4"))))
    assert root.findtext(".//ebu:title/dc:title", namespaces=NAMESPACES) == "日本の夏.mp4"
    assert root.findtext(".//ebu:description/dc:description", namespaces=NAMESPACES) == "Two <scenes> & a beach"
    timecode = root.find(".//ebu:timecodeStart/ebu:timecode", NAMESPACES)
    assert timecode is not None
    assert (timecode.text, timecode.attrib["dropframe"]) == ("10:00:00:00", "true")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("rate", ["25", "29.97 DF", "uneven"])
def test_its_schema_has_nothing_against_it(name: str, rate: str) -> None:
    assert problems("ebucore.xsd", ebucore(recorded(cut(rate, name=name, n=5)))) == []
