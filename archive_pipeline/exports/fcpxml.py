"""FCPXML: the cut for Final Cut Pro and DaVinci Resolve, in times that are exact fractions of a second."""

from collections.abc import Iterable
from fractions import Fraction
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from archive_pipeline.exports.model import Clip, Counting, Selection, Source
from archive_pipeline.exports.text import one_line, xml_text

_VERSION = "1.8"  # the newest that everything reads
_CONFORMED = {Fraction(rate): str(rate) for rate in (24, 25, 30, 48, 50, 60)} | {
    Fraction(24000, 1001): "23.98", Fraction(30000, 1001): "29.97",
    Fraction(48000, 1001): "47.95", Fraction(60000, 1001): "59.94",
}  # fmt: skip
"""The rates that the format has words for, where a source has another one than the sequence."""


def fcpxml(selection: Selection) -> bytes:
    """One clip after the other from 0 s, in a sequence of the rate of most sources.

    OpenTimelineIO's adapter (otio-fcpx-xml-adapter 1.0.0) does not write it: it knows 23.98, 29.97 and 59.94 as decimal
    numbers only and none of the rest, puts every source at 0 s whatever its timecode, says nothing of drop frame, fails
    on an apostrophe in a name, and runs ffprobe on the files.
    """
    counting = selection.most_common_counting()
    root = Element("fcpxml", version=_VERSION)
    resources = SubElement(root, "resources")
    sources = list(dict.fromkeys(clip.source for clip in selection.clips))
    formats = _formats(resources, counting, sources)
    assets = {source: _asset(resources, source, f"a{n}", formats) for n, source in enumerate(sources, start=1)}
    event = SubElement(root, "event", name=one_line(selection.title))
    sequence = _sequence(SubElement(event, "project", name=one_line(selection.title)), counting, formats)
    spine, position = SubElement(sequence, "spine"), 0
    for clip in selection.clips:
        length = clip.length_at(counting.rate)
        _clip(spine, clip, assets[clip.source], position, length, counting.rate)
        position += length
    sequence.set("duration", _time(position, counting.rate))
    ElementTree.indent(root)
    written = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n{written}\n'.encode()


def _formats(resources: Element, counting: Counting, sources: Iterable[Source]) -> dict[object, str]:
    """A format for each rate and size, by both, and that of the sequence under its `counting`."""
    formats: dict[object, str] = {}
    for source in sources:
        kind = source.counting.rate, source.width, source.height
        if kind not in formats:
            formats[kind] = f"r{len(formats) + 1}"
            rate, width, height = kind
            frame = f"{rate.denominator}/{rate.numerator}s"
            SubElement(resources, "format", id=formats[kind], frameDuration=frame, width=str(width), height=str(height))
            if rate == counting.rate:
                formats.setdefault(counting, formats[kind])
    return formats


def _asset(resources: Element, source: Source, key: str, formats: dict[object, str]) -> str:
    rate = source.counting.rate
    SubElement(
        resources, "asset", id=key, name=xml_text(source.name), src=xml_text(source.url),
        start=_time(source.first_count, rate), duration=_time(source.n_frames, rate),
        hasVideo="1", hasAudio=str(int(source.has_audio)), format=formats[rate, source.width, source.height],
    )  # fmt: skip
    return key


def _sequence(project: Element, counting: Counting, formats: dict[object, str]) -> Element:
    return SubElement(project, "sequence", format=formats[counting], tcStart="0s", tcFormat=_kind(counting))


def _clip(spine: Element, clip: Clip, asset: str, position: int, length: int, rate: Fraction) -> None:
    source, own = clip.source, clip.source.counting
    element = SubElement(
        spine, "asset-clip", ref=asset, name=xml_text(source.name), offset=_time(position, rate),
        start=_time(clip.counts[0], own.rate), duration=_time(length, rate), tcFormat=_kind(own),
    )  # fmt: skip
    if own.rate != rate and own.rate in _CONFORMED:
        SubElement(element, "conform-rate", scaleEnabled="0", srcFrameRate=_CONFORMED[own.rate])
    if clip.note:
        SubElement(
            element, "marker", start=element.attrib["start"], duration=_time(1, own.rate), value=one_line(clip.note)
        )


def _kind(counting: Counting) -> str:
    return "DF" if counting.drop_frame else "NDF"


def _time(frames: int, rate: Fraction) -> str:
    time = frames / rate
    return f"{time.numerator}s" if time.denominator == 1 else f"{time.numerator}/{time.denominator}s"
