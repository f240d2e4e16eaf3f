"""A video that the GPU's decoder fails at: its rows are those of the processor, and the run says who decoded."""

import shlex
from pathlib import Path

import pytest

from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline_tests.media.decoders.stand_in import decoded_by_processor, ffmpeg_with
from archive_pipeline_tests.pipeline.site import Site

_FPS = 12.0  # every frame of a clip: more pictures than are kept back, so that some are written before the GPU fails


def test_a_video_that_the_gpu_fails_at_half_way_has_every_picture_once(
    site: Site, clips: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.describe(fps=_FPS)
    site.add(clips["first"])
    assert site.ingest() == {"site/first.mp4": True}
    by_processor = _pictures(site)
    assert len(by_processor) > 40
    assert site.materializations("frames")[0].metadata["decoder"].value == "cpu"

    nut = decoded_by_processor(find_ffmpeg(None), clips["first"], tmp_path / "decoded.nut", _FPS)
    n_bytes = nut.stat().st_size * 9 // 10
    script = f"head -c {n_bytes} {shlex.quote(str(nut))}; echo '[h264 @ 0x1] cuvidDecodePicture failed' >&2; exit 1"
    failing = ffmpeg_with(script, find_ffmpeg(None), tmp_path / "ffmpeg")
    monkeypatch.setenv("ARCHIVE_FFMPEG", str(failing))
    monkeypatch.setattr("archive_pipeline.stages.machine_decoders.gpus", lambda _: ("0",))
    site.describe(fps=_FPS, decoder="cuda")
    assert site.ingest() == {}, "who decodes is no parameter"
    assert site.ingest(force=True) == {"site/first.mp4": True}
    note = site.materializations("frames")[0].metadata["decoder"].value
    assert note == "cpu (after cuda failed: [h264] cuvidDecodePicture failed)"
    assert _pictures(site) == by_processor


def _pictures(site: Site) -> list[tuple[object, ...]]:
    lake = site.archive.lake
    [video] = [entry.name for entry in site.archive.catalogue.entries("site")]
    return lake.read("pictures", video, ["frame", "pts_s", "source_frame", "jpeg"]).rows()
