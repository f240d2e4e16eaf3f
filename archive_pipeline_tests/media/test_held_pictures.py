"""Time decides, not frame numbers: slides, screen recordings, time lapses, pictures that are held; fades and leader."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from archive_pipeline.media.cuts import Cut, cut_detector
from archive_pipeline.media.cuts.training.shots import thumbnails
from archive_pipeline.media.leader import SIZE, leader
from archive_pipeline.media.model import Decoding, Sample
from archive_pipeline.media.moments import Moment, sample_moments
from archive_pipeline.media.probe import probe
from archive_pipeline.media.sampling import SamplingParameters, sample_video
from archive_pipeline_tests.media.zoo import encoded
from archive_pipeline_tests.media.zoo import run as run_ffmpeg


def found(path: Path, ffmpeg: Path) -> tuple[Decoding, list[Sample]]:
    samples: list[Sample] = []
    return sample_video(path, probe(path), SamplingParameters(), ffmpeg, samples.extend), samples


def hard(cuts: tuple[Cut, ...]) -> list[float]:
    return [round(cut.start_s, 3) for cut in cuts if cut.kind == "hard"]


def gradual(cuts: tuple[Cut, ...]) -> list[Cut]:
    return [cut for cut in cuts if cut.kind == "gradual"]


def test_eight_slides_have_seven_hard_cuts(cases: Path, ffmpeg: Path) -> None:
    decoding, _ = found(cases / "slides_quarter_fps.mp4", ffmpeg)
    assert (hard(decoding.cuts), gradual(decoding.cuts)) == ([4, 8, 12, 16, 20, 24, 28], [])


def test_pictures_that_are_held_are_cut_where_they_change(cases: Path, ffmpeg: Path) -> None:
    decoding, samples = found(cases / "vfr_hold_two_cuts.mp4", ffmpeg)
    assert hard(decoding.cuts) == [1.2, 9.3]
    assert [round(sample.pts_s, 3) for sample in samples] == [0, 1.2, 9.3]


def test_a_picture_that_stands_until_the_end_is_whole(ffmpeg: Path, tmp_path: Path) -> None:
    held = "setts=duration=if(eq(N\\,24)\\,10/TB\\,DURATION)"  # the last of 25 pictures
    encoded("-c:v", "libx264", "-bf", "0", "-bsf:v", held, seconds=1)(ffmpeg, tmp_path / "held.mp4")
    decoding, _ = found(tmp_path / "held.mp4", ffmpeg)
    assert (decoding.n_source_frames, decoding.end_s, decoding.decoded_share) == (25, pytest.approx(10.96), 1)


def slides(footage: Path, n: int) -> np.ndarray:
    names = ["butterfly.mp4", "toy_elf.webm", "bottles.mp4", "friday_bw.mp4", "city_night.mpg", "asl_book.mkv"]
    return np.stack([thumbnails(footage / name, 48, 27)[20] for name in names[:n]])


def cuts_at(frames: np.ndarray, pts_s: list[float]) -> list[tuple[str, float]]:
    detector = cut_detector("fast")
    detector.push(frames, np.array(pts_s))
    return [(cut.kind, cut.start_s) for cut in detector.finish()]


@pytest.mark.parametrize("pts_s", [[0, 1, 2, 3, 4, 5], [0, 0.5, 9, 9.4, 200, 4000], [0, 30, 60, 90, 120, 150]])
def test_however_long_slides_stand_each_change_is_a_hard_cut(footage: Path, pts_s: list[float]) -> None:
    assert cuts_at(slides(footage, 6), pts_s) == [("hard", at) for at in pts_s[1:]]


def test_a_screen_recording_that_writes_only_changes_is_cut_where_the_picture_changes(footage: Path) -> None:
    first, second = slides(footage, 2)
    busy = np.repeat(first[None], 40, axis=0)  # a pointer moves at 25 frames a second, then nothing for a minute
    for i in range(40):
        busy[i, 10:12, i : i + 2] = 255
    frames = np.concatenate([busy, second[None], second[None]])
    assert cuts_at(frames, [i / 25 for i in range(40)] + [60.0, 95.0]) == [("hard", 60.0)]


@pytest.mark.parametrize("step_s", [0.5, 1.0, 10.0])
def test_a_time_lapse_of_one_place_has_no_cut(footage: Path, step_s: float) -> None:
    frames = thumbnails(footage / "flower_bloom.mp4", 48, 27)[::12]
    assert cuts_at(frames, [i * step_s for i in range(len(frames))]) == []


def test_what_changes_for_longer_than_a_transition_lasts_is_none(footage: Path) -> None:
    old, new = slides(footage, 2)
    share = np.linspace(0, 1, 41)[:, None, None, None]
    slow = np.concatenate([[old] * 20, old * (1 - share) + new * share, [new] * 20]).astype(np.uint8)
    assert [kind for kind, _ in cuts_at(slow, [i / 25 for i in range(len(slow))])] == ["gradual"]
    assert cuts_at(slow, [i / 5 for i in range(len(slow))]) == []


@pytest.mark.parametrize("colour", ["white", "black", "0x803020"])
def test_a_fade_through_a_colour_is_one_transition(footage: Path, ffmpeg: Path, tmp_path: Path, colour: str) -> None:
    graph = f"[0:v]{_FADED}fade=out:st=2:d=1:c={colour}[a];[1:v]{_FADED}fade=in:st=0:d=1:c={colour}[b];[a][b]concat[v]"
    path = tmp_path / "fade.mp4"
    clips = ["-i", str(footage / "bottles.mp4"), "-stream_loop", "-1", "-i", str(footage / "toy_elf.webm")]
    run_ffmpeg(ffmpeg, *clips, "-filter_complex", graph, "-map", "[v]", "-c:v", "libx264", "-crf", "30", str(path))
    (transition,) = found(path, ffmpeg)[0].cuts
    assert transition.kind == "gradual"
    assert 1.8 < transition.start_s < 2.5
    assert 3.6 < transition.end_s < 4.3


_FADED = "fps=25,scale=320:180,setsar=1,trim=end=3,setpts=PTS-STARTPTS,"


def test_a_fade_through_white_lasts_from_picture_to_picture(cases: Path, ffmpeg: Path) -> None:
    (transition,) = found(cases / "fade_through_white.mp4", ffmpeg)[0].cuts
    assert (transition.kind, transition.start_s, transition.end_s) == (
        "gradual",
        pytest.approx(2.5, abs=0.4),
        pytest.approx(6.5, abs=0.4),
    )


def test_black_leader_is_cut_off_and_a_fade_through_black_is_one_transition(cases: Path, ffmpeg: Path) -> None:
    decoding, _ = found(cases / "black_leader_and_fade.mp4", ffmpeg)
    assert hard(decoding.cuts) == [2.0]
    assert len(gradual(decoding.cuts)) == 1


def tiny(picture: np.ndarray) -> np.ndarray:
    """As ffmpeg's area filter makes it."""
    return np.asarray(Image.fromarray(picture.astype(np.uint8)).resize(SIZE, Image.Resampling.BOX))


@pytest.mark.parametrize("bars", ["smptebars", "smptehdbars", "pal75bars", "pal100bars"])
def test_colour_bars_are_known(ffmpeg: Path, tmp_path: Path, bars: str) -> None:
    path = tmp_path / "bars.mp4"
    run_ffmpeg(ffmpeg, "-f", "lavfi", "-i", f"{bars}=s=640x360:r=10:d=0.4", "-c:v", "libx264", str(path))
    assert {sample.leader for sample in found(path, ffmpeg)[1]} == {"bars"}


def test_leader_is_one_colour_and_a_night_scene_or_a_title_is_a_picture(footage: Path) -> None:
    grain = np.random.default_rng(1).normal(0, 6, (336, 597, 1))
    assert leader(tiny(np.clip(16 + grain + np.zeros(3), 0, 255))) == "black"
    assert leader(tiny(np.clip(250 + grain + np.zeros(3), 0, 255))) == "colour"
    assert leader(tiny(np.clip(grain + np.array([20, 40, 160]), 0, 255))) == "colour"
    title = np.zeros((336, 597, 3))
    title[160:172, 200:400:8] = 255
    assert leader(tiny(title)) is None
    assert leader(tiny(thumbnails(footage / "city_night.mpg", 640, 360)[40] * 0.3)) is None
    stripes = np.repeat(np.random.default_rng(2).integers(0, 256, (1, 8, 3)), 75, axis=1)
    assert leader(tiny(np.broadcast_to(stripes, (336, 600, 3)))) is None


def test_a_picture_of_a_whole_pass_and_one_taken_by_itself_are_leader_alike(cases: Path, ffmpeg: Path) -> None:
    path = cases / "black_leader_and_fade.mp4"  # two seconds of black first
    _, samples = found(path, ffmpeg)
    by_itself = sample_moments(path, probe(path), SamplingParameters(), ffmpeg, [Moment(1, 0, 0), Moment(3, 0, 0)])
    assert [sample.leader for sample in by_itself] == ["black", None]
    assert all((sample.leader == "black") == (sample.pts_s < 2) for sample in samples if sample.pts_s < 3)
