"""The figures of a machine with a GPU: one that hangs loses nothing but itself. Played by the processors."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from archive_pipeline.automation.gpu_bench import decoding, measuring, preparing
from archive_pipeline.automation.gpu_bench.agreement import KINDS, _make, compared
from archive_pipeline.automation.gpu_bench.asked import Asked, Figures
from archive_pipeline.automation.gpu_bench.parts import parts
from archive_pipeline.encoders import BUNDLED_MODEL
from archive_pipeline.media.decoders.coding import coding
from archive_pipeline.media.decoders.machine import MachineDecoders
from archive_pipeline.media.decoders.nvdec import why_not
from archive_pipeline.media.digest import sha256_of
from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline_tests.media.decoders.stand_in import ffmpeg_with
from archive_pipeline_tests.thorough import thorough


@pytest.fixture
def asked(tmp_path: Path) -> Asked:
    return Asked(str(tmp_path), "cpu", videos=2, seconds=2.0, pictures=32, jobs=2, models=(BUNDLED_MODEL,))


@pytest.fixture
def ffmpeg() -> Path:
    return find_ffmpeg(None)


@thorough
def test_a_part_that_hangs_or_fails_loses_only_itself(
    asked: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = ("machine", "prepared", "decoding")
    some = [part for part in parts(asked) if part.name in wanted]
    limits = {"machine": 600.0, "prepared": 0.3, "decoding": 600.0}  # seconds, without slack
    monkeypatch.setattr(measuring, "_SLACK", 1.0)
    monkeypatch.setattr(measuring, "_WHOLE_S", 6000.0)
    monkeypatch.setattr(measuring, "parts", lambda _: [replace(one, limit_s=limits[one.name]) for one in some])
    told: list[str] = []
    endless = replace(asked, seconds=36_000.0)  # nobody draws that in a third of a second
    failed = measuring.measure(endless, tmp_path / "gpu.json", lambda name, _: told.append(name))
    assert (told, failed) == ([*wanted], ["prepared", "decoding"])
    found = json.loads((tmp_path / "gpu.json").read_text())["parts"]
    assert found["machine"]["cores"] == len(os.sched_getaffinity(0))
    assert found["prepared"]["failed"] == "took longer than 0 s"
    assert "exit status 1" in found["decoding"]["failed"], "there are no programmes"


def test_nothing_begins_when_the_time_is_over(asked: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "_WHOLE_S", 0.0)
    failed = measuring.measure(asked, tmp_path / "gpu.json", lambda *_: None)
    assert failed == [part.name for part in parts(asked)]


def test_a_gpu_is_asked_for_all_that_it_has_to_show(asked: Asked) -> None:
    names = [part.name for part in parts(replace(asked, device="cuda", models=("ViT-L-14-quickgelu", "SigLIP2")))]
    for wanted in ("encoder SigLIP2", "ingest, decoder auto", "agreement", "lack of memory", "compiled SigLIP2"):
        assert wanted in names
    assert len(set(names)) == len(names)


def test_programmes_are_no_copies_of_each_other_and_are_decoded_by_all(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ARCHIVE_FFMPEG", raising=False)
    figures = Figures(Path(asked.work) / "figures.json")
    preparing.prepare(asked, figures)
    first, second = sorted(asked.programmes.iterdir())
    assert sha256_of(first) != sha256_of(second)
    decoding.rates(asked, figures)
    noted = json.loads(figures.file.read_text())
    assert noted["one_processor_bare"] > 0
    assert noted["processors_2_at_once"] > 0
    assert not any(name.startswith("gpu") for name in noted)


def test_a_decode_that_fails_says_so_in_place_of_its_rate() -> None:
    assert decoding._rate(["sh", "-c", "echo no decoder left >&2; exit 3"], 2, 1.0) == "2 of 2 failed: no decoder left"


def test_what_a_gpu_fails_at_is_compared_all_the_same(ffmpeg: Path, tmp_path: Path) -> None:
    video = tmp_path / "h264.mp4"
    assert not _make(video, ffmpeg, "320x240", KINDS["h264.mp4"][1])
    failing = ffmpeg_with("echo 'No decoder surfaces left' >&2; exit 1", ffmpeg, tmp_path / "ffmpeg")
    found = compared(video, failing, MachineDecoders("cuda", failing, ("0",), tmp_path / "places", 1))
    assert found == {
        "decoder": "cpu (after cuda failed: No decoder surfaces left)",
        "samples": 6,
        "times_are_equal": True,
        "cuts": found["cuts_of_the_processor"],
        "cuts_of_the_processor": found["cuts_of_the_processor"],
        "levels_of_255": 0.0,
    }


@thorough
@pytest.mark.parametrize("name", KINDS)
def test_each_kind_can_be_made_and_all_but_one_are_for_the_gpu(name: str, ffmpeg: Path, tmp_path: Path) -> None:
    assert not _make(tmp_path / name, ffmpeg, *KINDS[name])
    found = coding(tmp_path / name)
    assert found is not None
    assert (why_not(found) is not None) == (name == "h264 4:2:2.mp4"), found
