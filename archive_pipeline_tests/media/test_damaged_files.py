"""What can be decoded of a damaged file is kept, and it is said how much that is."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from archive_pipeline.errors import MediaError, PassingError
from archive_pipeline.media.sampling import SamplingParameters, sample_video
from archive_pipeline_tests.media.reference import facts_of, sampled
from archive_pipeline_tests.media.zoo import CODECS, DAMAGED, Maker, encoded, run, source
from archive_pipeline_tests.thorough import mostly_thorough

Made = Callable[[str, Maker], Path]


@pytest.mark.parametrize("name", mostly_thorough(DAMAGED, ["truncated.mp4", "scratched.ts"]))
def test_the_readable_part_is_kept(name: str, made: Made, ffmpeg: Path) -> None:
    video = sampled(made(name, DAMAGED[name]), ffmpeg)
    assert 100 < video.decoding.n_source_frames < 250
    assert len(video.samples) > 12
    assert np.all(np.diff(video.pts_s) > 0)
    assert video.decoding.warnings
    for number in range(len(video.samples)):
        assert video.picture(number).size == (320, 240)


@pytest.mark.parametrize("name", ["truncated.mp4", "truncated.mkv"])
def test_a_missing_half_is_half(name: str, made: Made, ffmpeg: Path) -> None:
    decoding = sampled(made(name, DAMAGED[name]), ffmpeg).decoding
    assert decoding.decoded_share == pytest.approx(0.5, abs=0.03)
    assert decoding.end_s == pytest.approx(5, abs=0.3)


def test_what_is_damaged_in_the_middle_is_not_counted_as_decoded(made: Made, ffmpeg: Path, cases: Path) -> None:
    scratched = sampled(made("scratched.mp4", DAMAGED["scratched.mp4"]), ffmpeg).decoding
    assert 0.6 < scratched.decoded_share < 0.95  # a tenth is noise, and pictures that are made of others go with it
    broken = sampled(cases / "broken_display_matrix.mp4", ffmpeg).decoding
    assert 0.75 < broken.decoded_share < 0.83  # of 182 packets PyAV makes 170 pictures, and calls 149 whole


@pytest.mark.parametrize("name", mostly_thorough([n for n in DAMAGED if "scratched" in n], ["scratched.mkv"]))
def test_nor_is_what_the_damage_of_a_container_swallows(name: str, made: Made, ffmpeg: Path) -> None:
    """A tenth is noise; of the rest not much more than a group of pictures is lost with it."""
    scratched = sampled(made(name, DAMAGED[name]), ffmpeg).decoding
    assert 0.6 < scratched.decoded_share < 0.95
    assert scratched.decoded_share < (scratched.n_source_frames + 10) / 250


def test_a_picture_that_stands_in_a_whole_file_is_no_gap(made: Made, ffmpeg: Path) -> None:
    def held(ffmpeg: Path, path: Path) -> None:
        run(ffmpeg, *source(seconds=8), "-vf", "select='lt(t,2)+gt(t,4)'", "-fps_mode", "vfr", "-c:v", "mpeg4", path)

    decoding = sampled(made("held.mkv", held), ffmpeg).decoding
    assert (decoding.decoded_share, decoding.n_source_frames) == (1.0, 149)


def test_complaints_are_few_and_differ(made: Made, ffmpeg: Path) -> None:
    warnings = sampled(made("scratched.mp4", DAMAGED["scratched.mp4"]), ffmpeg).decoding.warnings
    assert 0 < len(warnings) <= 10
    assert len({"".join(c for c in line if not c.isdigit()) for line in warnings}) == len(warnings)


@pytest.mark.parametrize("name", ["h264.mp4", "vp9.webm", "prores.mov", "mpeg2_interlaced.mxf", "h264.m2ts"])
def test_a_sound_file_has_no_complaints(name: str, made: Made, ffmpeg: Path) -> None:
    assert sampled(made(name, CODECS[name]), ffmpeg).decoding.warnings == ()


def test_what_is_said_of_the_sound_is_no_complaint(made: Made, ffmpeg: Path) -> None:
    def mono(ffmpeg: Path, path: Path) -> None:
        run(ffmpeg, *source(), "-f", "lavfi", "-i", "sine=d=2", "-ar", "48000", "-c:v", "mpeg2video", path)

    assert sampled(made("mono.mxf", mono), ffmpeg).decoding.warnings == ()


def test_a_video_without_one_good_picture_fails_for_good(made: Made, ffmpeg: Path) -> None:
    def blank(ffmpeg: Path, path: Path) -> None:
        """The index is whole, the pictures are zeros."""
        encoded("-c:v", "libx264", "-movflags", "faststart")(ffmpeg, path)
        content = path.read_bytes()
        begin = content.index(b"mdat") + 4
        path.write_bytes(content[:begin] + bytes(len(content) - begin))

    path = made("blank.mp4", blank)
    with pytest.raises(MediaError, match="no_decodable_frame"):
        sample_video(path, facts_of(path), SamplingParameters(), ffmpeg, lambda _: None)


def test_a_file_that_vanished_may_come_back(made: Made, ffmpeg: Path, tmp_path: Path) -> None:
    facts = facts_of(made("h264.mp4", CODECS["h264.mp4"]))
    with pytest.raises(PassingError, match="read_failed"):
        sample_video(tmp_path / "gone.mp4", facts, SamplingParameters(), ffmpeg, lambda _: None)
