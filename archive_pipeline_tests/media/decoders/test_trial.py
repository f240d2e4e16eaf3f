"""The doctor tries the decoder of a GPU, and says what is wrong with it and what is done about that."""

import shlex
import subprocess
from pathlib import Path

import pytest

from archive_pipeline.cli.doctor_decoder import look_at_decoder
from archive_pipeline.media.decoders.coding import Coding, coding
from archive_pipeline.media.decoders.nvdec import why_not
from archive_pipeline.media.decoders.trial import TRIAL, failure, remedy
from archive_pipeline.settings import Settings
from archive_pipeline_tests.media.decoders.stand_in import decoded_by_processor, ffmpeg_with


def test_what_is_tried_is_what_every_gpu_does() -> None:
    assert coding(TRIAL) == Coding("h264", "yuv420p", 256, 144)
    assert why_not(Coding("h264", "yuv420p", 256, 144)) is None


def test_a_decoder_that_gives_what_the_processor_gives_works(ffmpeg: Path, tmp_path: Path) -> None:
    nut = decoded_by_processor(ffmpeg, TRIAL, tmp_path / "decoded.nut")
    working = ffmpeg_with(f"cat {shlex.quote(str(nut))}; exit 0", ffmpeg, tmp_path / "ffmpeg")
    assert failure(working, 0) is None


def test_one_whose_pictures_are_others_does_not(ffmpeg: Path, tmp_path: Path) -> None:
    """Such as all green: the memory that a picture should have been in."""
    wrong, green = tmp_path / "green.mp4", "lutyuv=y=128:u=0:v=0"
    command = [ffmpeg, "-v", "error", "-y", "-i", TRIAL, "-vf", green, "-c:v", "libx264", wrong]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    nut = decoded_by_processor(ffmpeg, wrong, tmp_path / "decoded.nut")
    said = failure(ffmpeg_with(f"cat {shlex.quote(str(nut))}; exit 0", ffmpeg, tmp_path / "ffmpeg"), 0)
    assert said is not None
    assert "levels of 255" in said


@pytest.mark.parametrize(
    ("complaint", "done"),
    [
        ("[h264 @ 0x1] Cannot load libnvcuvid.so.1", "NVIDIA_DRIVER_CAPABILITIES"),
        ("[CUDA @ 0x1] Cannot load libcuda.so.1", "--gpus all"),
        ("[CUDA @ 0x1] cu->cuMemAlloc(&data, size) failed -> CUDA_ERROR_OUT_OF_MEMORY: out of memory", "memory"),
        ("[h264 @ 0x1] The driver does not support the required nvdec API version", "update NVIDIA's driver"),
        ("[h264 @ 0x1] cuvidCreateDecoder failed -> CUDA_ERROR_NO_DEVICE", "nvidia-smi"),
    ],
)
def test_what_fails_is_a_problem_with_its_remedy(
    complaint: str, done: str, ffmpeg: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = ffmpeg_with(f"echo {shlex.quote(complaint)} >&2; exit 1", ffmpeg, tmp_path / "ffmpeg")
    monkeypatch.setattr("archive_pipeline.stages.machine_decoders.gpus", lambda _: ("0",))
    monkeypatch.setenv("ARCHIVE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ARCHIVE_FFMPEG", str(failing))
    problem, others = look_at_decoder(Settings())
    assert (problem.what, problem.verdict) == ("decoder of cuda:0", "problem")
    assert complaint.partition("] ")[2] in problem.detail
    assert done in problem.fix
    assert (others.verdict, "the processors" in others.detail) == ("ok", True)


def test_without_a_gpu_nothing_is_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive_pipeline.stages.machine_decoders.gpus", lambda _: ())
    monkeypatch.setenv("ARCHIVE_HOME", str(tmp_path / "home"))
    (found,) = look_at_decoder(Settings())
    assert found.verdict == "ok"


def test_what_nobody_knows_has_a_remedy_as_well() -> None:
    assert "ARCHIVE_DECODER=cpu" in remedy("exit status 187, no message")
