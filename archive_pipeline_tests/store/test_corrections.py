"""Corrections: all are kept, one file a video, refused where no person can mean them; where each belongs now."""

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from archive_pipeline.errors import RequestError
from archive_pipeline.store.corrected import Corrected, corrected, nothing_corrected
from archive_pipeline.store.corrections import Correction, Corrections
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.placed_corrections import bounded, placed

TAPE = VideoName("films", b"tape.mp4")
A, B, C = (f"00000000-0000-5000-8000-00000000000{n}" for n in "abc")
SHOTS = pl.DataFrame({"shot_id": [A, B, C], "start_s": [0.0, 2.0, 4.0], "end_s": [2.0, 4.0, 9.0], "class": [0, 1, -1]})
SEGMENTS = pl.DataFrame({"segment": [0, 1], "start_s": [0.2, 2.1], "end_s": [1.8, 3.9]})
CLASSES = pl.DataFrame({"class": [-1, 0, 1], "medoid_s": [5.0, 1.0, 3.0]})


def correction(**changes: Any) -> Correction:
    given = {"video_id": TAPE.video_id, "sha256": "f", "field": "title", "start_s": 0.0, "end_s": 2.0, "value": "Right"}
    return Correction(**{**given, **changes})


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path)


def stand(lake: Lake, *made: Correction, shots: pl.DataFrame = SHOTS, sha256: str = "f") -> Corrected:
    """The corrections after these, beside the tables above."""
    for one in made:
        Corrections(lake).add(one)
    rows = placed(Corrections(lake).of(TAPE), shots, SEGMENTS, CLASSES, sha256)
    return Corrected(rows, dict(shots.select("shot_id", "class").rows()))


def test_all_are_kept_and_the_last_of_two_people_counts(lake: Lake) -> None:
    found = stand(lake, correction(value="Ana's", corrected_by="Ana"), correction(value="Eva's", corrected_by="Eva"))
    assert found.rows["value"].to_list() == ["Ana's", "Eva's"]
    assert found.rows["state"].to_list() == ["superseded", "kept"]
    assert found.title(A, "machine") == "Eva's"
    assert found.title(B, "machine") == "machine"


def test_an_empty_value_takes_it_back(lake: Lake) -> None:
    found = stand(lake, correction(), correction(value=" \n "))
    assert found.rows["state"].to_list() == ["superseded", "withdrawn"]
    assert found.title(A, "machine") == "machine"


def test_a_title_moves_to_the_shot_that_holds_its_middle(lake: Lake) -> None:
    found = stand(lake, correction(start_s=1.5, end_s=4.5))
    assert found.rows.select("state", "shot_id").rows() == [("moved", B)]


def test_what_was_said_of_just_these_times_comes_before_what_moved_there_later(lake: Lake) -> None:
    found = stand(lake, correction(value="of this shot"), correction(value="of another", end_s=1.7))
    assert found.rows["state"].to_list() == ["kept", "superseded"]
    stand(lake, correction(value=""))
    assert stand(lake).title(A, "machine") == "machine", "taken back, although another would have moved there"


def test_of_another_content_or_outside_of_it_all_is_lost_and_comes_back_with_the_content(lake: Lake) -> None:
    made = [correction(field="class_name", start_s=1.0, end_s=1.0), correction(start_s=20, end_s=30)]
    assert stand(lake, *made).rows["state"].to_list() == ["kept", "lost"]
    assert stand(lake, sha256="another").rows["state"].to_list() == ["lost", "lost"]
    assert stand(lake).rows["state"].to_list() == ["kept", "lost"]
    assert stand(lake, correction(start_s=20, end_s=30, value="")).rows["state"].to_list()[1:] == [
        "superseded",
        "withdrawn",
    ]


def test_a_text_moves_to_a_segment_of_mostly_its_time_only(lake: Lake) -> None:
    found = stand(
        lake,
        correction(field="text", start_s=0.2, end_s=1.6),
        correction(field="speaker", start_s=2.1, end_s=3.9, value="Ana"),
        correction(field="text", start_s=0.5, end_s=0.9),
    )
    assert found.rows.select("state", "segment").rows() == [("moved", 0), ("kept", 1), ("lost", None)]
    said = SEGMENTS.with_columns(text=pl.Series(["uno", "dos"]), speaker=pl.lit(None, pl.String))
    assert found.transcript(said).select("text", "speaker").rows() == [("Right", None), ("dos", "Ana")]


def test_a_name_follows_its_class_by_its_most_typical_frame_and_noise_has_none(lake: Lake) -> None:
    found = stand(
        lake,
        correction(field="class_name", start_s=3.0, end_s=3.0, value="Studio"),
        correction(field="class_name", start_s=0.5, end_s=0.5, value="Beach"),
        correction(field="class_name", start_s=5.0, end_s=5.0, value="Noise"),
    )
    assert found.rows.select("state", "class").rows() == [("kept", 1), ("moved", 0), ("lost", None)]
    assert found.class_names() == {A: "Beach", B: "Studio"}


def bounds(lake: Lake, *made: tuple[float, str], shots: pl.DataFrame = SHOTS) -> list[tuple[bool, float | None]]:
    """Boundaries that people meant, after these: whether it is just there, and what changes of the machine's."""
    for at_s, value in made:
        Corrections(lake).add(correction(field="boundary", start_s=at_s, end_s=at_s, value=value))
    found = bounded(Corrections(lake).of(TAPE), shots, lambda: np.arange(18) / 2, "f")
    return [(one.is_same, one.boundary_s) for one in found.values()]


def test_a_boundary_is_joined_divided_and_the_last_word_about_a_moment_counts(lake: Lake) -> None:
    assert bounds(lake, (2.0, "none"), (6.0, "here")) == [(True, 2.0), (True, 6.0)]
    assert bounds(lake, (2.0, ""), (6.0, "")) == []
    assert bounds(lake, (2.0, "none"), (2.0, "here")) == [(True, None)], "as the machine has it"


def test_a_boundary_that_moved_is_the_one_near_and_one_that_is_gone_is_as_it_should_be(lake: Lake) -> None:
    moved = SHOTS.with_columns(start_s=pl.Series([0.0, 2.3, 4.0]), end_s=pl.Series([2.3, 4.0, 9.0]))
    assert bounds(lake, (2.0, "none"), shots=moved) == [(False, 2.3)]
    assert bounds(lake, shots=SHOTS.filter(pl.col("start_s") != 2.0)) == [(True, None)]


def test_a_boundary_without_frames_on_both_sides_is_lost_until_there_are_some(lake: Lake) -> None:
    assert bounds(lake, (6.2, "here"), (6.3, "here")) == [(True, 6.2)]
    rows = placed(Corrections(lake).of(TAPE), SHOTS, SEGMENTS, CLASSES, "f", {})
    assert rows["state"].to_list() == ["lost", "lost"]


def test_a_shot_that_no_model_described_has_what_a_person_says(lake: Lake) -> None:
    found = stand(lake, correction(), correction(start_s=2, end_s=4, field="description", value="Two\nlines"))
    described = pl.DataFrame({"shot_id": [B], "title": ["by a model"], "description": ["by a model"]})
    assert sorted(found.descriptions(described).rows()) == [(A, "Right", None), (B, "by a model", "Two\nlines")]


def test_a_video_that_nobody_corrected_costs_a_look_for_a_file(lake: Lake) -> None:
    assert corrected(lake, TAPE) is nothing_corrected()
    assert Corrections(lake).version(TAPE) is None
    assert list(Corrections(lake).videos()) == []
    Corrections(lake).add(correction())
    lake.objects.append("corrections/stray.jsonl", b"not of a video\n")
    assert [video for video, _ in Corrections(lake).videos()] == [TAPE]


@pytest.mark.parametrize("value", ["مرحبا بالعالم", "שלום\u200f עולם", "می\u200cخواهم", "👩\u200d🎬", "<b>&amp;{{1}}"])
def test_whatever_people_write_is_kept_as_it_is(lake: Lake, value: str) -> None:
    assert stand(lake, correction(value=value)).title(A, None) == value


@pytest.mark.parametrize(
    "changes",
    [
        {"value": "a\x00b"},
        {"value": "\x1b[31mred"},
        {"value": "\u202egnp.exe"},
        {"value": "\ud800"},
        {"value": "x" * 301},
        {"field": "description", "value": "x" * 10_000_000},
        {"corrected_by": "x" * 101},
        {"field": "shots"},
        {"start_s": float("nan")},
        {"start_s": 3.0},
        {"field": "boundary", "value": "there"},
    ],
)
def test_what_no_person_can_mean_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(RequestError, match="bad_correction"):
        correction(**changes)


def test_a_torn_line_costs_that_line_only(lake: Lake) -> None:
    Corrections(lake).add(correction(value="first"))
    lake.objects.append("corrections/films/tape.mp4.jsonl", b'{"correction": "torn", "start_s": "x"')
    Corrections(lake).add(correction(value="second"))
    assert Corrections(lake).of(TAPE)["value"].to_list() == ["first", "second"]
    assert list(Corrections(lake).passed_over().values()) == [1]


@pytest.mark.parametrize("video_id", ["../../etc/passwd", "Films/a.mp4", ""])
def test_a_correction_of_an_impossible_video_writes_nowhere(tmp_path: Path, video_id: str) -> None:
    with pytest.raises(RequestError, match="unknown_video"):
        Corrections(Lake(tmp_path / "lake")).add(correction(video_id=video_id))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
