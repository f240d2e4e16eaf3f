"""The fast detector on real clips whose hard cuts a person has checked (footage/shots.json)."""

from pathlib import Path

import pytest

from archive_pipeline.evaluation.boundaries import Score, score_gradual, score_hard_cuts
from archive_pipeline.evaluation.clips import VERIFIED, Clip, verified_clips
from archive_pipeline.evaluation.peers import Found, peers

SINGLE_SHOTS = ("butterfly.mp4", "toy_monster.webm", "friday_bw.mp4", "bee_hls_0.ts", "asl_book.mkv", "synth_vp9.webm")


@pytest.fixture(scope="module")
def found(footage: Path) -> dict[str, tuple[Clip, Found]]:
    return {clip.path.name: (clip, peers()["fast"](clip.path)) for clip in verified_clips(footage)}


def pooled(found: dict[str, tuple[Clip, Found]], tolerance: int) -> Score:
    total = Score()
    for clip, result in found.values():
        total += score_hard_cuts(clip.truth, result.boundaries, tolerance)
    return total


def test_hard_cuts_of_all_clips_pooled_reach_f1_095_within_one_frame(found: dict[str, tuple[Clip, Found]]) -> None:
    assert pooled(found, 1).f1 >= 0.95


def test_nearly_every_hard_cut_is_on_its_very_frame(found: dict[str, tuple[Clip, Found]]) -> None:
    assert pooled(found, 0).f1 >= 0.95


@pytest.mark.parametrize("name", VERIFIED)
def test_no_clip_alone_is_bad(found: dict[str, tuple[Clip, Found]], name: str) -> None:
    clip, result = found[name]
    assert score_hard_cuts(clip.truth, result.boundaries).f1 >= 0.9


def test_the_last_shot_of_two_frames_is_found(found: dict[str, tuple[Clip, Found]]) -> None:
    assert 1689 in found["tears_of_steel_battle.webm"][1].boundaries.hard


def test_flashes_and_pans_that_look_like_cuts_are_none(found: dict[str, tuple[Clip, Found]]) -> None:
    for name, lookalikes in (("tears_of_steel_battle.webm", (921, 1665)), ("bbb_first30s.webm", (431, 498))):
        hard = found[name][1].boundaries.hard
        assert not [at for at in lookalikes if any(abs(at - cut) <= 1 for cut in hard)]


def test_most_fades_and_dissolves_of_a_trailer_are_found(found: dict[str, tuple[Clip, Found]]) -> None:
    clip, result = found["sintel_trailer_480p.mp4"]
    assert score_gradual(clip.truth, result.boundaries).recall >= 7 / 9


@pytest.mark.parametrize("name", SINGLE_SHOTS)
def test_a_single_shot_has_no_cut(footage: Path, name: str) -> None:
    boundaries = peers()["fast"](footage / name).boundaries
    assert boundaries.hard == ()
    assert boundaries.gradual == ()
