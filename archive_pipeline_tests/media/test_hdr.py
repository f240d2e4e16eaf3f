"""HDR and BT.2020 are stored as a screen of BT.709 shows them; what is neither is decoded as ever."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from archive_pipeline.media.colour import colour, conversion, conversion_parameters
from archive_pipeline.media.moments import Moment, sample_moments
from archive_pipeline.media.sampling import SamplingParameters
from archive_pipeline.media.tone_mapping import of_hlg, of_pq, on_screen, tone_map
from archive_pipeline_tests.media.hdr import TRANSFERS, programme, signal
from archive_pipeline_tests.media.reference import Sampled, facts_of, sampled
from archive_pipeline_tests.media.zoo import Maker
from archive_pipeline_tests.thorough import thorough

Made = Callable[[str, Maker], Path]


def _differences(video: Sampled, other: Sampled) -> list[float]:
    """Of each picture, the mean difference of its channels, of 255."""
    pairs = zip(range(len(video.samples)), range(len(other.samples)), strict=True)
    return [float(np.abs(video.pixels(one) - other.pixels(two)).mean()) for one, two in pairs]


def test_the_curves_are_those_of_the_standards() -> None:
    """BT.2408, table 1: 203 cd/m² is 58 % of PQ and 75 % of HLG; BT.2100: the peak of HLG, and 10,000 cd/m²."""
    for signals, light in ((0.5807, 203.0), (0.7518, 1000.0), (1.0, 10_000.0), (0.0, 0.0)):
        np.testing.assert_allclose(of_pq(np.full(3, signals)), light, rtol=0.002)
    for signals, light in ((0.75, 203.0), (1.0, 1000.0), (0.5, 50.7), (0.0, 0.0)):
        np.testing.assert_allclose(of_hlg(np.full(3, signals)), light, rtol=0.005)


@pytest.mark.parametrize("by", ["pq", "hlg"])
def test_what_is_brighter_is_never_darker_and_the_peak_is_white(by: str) -> None:
    steps = np.linspace(0, 1 if by == "hlg" else 0.7518, 200)
    shown = on_screen(np.repeat(steps[:, np.newaxis], 3, 1), by)  # type: ignore[arg-type]
    assert (np.diff(shown[:, 1]) > 0).all()
    np.testing.assert_allclose(shown[[0, -1]], [[0, 0, 0], [1, 1, 1]], atol=0.002)
    grey = on_screen(signal(np.full(3, 0.5), by), by)  # type: ignore[arg-type]
    np.testing.assert_allclose(grey, 0.5, atol=0.002)


@pytest.mark.parametrize("to", TRANSFERS)
def test_hdr_is_stored_as_its_sdr_looks_and_cut_where_that_is_cut(to: str, made: Made, ffmpeg: Path) -> None:
    sdr, path = sampled(made("sdr.mkv", programme()), ffmpeg), made(f"{to}.mkv", programme(to=to))
    hdr = sampled(path, ffmpeg)
    assert (conversion(sdr.facts), conversion(hdr.facts)) == (None, to)
    flat = sampled(made(f"{to}_untold.mkv", programme(to=to, tagged=False)), ffmpeg)
    difference = np.mean(_differences(hdr, sdr))
    assert difference < 5
    assert np.mean(_differences(flat, sdr)) > 2 * difference
    assert [(cut.kind, cut.source_frame) for cut in hdr.decoding.cuts] == [
        (cut.kind, cut.source_frame) for cut in sdr.decoding.cuts
    ]
    assert len(sdr.decoding.cuts) == 5
    moment = Moment(hdr.pts_s[4], hdr.pts_s[4], hdr.samples[4].source_frame)
    (sought,) = sample_moments(path, hdr.facts, SamplingParameters(), ffmpeg, [moment])
    assert sought.jpeg == hdr.samples[4].jpeg


@thorough
@pytest.mark.parametrize("to", ["pq", "hlg"])
def test_so_is_what_phones_and_cameras_record_it_in(to: str, made: Made, ffmpeg: Path) -> None:
    hevc = ("-c:v", "libx265", "-preset", "ultrafast", "-crf", "12", "-x265-params", "log-level=none")
    told = ("-color_primaries", "bt2020", "-color_trc", TRANSFERS[to], "-colorspace", "bt2020nc")
    hdr = sampled(made(f"{to}.mov", programme(*hevc, *told, to=to)), ffmpeg)
    assert (hdr.facts.video_codec, conversion(hdr.facts)) == ("hevc", to)
    assert np.mean(_differences(hdr, sampled(made("sdr.mkv", programme()), ffmpeg))) < 6


def test_hdr_that_tells_no_matrix_has_that_of_uhd() -> None:
    told = colour(matrix=2, value_range=1, primaries=9, transfer=16, lines=1080, is_yuv=True)
    assert (told.colour_matrix, told.is_colour_matrix_assumed, conversion(told)) == ("bt2020nc", True, "pq")


def test_only_what_is_converted_has_a_parameter(made: Made) -> None:
    facts = facts_of(made("sdr.mkv", programme()))
    assert conversion_parameters(facts) == {}
    hlg = replace(facts, colour_transfer="arib-std-b67")
    assert conversion_parameters(hlg) == {"converted": "hlg 1"}
    with tone_map(facts) as nothing, tone_map(hlg) as table:
        assert nothing is None
        assert table is not None
        assert Path(table).stat().st_size > 0
    assert not Path(table).exists()


def test_the_table_of_a_process_that_was_killed_is_removed_by_a_later_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    old, at_work = tmp_path / "archive-tones-old.cube", tmp_path / "archive-tones-young.cube"
    for left in (old, at_work):
        left.touch()
    os.utime(old, (0, 0))
    hlg = colour(2, 1, 9, 18, lines=1080, is_yuv=True)
    with tone_map(hlg) as table:
        assert set(tmp_path.iterdir()) == {at_work, Path(str(table))}
