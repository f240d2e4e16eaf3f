"""EAF read back by pympi, and held against ELAN's schema."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pympi.Elan import Eaf

from archive_pipeline.exports.eaf import eaf
from archive_pipeline.exports.model import Note, Selection
from archive_pipeline_tests.exports.cuts import CASES, NAMES, cut, recorded
from archive_pipeline_tests.exports.schemas import problems


def read(selection: Selection, folder: Path) -> Eaf:
    file = folder / "x.eaf"
    file.write_bytes(eaf(selection))
    return Eaf(file)


@pytest.mark.parametrize(("rate", "timecode"), CASES)
def test_shots_tile_their_tier_to_the_frame(rate: str, timecode: str, tmp_path: Path) -> None:
    selection = recorded(cut(rate, timecode))
    found = sorted(read(selection, tmp_path).get_annotation_data_for_tier("shots"))
    assert [end for _, end, _ in found[:-1]] == [start for start, _, _ in found[1:]]
    of = selection.clips[0].source
    assert [of.frame_at(start / 1000) for start, _, _ in found] == [clip.first for clip in selection.clips]


def test_everything_known_is_a_tier_and_nothing_is_lost(tmp_path: Path) -> None:
    selection = recorded(cut())
    assert selection.record
    document = read(selection, tmp_path)
    tiers = document.get_tier_names()
    assert {"classes", "scenes", "shots", "contents", "transcript", "transcript Anna", "transcript Anna 2"} <= set(
        tiers
    )
    said = [
        one for tier in tiers if tier.startswith("transcript") for one in document.get_annotation_data_for_tier(tier)
    ]
    assert len(said) == len(selection.record.transcript)
    assert "Привет, что --> там?" in {text for _, _, text in said}
    assert {text for _, _, text in document.get_annotation_data_for_tier("scenes")} == {
        "Scene 1: la playa",
        "Scene 2: 夏",
    }
    assert document.get_parameters_for_tier("transcript Anna")["PARTICIPANT"] == "Anna"


def test_no_two_notes_of_a_tier_overlap(tmp_path: Path) -> None:
    document = read(recorded(cut()), tmp_path)
    for tier in document.get_tier_names():
        found = sorted(document.get_annotation_data_for_tier(tier))
        assert all(end <= start for (_, end, _), (start, _, _) in pairwise(found)), tier


def test_times_stand_in_their_order() -> None:
    slots = ElementTree.fromstring(eaf(recorded(cut()))).findall("TIME_ORDER/TIME_SLOT")
    times = [int(slot.attrib["TIME_VALUE"]) for slot in slots]
    assert times == sorted(times)


@pytest.mark.parametrize("name", NAMES)
def test_elans_schema_has_nothing_against_it(name: str) -> None:
    assert problems("EAFv2.8.xsd", eaf(recorded(cut(name=name)))) == []


def test_tiers_that_would_have_one_name_are_numbered(tmp_path: Path) -> None:
    selection = recorded(cut())
    assert selection.record
    concepts = {"shots": selection.record.shots[:3]}
    said = (Note(0, 2, "one", "Anna"), Note(1, 3, "two", "Anna"), Note(0, 1, "three", "Anna 2"))
    record = replace(selection.record, concepts=concepts, transcript=said)
    document = read(replace(selection, record=record), tmp_path)
    texts = {
        tier: [text for _, _, text in document.get_annotation_data_for_tier(tier)]
        for tier in document.get_tier_names()
        if tier.startswith("transcript")
    }
    assert texts == {"transcript Anna": ["one"], "transcript Anna 2": ["two"], "transcript Anna 2 2": ["three"]}
    assert len(document.get_annotation_data_for_tier("shots")) == len(selection.record.shots)
    assert len(document.get_annotation_data_for_tier("shots 2")) == 3
