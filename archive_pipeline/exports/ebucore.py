"""EBUCore 1.10 (EBU Tech 3293): a video and its shots as parts, for the catalogues of broadcasters."""

from fractions import Fraction
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from archive_pipeline.exports.model import Clip, Note, Record, Selection
from archive_pipeline.exports.text import xml_text

_EBU = "urn:ebu:metadata-schema:ebucore"
_DC = "http://purl.org/dc/elements/1.1/"
ElementTree.register_namespace("ebucore", _EBU)
ElementTree.register_namespace("dc", _DC)


def ebucore(selection: Selection) -> bytes:
    """Times of parts are counted in frames from the first one, which is exact for every rate."""
    assert selection.record
    root = Element(f"{{{_EBU}}}ebuCoreMain", version="1.10")
    about = _add(root, "coreMetadata")
    _video(about, selection.record)
    for number, (clip, note) in enumerate(zip(selection.clips, selection.record.shots, strict=True), start=1):
        _part(about, clip, note, number, len(selection.clips))
    ElementTree.indent(root)
    return bytes(ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True))


def _video(about: Element, record: Record) -> None:
    source = record.source
    _dublin(_add(about, "title"), "title", source.name)
    if record.summary:
        _dublin(_add(about, "description", typeLabel="summary"), "description", record.summary)
    for kind, value in (("video_id", source.video_id), ("sha256", source.sha256)):
        _dublin(_add(about, "identifier", typeLabel=kind), "identifier", value)
    form = _add(about, "format")
    video = _add(form, "videoFormat", videoFormatName=record.video_codec)
    _add(video, "width", str(source.width), unit="pixel")
    _add(video, "height", str(source.height), unit="pixel")
    _rate(_add(video, "frameRate", str(source.counting.nominal)), source.counting.rate, source.counting.nominal)
    if record.audio_codec:
        _add(form, "audioFormat", audioFormatName=record.audio_codec)
    _add(form, "containerFormat", containerFormatName=record.container)
    if source.timecode:
        coded = _add(_add(_add(form, "timecodeFormat"), "timecodeStart"), "timecode", source.timecode)
        coded.set("dropframe", str(source.drop_frame).lower())
    _frames(_add(form, "duration"), source.n_frames, source.counting.rate)


def _part(about: Element, clip: Clip, note: Note, number: int, total: int) -> None:
    part = _add(about, "part", partName=note.text, partNumber=str(number), partTotalNumber=str(total), typeLabel="shot")
    _dublin(_add(part, "identifier", typeLabel="shot_id"), "identifier", clip.shot_id)
    rate = clip.source.counting.rate
    _frames(_add(part, "partStartTime"), clip.first, rate)
    _frames(_add(part, "partDuration"), clip.n_frames, rate)


def _frames(parent: Element, n: int, rate: Fraction) -> None:
    nominal = max(1, round(rate))
    unit = _add(parent, "editUnitNumber", str(n), editRate=str(nominal))
    _rate(unit, rate, nominal)


def _rate(element: Element, rate: Fraction, nominal: int) -> None:
    """A rate is a whole number times a fraction: 30 × 1000/1001."""
    factor = rate / nominal
    element.set("factorNumerator", str(factor.numerator))
    element.set("factorDenominator", str(factor.denominator))


def _add(parent: Element, name: str, text: str = "", **attributes: str) -> Element:
    element = SubElement(parent, f"{{{_EBU}}}{name}", {key: xml_text(value) for key, value in attributes.items()})
    element.text = text or None
    return element


def _dublin(parent: Element, name: str, text: str) -> None:
    SubElement(parent, f"{{{_DC}}}{name}").text = xml_text(text)
