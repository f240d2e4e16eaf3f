"""A transport stream of several programmes is the first one with pictures, and says so."""

from collections.abc import Callable
from pathlib import Path

import pytest

from archive_pipeline.media.tracks import tracks
from archive_pipeline_tests.media.reference import facts_of, sampled
from archive_pipeline_tests.media.zoo import CODECS, Maker, run, source

Made = Callable[[str, Maker], Path]


def sound(hertz: int) -> list[str]:
    return ["-f", "lavfi", "-i", f"sine=f={hertz}:d=2"]


def multiplex(*services: tuple[str, list[list[str]]], later_s: float = 0) -> Maker:
    """Programmes 10, 20 … of these inputs; the first one's clock is `later_s` ahead."""

    def make(ffmpeg: Path, path: Path) -> None:
        inputs: list[str] = []
        options: list[str] = []
        n_streams = 0
        for number, (name, streams) in enumerate(services, start=1):
            for stream in streams:
                inputs += [*(["-itsoffset", str(later_s)] if later_s and number == 1 else []), *stream]
                options += ["-map", str(n_streams)]
                n_streams += 1
            members = "".join(f":st={n}" for n in range(n_streams - len(streams), n_streams))
            options += ["-program", f"title={name}:program_num={10 * number}{members}"]
        run(ffmpeg, *inputs, *options, "-c:v", "mpeg2video", "-max_interleave_delta", "0", path)

    return make


_SMALL, _LARGE = source("160x120"), source("320x240")


def test_the_first_programme_with_pictures_is_used_with_its_sound_and_told(made: Made, ffmpeg: Path) -> None:
    services = (("Radio", [sound(300)]), ("Uno", [sound(400), _SMALL]), ("Dos", [_LARGE, sound(500)]))
    path = made("three_programmes.ts", multiplex(*services))
    video = sampled(path, ffmpeg)
    assert (video.facts.stream_index, video.facts.width) == (2, 160)
    assert video.facts.note == (
        "Of 3 programmes in the file the first with pictures is used, 20 “Uno”; not used: 10 “Radio”, 30 “Dos”."
    )
    assert [track.index for track in tracks(path)] == [1]
    assert (video.decoding.n_source_frames, video.decoding.decoded_share) == (50, 1.0)


def test_a_programme_without_sound_has_not_that_of_another(made: Made) -> None:
    facts = facts_of(made("mute.ts", multiplex(("Uno", [_SMALL]), ("Dos", [_LARGE, sound(500)]))))
    assert (facts.width, facts.has_audio) == (160, False)


def test_its_clock_is_its_own(made: Made, ffmpeg: Path) -> None:
    services = (("Uno", [_SMALL, sound(400)]), ("Dos", [_LARGE, sound(500)]))
    video = sampled(made("clocks.ts", multiplex(*services, later_s=50)), ffmpeg)
    assert video.facts.start_s == pytest.approx(0, abs=0.1)
    assert video.pts_s[0] == pytest.approx(video.facts.start_s, abs=0.001)


def test_one_programme_is_nothing_to_tell_of(made: Made) -> None:
    assert facts_of(made("h264.m2ts", CODECS["h264.m2ts"])).note is None
