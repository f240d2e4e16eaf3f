"""What the browser is given at a moment is what the source shows then, for sources that are hard to seek in."""

import subprocess
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from archive_pipeline.errors import RequestError
from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.media.probe import probe
from archive_pipeline.store.catalogue import Catalogue
from archive_pipeline.store.lake import Lake
from archive_pipeline.web.media.clips import CLIP_S, OVERLAP_S, Clips, first_picture_s
from archive_pipeline.web.programme import Programme, Programmes
from archive_pipeline_tests.media.test_programmes import multiplex, sound
from archive_pipeline_tests.media.zoo import source as pictures
from archive_pipeline_tests.pipeline.conftest import make_clip
from archive_pipeline_tests.pipeline.site import Site

_WIDTH, _HEIGHT = 32, 18


@pytest.fixture(scope="module")
def like(site: Site) -> Programme:
    return Programmes(Catalogue(site.home / "catalogue.sqlite"), Lake(site.home / "lake"), lambda _: True).get(
        "films/tape.mxf"
    )


def programme_of(like: Programme, file: Path) -> Programme:
    facts = probe(file)
    end_s = facts.start_s + facts.duration_s
    return replace(like, facts=facts, sha256=file.name, start_s=facts.start_s, end_s=end_s, seekable=True)


def shown(file: Path, at_s: float) -> np.ndarray:
    """The picture that stands at a moment of the file's own clock."""
    select = f"select='lte(t,{at_s + 0.001})',scale={_WIDTH}:{_HEIGHT},format=gray"
    command = [find_ffmpeg(None), "-v", "error", "-copyts", "-i", file, "-vf", select, "-fps_mode", "passthrough"]
    raw = subprocess.run([*command, "-f", "rawvideo", "-"], capture_output=True, check=True).stdout
    return np.frombuffer(raw, np.uint8)[-_WIDTH * _HEIGHT :].astype(float)


@pytest.mark.parametrize(
    ("name", "moments_s"),
    [
        ("long_gop.ts", (7.0, 19.0, 31.9)),  # a key frame each ten seconds
        ("interlaced_one_keyframe.ts", (6.2, 7.5)),
        ("vfr_hold_two_cuts.mp4", (1.3, 6.0, 9.25, 9.35)),  # a picture that stands for eight seconds
        ("starts_at_8s.mp4", (8.5,)),
        ("edit_list.mp4", (1.0, 3.0)),
    ],
)
def test_a_moment_is_shown_as_the_source_shows_it(
    cases: Path, like: Programme, tmp_path: Path, name: str, moments_s: tuple[float, ...]
) -> None:
    source = cases / name
    programme, clips = programme_of(like, source), Clips(tmp_path / "cache")
    for at_s in moments_s:
        clip = clips.get(programme, source, int(at_s // CLIP_S))
        file = tmp_path / "clip.mp4"
        file.write_bytes(clip.content)
        assert first_picture_s(file) < 0.05
        # one frame of difference is allowed
        likeness = [
            np.abs(shown(file, at_s - clip.from_s) - shown(source, at_s + programme.facts.zero_s + shift)).mean()
            for shift in (-0.04, 0, 0.04)
        ]
        assert min(likeness) < 4, (at_s, likeness)


def test_pictures_after_one_that_stands_for_long_keep_their_times_and_the_last_one_stands_until_the_end(
    cases: Path, like: Programme, tmp_path: Path
) -> None:
    source = cases / "vfr_hold_two_cuts.mp4"
    programme = programme_of(like, source)
    clip = Clips(tmp_path / "cache").get(programme, source, 1)
    file = tmp_path / "clip.mp4"
    file.write_bytes(clip.content)
    with av.open(str(file)) as held, av.open(str(source)) as whole:
        packets = [p for p in held.demux(video=0) if p.pts is not None]
        shown_s = [clip.from_s + float(p.pts * p.time_base) for p in packets]
        end_s = shown_s[-1] + float(packets[-1].duration * packets[-1].time_base)
        own_s = [float(frame.time) - programme.facts.zero_s for frame in whole.decode(video=0)]
    assert shown_s[0] == clip.from_s
    expected = [time_s for time_s in own_s if clip.from_s < time_s < end_s]
    assert shown_s[1:] == pytest.approx(expected, abs=0.001)
    assert end_s == pytest.approx(min(clip.from_s + CLIP_S + OVERLAP_S, programme.end_s), abs=0.001)


def test_of_several_programmes_the_one_that_is_seen_is_heard(like: Programme, tmp_path: Path) -> None:
    source = tmp_path / "multiplex.ts"
    services = (("Radio", [sound(300)]), ("Uno", [sound(1200), pictures("160x120")]))
    multiplex(*services)(find_ffmpeg(None), source)
    clip = Clips(tmp_path / "cache").get(programme_of(like, source), source, 0)
    (file := tmp_path / "clip.mp4").write_bytes(clip.content)
    with av.open(str(file)) as container:
        rate = container.streams.audio[0].rate
        heard = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])
    second = heard[rate // 2 : rate // 2 + rate]
    assert np.abs(np.fft.rfft(second)).argmax() == pytest.approx(1200, abs=20)


def test_a_video_that_ends_with_a_clip_has_no_empty_one_behind_it(like: Programme, tmp_path: Path) -> None:
    source = make_clip(tmp_path / "six.mp4", "testsrc2", seconds=CLIP_S)
    programme = programme_of(like, source)
    assert programme.end_s == CLIP_S
    for end_s in (CLIP_S, CLIP_S + 1e-12):  # sums of times are rounded
        with pytest.raises(RequestError, match="no_such_moment"):
            Clips(tmp_path / "cache").get(replace(programme, end_s=end_s), source, 1)
