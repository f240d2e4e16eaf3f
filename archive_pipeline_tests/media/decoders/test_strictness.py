"""What a GPU gives is taken only where it is what the processor would have given."""

import shlex
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from archive_pipeline.media.decoders.machine import MachineDecoders
from archive_pipeline.media.decoders.model import CudaDecoding, Decoder, DecoderError
from archive_pipeline.media.decoders.strictness import _Patience
from archive_pipeline.media.model import Sample, SamplingParameters
from archive_pipeline.media.sampling import Decoding, sample_video
from archive_pipeline_tests.media.decoders.stand_in import decoded_by_processor, ffmpeg_with
from archive_pipeline_tests.media.reference import facts_of, sampled
from archive_pipeline_tests.media.zoo import CODECS, TIMES, Maker

Made = Callable[[str, Maker], Path]
OnGpu = Callable[[str], Path]
_CUDA = Decoder("cuda:0", CudaDecoding(0, 320, 240, "nv12"))


def _sampled(video: Path, ffmpeg: Path, parameters: SamplingParameters | None = None) -> tuple[Decoding, list[Sample]]:
    samples: list[Sample] = []
    wanted = parameters or SamplingParameters()
    decoding = sample_video(video, facts_of(video), wanted, ffmpeg, samples.extend, decoder=_CUDA)
    return decoding, samples


@pytest.fixture
def on_gpu(ffmpeg: Path, tmp_path: Path) -> OnGpu:
    """`on_gpu(script)` is an ffmpeg that runs `script` where it is to decode on a GPU."""
    return lambda script: ffmpeg_with(script, ffmpeg, tmp_path / "ffmpeg")


@pytest.fixture
def video(made: Made) -> Path:
    return made("h264.mp4", CODECS["h264.mp4"])


@pytest.mark.parametrize("name", ["h264.mp4", "reset.ts", "vfr.mp4"])
def test_what_a_gpu_gives_without_a_word_is_the_result(
    name: str, made: Made, ffmpeg: Path, on_gpu: OnGpu, tmp_path: Path
) -> None:
    video = made(name, {**CODECS, **TIMES}[name])
    nut = decoded_by_processor(ffmpeg, video, tmp_path / "decoded.nut")
    jumps = "echo '[Parsed_setpts_0 @ 0x1] 1.5' >&2; " if name == "reset.ts" else ""
    decoding, samples = _sampled(video, on_gpu(f"{jumps}cat {shlex.quote(str(nut))}; exit 0"))
    expected = sampled(video, ffmpeg)
    assert samples == expected.samples
    assert (decoding.n_source_frames, decoding.cuts) == (expected.decoding.n_source_frames, expected.decoding.cuts)


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo '[CUDA @ 0x1] Cannot load libcuda.so.1' >&2; exit 1", "Cannot load libcuda"),
        ("head -c 20000 {nut}; exit 187", "exit status 187"),
        ("head -c 20000 {nut}; kill -SEGV $$", "exit status -11"),
        ("cat {nut}; echo '[h264 @ 0x1] error while decoding MB 3 4' >&2; exit 0", "error while decoding MB 3 4"),
        ("exit 0", "no message"),
    ],
)
def test_anything_else_is_void(
    script: str, reason: str, video: Path, ffmpeg: Path, on_gpu: OnGpu, tmp_path: Path
) -> None:
    nut = decoded_by_processor(ffmpeg, video, tmp_path / "decoded.nut")
    with pytest.raises(DecoderError, match=reason):
        _sampled(video, on_gpu(script.format(nut=shlex.quote(str(nut)))))


def test_a_picture_that_is_no_sample_shows_that_the_filters_began_anew(
    video: Path, ffmpeg: Path, on_gpu: OnGpu, tmp_path: Path
) -> None:
    nut = decoded_by_processor(ffmpeg, video, tmp_path / "decoded.nut")
    program = on_gpu(f"cat {shlex.quote(str(nut))}; exit 0")
    with pytest.raises(DecoderError, match="changes in mid-stream"):
        _sampled(video, program, SamplingParameters(fps=1.0))


def test_a_video_that_fails_on_the_gpu_has_the_same_samples_by_the_processor(
    video: Path, ffmpeg: Path, on_gpu: OnGpu, tmp_path: Path
) -> None:
    nut = decoded_by_processor(ffmpeg, video, tmp_path / "decoded.nut")
    failing = on_gpu(f"head -c 40000 {shlex.quote(str(nut))}; echo 'cuvidDecodePicture failed' >&2; exit 1")
    tables: list[list[Sample]] = []
    notes: list[str] = []

    def work(decoder: Decoder) -> Decoding:
        notes.append(decoder.note)
        tables.append([])
        wanted = SamplingParameters()
        return sample_video(video, facts_of(video), wanted, failing, tables[-1].extend, decoder=decoder)

    decoding = MachineDecoders("auto", failing, ("0",), tmp_path / "places", 1).decode(video, work)
    expected = sampled(video, ffmpeg)
    assert tables[-1] == expected.samples
    assert decoding == expected.decoding
    assert notes == ["cuda:0", "cpu (after cuda failed: cuvidDecodePicture failed)"]


def test_a_gpu_that_hangs_is_given_up_with_what_it_gave(
    video: Path, ffmpeg: Path, on_gpu: OnGpu, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bound on a whole decode (five times the video's length) would keep a film of two hours waiting for ten."""
    monkeypatch.setattr("archive_pipeline.media.decoders.strictness._LONGEST_SILENCE_S", 2.0)
    nut = decoded_by_processor(ffmpeg, video, tmp_path / "decoded.nut")
    with pytest.raises(DecoderError, match="nothing came of it for 2 s"):
        _sampled(video, on_gpu(f"head -c 20000 {shlex.quote(str(nut))}; exec sleep 3600"))


def test_time_that_the_consumer_takes_is_none_of_the_gpu_s(
    video: Path, ffmpeg: Path, on_gpu: OnGpu, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = "archive_pipeline.media.decoders.strictness._Patience._look"
    looking: list[_Patience] = []
    monkeypatch.setattr(looks, lambda patience, _: looking.append(patience))  # nobody looks meanwhile but the test
    nut = decoded_by_processor(ffmpeg, video, tmp_path / "decoded.nut")
    samples: list[Sample] = []

    def slowly(some: Sequence[Sample]) -> None:
        assert not looking[0]._is_waiting
        samples.extend(some)

    program = on_gpu(f"cat {shlex.quote(str(nut))}; exit 0")
    sample_video(video, facts_of(video), SamplingParameters(), program, slowly, decoder=_CUDA)
    assert samples == sampled(video, ffmpeg).samples
