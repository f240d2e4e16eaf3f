"""Which ffmpeg is used, and what it costs."""

from collections.abc import Callable
from pathlib import Path

import pytest

from archive_pipeline.errors import ConfigurationError, PassingError
from archive_pipeline.media.bench import decode_cost, make_bench_video
from archive_pipeline.media.digest import sha256_of
from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.media.sampling import SamplingParameters
from archive_pipeline_tests.media.zoo import Maker


def _program(path: Path, version: str) -> Path:
    path.write_text(f"#!/bin/sh\necho 'ffmpeg version {version} Copyright (c) 2000-2026 the FFmpeg developers'\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("version", ["6.1.1-3ubuntu5", "n7.1", "9.0.2-static", "N-118083-g8ef8c3fbd2"])
def test_a_new_ffmpeg_on_the_path_comes_first(version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = _program(tmp_path / "ffmpeg", version)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_ffmpeg(None) == program


@pytest.mark.parametrize("version", ["4.4.2-0ubuntu0.22.04.1", "5.1.6", "6.0"])
def test_an_old_one_is_passed_over(version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _program(tmp_path / "ffmpeg", version)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert find_ffmpeg(None).parent != tmp_path


def test_a_configured_one_must_exist_and_be_new(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="ffmpeg_missing"):
        find_ffmpeg(tmp_path / "nothing")
    with pytest.raises(ConfigurationError, match="ffmpeg_too_old"):
        find_ffmpeg(_program(tmp_path / "old", "4.4.2"))
    new = _program(tmp_path / "new", "8.0")
    assert find_ffmpeg(new) == new


def test_the_digest_is_that_of_the_manifest(footage: Path, manifest: dict[str, dict[str, str]], tmp_path: Path) -> None:
    assert sha256_of(footage / "asl_eat.mkv") == manifest["asl_eat.mkv"]["sha256"]
    with pytest.raises(PassingError, match="read_failed"):
        sha256_of(tmp_path / "gone")


@pytest.mark.verify
def test_sampling_costs_at_most_a_quarter_more_than_decoding(made: Callable[[str, Maker], Path], ffmpeg: Path) -> None:
    path = made("bench.mp4", lambda ffmpeg, path: make_bench_video(path, ffmpeg))
    cost = decode_cost(path, ffmpeg, SamplingParameters())
    assert cost.ratio <= 1.25, f"{cost.sampling_s:.1f} s beside {cost.bare_s:.1f} s"
