"""IIIF manifests taken apart; where its JSON schema lies beside the repository, held against it."""

import json
from dataclasses import replace
from typing import Any

import pytest

from archive_pipeline.exports.iiif import manifest
from archive_pipeline.exports.model import Selection
from archive_pipeline_tests.exports.cuts import CASES, NAMES, cut, recorded


def read(selection: Selection) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(manifest(selection))
    return found


@pytest.mark.parametrize(("rate", "timecode"), CASES)
def test_ranges_are_the_scenes_and_their_shots_to_the_frame(rate: str, timecode: str) -> None:
    selection = recorded(cut(rate, timecode))
    scenes = read(selection)["structures"]
    pieces = [shot["items"][0]["id"].partition("#t=")[2].split(",") for scene in scenes for shot in scene["items"]]
    assert [end for _, end in pieces[:-1]] == [start for start, _ in pieces[1:]]
    of = selection.clips[0].source
    assert [of.frame_at(float(start)) for start, _ in pieces] == [clip.first for clip in selection.clips]
    assert [scene["label"]["none"] for scene in scenes] == [["Scene 1: la playa"], ["Scene 2: 夏"]]


@pytest.mark.parametrize("name", NAMES)
def test_the_video_is_painted_on_a_canvas_that_lasts_as_long(name: str) -> None:
    selection = recorded(cut(name=name))
    (canvas,) = read(selection)["items"]
    (painting,) = canvas["items"][0]["items"]
    assert canvas["duration"] == pytest.approx(selection.clips[0].source.end_s, abs=0.001)
    assert painting["body"]["type"] == "Video"
    assert painting["body"]["id"].startswith("https://archive.example/media/sources/films/")
    assert painting["target"] == canvas["id"]
    assert canvas["label"] == {"none": [name]}


def test_of_a_video_that_browsers_do_not_play_the_pictures_of_its_shots_are_shown() -> None:
    selection = recorded(cut(n=12))
    assert selection.record
    unplayable = replace(selection.record, source=replace(selection.record.source, is_playable=False))
    (canvas,) = read(replace(selection, record=unplayable))["items"]
    paintings = canvas["items"][0]["items"]
    assert [painting["body"]["type"] for painting in paintings] == ["Image"] * 12
    assert all("#t=" in painting["target"] for painting in paintings)


def test_what_is_said_is_an_annotation_each() -> None:
    selection = recorded(cut())
    assert selection.record
    (canvas,) = read(selection)["items"]
    said = canvas["annotations"][0]["items"]
    assert len(said) == len(selection.record.transcript)
    assert {one["motivation"] for one in said} == {"supplementing"}
