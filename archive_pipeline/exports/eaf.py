"""ELAN: a video's classes, scenes, shots, transcript and concepts as tiers, to be annotated further by hand."""

from collections.abc import Collection, Iterable, Iterator
from itertools import chain, count, groupby
from urllib.parse import quote
from xml.etree import ElementTree

from pympi.Elan import Eaf, to_adocument

from archive_pipeline.exports.model import Note, Record, Selection
from archive_pipeline.exports.text import xml_text

_TYPE = "archive"


def eaf(selection: Selection) -> bytes:
    """Times in milliseconds on the video's clock. Speakers have a tier each; notes that overlap share none."""
    assert selection.record
    record = selection.record
    document = Eaf(author="archive_pipeline")
    document.remove_tier("default")
    document.add_linguistic_type(_TYPE)
    document.remove_linguistic_type("default-lt")
    beside = f"./{quote(record.source.name)}"
    document.add_linked_file(record.source.url, relpath=beside, mimetype=record.source.media_type)
    for name, participant, notes in _tiers(record):
        tier = _free(name, document.tiers)
        document.add_tier(tier, _TYPE, part=participant)
        for note in notes:
            start = max(0, round(note.start_s * 1000))  # ELAN knows no time before its zero
            document.add_annotation(tier, start, max(start + 1, round(note.end_s * 1000)), xml_text(note.text))
    _order_times(document)
    return bytes(ElementTree.tostring(to_adocument(document), encoding="UTF-8", xml_declaration=True))


def _tiers(record: Record) -> Iterator[tuple[str, str | None, list[Note]]]:
    """Name, participant and notes of each tier; no two notes of one overlap, and two tiers may have one name."""
    pictures = ("classes", record.classes), ("scenes", record.scenes), ("shots", record.shots)
    yield from ((xml_text(name), None, list(notes)) for name, notes in chain(pictures, record.concepts.items()))
    by_speaker = sorted(record.transcript, key=lambda note: note.speaker or "")
    for speaker, said in groupby(by_speaker, key=lambda note: note.speaker or ""):
        name = xml_text(f"transcript {speaker}".strip())
        yield from ((name, xml_text(speaker) or None, notes) for notes in _apart(said))


def _free(name: str, taken: Collection[str]) -> str:
    """`name`, or `name 2` … where another tier is called that: speakers and vocabularies may have any name, and pympi
    forgets a tier when one is added by its name."""
    names = chain((name,), (f"{name} {number}" for number in count(2)))
    return next(one for one in names if one not in taken)


def _apart(notes: Iterable[Note]) -> list[list[Note]]:
    """As many tiers as notes lie upon each other."""
    tiers: list[list[Note]] = []
    for note in sorted(notes, key=lambda note: note.start_s):
        free = next((tier for tier in tiers if tier[-1].end_s <= note.start_s), None)
        if free is None:
            tiers.append([note])
        else:
            free.append(note)
    return tiers


def _order_times(document: Eaf) -> None:
    """pympi 1.71 numbers times in order of their making; the format wants them in order of time."""
    ordered = sorted(document.timeslots.items(), key=lambda slot: slot[1])
    renamed = {old: f"ts{number}" for number, (old, _) in enumerate(ordered, start=1)}
    document.timeslots = {renamed[old]: time for old, time in ordered}
    for annotations, *_ in document.tiers.values():
        for key, (start, end, *rest) in annotations.items():
            annotations[key] = (renamed[start], renamed[end], *rest)
