"""A simulated archive: its files decode to what its truth says, frame by frame."""

import hashlib
import json
from pathlib import Path

import av
import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from archive_pipeline.errors import ConfigurationError
from archive_pipeline.progress import listening
from archive_pipeline.simulator.archive import programme_for, simulate
from archive_pipeline.simulator.captions import describe
from archive_pipeline.simulator.editing import raw_frames
from archive_pipeline.simulator.truth import Truth, facts_of, read_truth
from archive_pipeline_tests.simulator.conftest import FORMATS, SECONDS
from archive_pipeline_tests.thorough import mostly_thorough, thorough


def decoded_luma(video: Path) -> NDArray[np.float32]:
    """Every frame, 64 × 36 pixels of luma."""
    with av.open(str(video)) as container:
        frames = [frame.reformat(64, 36, "gray").to_ndarray() for frame in container.decode(video=0)]
    return np.stack(frames).astype(np.float32)


@pytest.mark.parametrize("number", mostly_thorough(range(len(FORMATS)), [0]), ids=FORMATS)
def test_the_picture_changes_exactly_at_the_frames_of_hard_cuts(archive: Path, truth: Truth, number: int) -> None:
    path = truth.videos["path"][number]
    luma = decoded_luma(archive / "videos" / path)
    assert len(luma) == truth.videos["n_source_frames"][number]
    change = np.abs(np.diff(luma, axis=0)).mean((1, 2))  # change[n - 1] is from frame n - 1 to frame n
    hard = truth.cuts.filter((pl.col("path") == path) & (pl.col("kind") == "hard"))["start_frame"].to_list()
    assert hard
    for cut in hard:
        around = np.delete(change[cut - 5 : cut + 4], 4)
        assert change[cut - 1] > 2 * around.max(), f"{path}: no cut at frame {cut}"


def test_shots_tile_each_video_and_lie_in_scenes_of_one_class(truth: Truth) -> None:
    for path, n_frames in truth.videos.select("path", "n_source_frames").rows():
        shots = truth.shots.filter(pl.col("path") == path)
        assert shots["start_frame"][0] == 0
        assert shots["end_frame"][-1] == n_frames
        assert shots["start_frame"][1:].to_list() == shots["end_frame"][:-1].to_list()
        scenes = truth.scenes.filter(pl.col("path") == path)
        assert scenes["class"][1:].to_list() != []
        assert all(a != b for a, b in zip(scenes["class"][:-1], scenes["class"][1:], strict=True))
        assert shots.group_by("scene").agg(pl.col("class").n_unique())["class"].to_list() == [1] * len(scenes)
        assert scenes["end_s"][-1] == pytest.approx(SECONDS, abs=0.05)


def test_captions_in_the_truth_are_those_of_its_attributes(truth: Truth) -> None:
    for shot in truth.shots.to_dicts():
        assert shot["caption_en"] == describe(facts_of(shot), "en")
        assert shot["caption_es"] == describe(facts_of(shot), "es")


def test_the_readable_truth_says_the_same_as_the_tables(archive: Path, truth: Truth) -> None:
    readable = json.loads((archive / "truth" / "truth.json").read_text(encoding="utf-8"))
    assert readable["shots"] == truth.shots.to_dicts()


def frames_hash(seed: str) -> str:
    programme = programme_for(seed, 12, "h264", fast=False, held_out=True)
    digest = hashlib.sha256()
    for frame in raw_frames(programme, 360, only=frozenset(range(0, programme.n_frames, 17))):
        digest.update(frame)
    return digest.hexdigest()


def test_the_same_seed_draws_the_same_pictures() -> None:
    assert frames_hash("3/0") == frames_hash("3/0")
    assert frames_hash("3/0") != frames_hash("3/1")


@thorough
def test_more_videos_leave_the_first_ones_as_they_are(tmp_path: Path, ffmpeg: Path) -> None:
    one = simulate(tmp_path / "one", 1, 0.1, seed=5, ffmpeg=ffmpeg, fast=True)
    two = simulate(tmp_path / "two", 2, 0.1, seed=5, ffmpeg=ffmpeg, fast=True, jobs=2)
    name = "programme_0000.mp4"
    assert (one.videos / name).read_bytes() == (two.videos / name).read_bytes()
    first = read_truth(tmp_path / "two").shots.filter(pl.col("path") == name)
    assert first.equals(read_truth(tmp_path / "one").shots)


@thorough
def test_an_archive_without_held_out_combinations_shows_none(tmp_path: Path, ffmpeg: Path) -> None:
    simulate(tmp_path, 2, 0.5, seed=2, ffmpeg=ffmpeg, fast=True, held_out=False)
    assert not read_truth(tmp_path).shots["held_out"].any()


def test_black_and_white_hides_colours_from_the_truth() -> None:
    for number in range(40):
        programme = programme_for(f"1/{number}", 12, "h264", fast=False, held_out=True)
        if programme.look.black_and_white:
            take = next(take for take in programme.takes if take.facts.things)
            assert take.facts.things[0].colour is not None
            assert programme.visible(take.facts).things[0].colour is None
            return
    raise AssertionError("no black-and-white programme in forty")


def test_progress_is_reported_to_the_end(tmp_path: Path, ffmpeg: Path) -> None:
    heard: list[tuple[str, float]] = []
    with listening(lambda stage, fraction: heard.append((stage, fraction))):
        simulate(tmp_path, 2, 0.1, seed=4, ffmpeg=ffmpeg, fast=True)
    assert heard[-1] == ("simulate", pytest.approx(1.0))
    assert [fraction for _, fraction in heard] == sorted(fraction for _, fraction in heard)


def test_what_cannot_be_simulated_is_refused(tmp_path: Path, ffmpeg: Path) -> None:
    with pytest.raises(ConfigurationError, match="unknown_format"):
        simulate(tmp_path, 1, 1, seed=0, ffmpeg=ffmpeg, formats=("betacam",))
    with pytest.raises(ConfigurationError, match="bad_simulation"):
        simulate(tmp_path, 0, 1, seed=0, ffmpeg=ffmpeg)
    with pytest.raises(ConfigurationError, match="no_truth"):
        read_truth(tmp_path)
