"""Which decoder a video gets where others are at work, and what happens when the GPU's fails."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from archive_pipeline.errors import ConfigurationError
from archive_pipeline.media.decoders.machine import MachineDecoders
from archive_pipeline.media.decoders.model import Decoder, DecoderError, Wanted
from archive_pipeline.media.decoders.places import first_free
from archive_pipeline_tests.media.zoo import CODECS, Maker
from archive_pipeline_tests.waiting import PATIENCE_S

Made = Callable[[str, Maker], Path]


@pytest.fixture
def video(made: Made) -> Path:
    return made("h264.mp4", CODECS["h264.mp4"])


@pytest.fixture
def decoders(ffmpeg: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., MachineDecoders]:
    """Decoders of a machine with two cores."""
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1})

    def make(wanted: Wanted = "auto", gpus: tuple[str, ...] = ("0",), at_once: int = 1) -> MachineDecoders:
        return MachineDecoders(wanted, ffmpeg, gpus, tmp_path / "places", at_once)

    return make


def _note(decoder: Decoder) -> str:
    return decoder.note


@contextmanager
def _held(folder: Path, *names: str) -> Iterator[None]:
    """As if other processes were decoding there: locks of one process on two open files exclude each other, too."""
    with ExitStack() as stack:
        for name in names:
            stack.enter_context(first_free([folder / name]))
        yield


def test_a_video_is_decoded_by_the_gpu_as_long_as_that_has_room(
    video: Path, decoders: Callable[..., MachineDecoders], tmp_path: Path
) -> None:
    assert decoders().decode(video, _note) == "cuda:0"
    with _held(tmp_path / "places", "cuda-0-0.lock"):
        assert decoders().decode(video, _note) == "cpu (the GPU's decoder was busy)"
        assert decoders(gpus=("0", "1")).decode(video, _note) == "cuda:1"
        assert decoders(at_once=2).decode(video, _note) == "cuda:0"
    assert decoders().decode(video, _note) == "cuda:0"


def test_a_part_of_a_gpu_may_have_a_name_with_slashes(
    video: Path, decoders: Callable[..., MachineDecoders], tmp_path: Path
) -> None:
    assert decoders(gpus=("MIG-GPU-6f7a/1/0",)).decode(video, _note) == "cuda:0"
    assert [file.name for file in (tmp_path / "places").iterdir()] == ["cuda-MIG-GPU-6f7a_1_0-0.lock"]


def test_where_all_are_at_work_a_video_waits_for_whichever_comes_first(
    video: Path, decoders: Callable[..., MachineDecoders], tmp_path: Path
) -> None:
    notes: list[str] = []
    waiting = threading.Thread(target=lambda: notes.append(decoders().decode(video, _note)))
    with _held(tmp_path / "places", "cuda-0-0.lock"), _held(tmp_path / "places", "cpu-0.lock", "cpu-1.lock"):
        waiting.start()
        waiting.join(1)
        assert waiting.is_alive()
    waiting.join(PATIENCE_S)
    assert notes in (["cuda:0"], ["cpu (the GPU's decoder was busy)"])


def test_with_cuda_a_video_waits_for_the_gpu(
    video: Path, decoders: Callable[..., MachineDecoders], tmp_path: Path
) -> None:
    notes: list[str] = []
    waiting = threading.Thread(target=lambda: notes.append(decoders("cuda").decode(video, _note)))
    with _held(tmp_path / "places", "cuda-0-0.lock"):
        waiting.start()
        waiting.join(1)
        assert waiting.is_alive()
    waiting.join(PATIENCE_S)
    assert notes == ["cuda:0"]


@pytest.mark.parametrize("wanted", ["auto", "cuda"])
def test_what_the_gpu_does_not_do_goes_to_the_processor(
    wanted: Wanted, made: Made, decoders: Callable[..., MachineDecoders]
) -> None:
    path = made("prores.mov", CODECS["prores.mov"])
    assert decoders(wanted).decode(path, _note) == "cpu (the GPU's decoder does not do prores)"


def test_without_a_gpu_and_with_cpu_nothing_is_looked_at(
    decoders: Callable[..., MachineDecoders], tmp_path: Path
) -> None:
    nowhere = tmp_path / "nothing.mp4"
    assert decoders(gpus=()).decode(nowhere, _note) == decoders("cpu").decode(nowhere, _note) == "cpu"
    assert not (tmp_path / "places").exists()


def test_cuda_that_cannot_be_had_is_an_error_at_once(decoders: Callable[..., MachineDecoders], tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="decoder_unavailable"):
        decoders("cuda", gpus=())
    plain = tmp_path / "plain"
    plain.write_text("#!/bin/sh\necho vaapi\n")
    plain.chmod(0o755)
    with pytest.raises(ConfigurationError, match="built without -hwaccel cuda"):
        MachineDecoders("cuda", plain, ("0",), tmp_path, 1)
    assert MachineDecoders("auto", plain, ("0",), tmp_path, 1).devices == ()


def test_a_video_that_the_gpu_fails_at_is_done_by_the_processor_and_others_errors_are_not_hidden(
    video: Path, decoders: Callable[..., MachineDecoders]
) -> None:
    tried: list[str] = []

    def work(decoder: Decoder) -> str:
        tried.append(decoder.note)
        if decoder.cuda:
            raise DecoderError("CUDA_ERROR_OUT_OF_MEMORY")
        return decoder.note

    assert decoders().decode(video, work) == "cpu (after cuda failed: CUDA_ERROR_OUT_OF_MEMORY)"
    assert tried[0] == "cuda:0"
    assert len(tried) == 2

    def full(_: Decoder) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        decoders().decode(video, full)
