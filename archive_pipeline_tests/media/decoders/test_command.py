"""ffmpeg's arguments with the decoder of a GPU, and that those without one are what they were."""

import subprocess
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from archive_pipeline.media.command import decode_command
from archive_pipeline.media.decoders.cuda_filters import sizes
from archive_pipeline.media.decoders.model import CudaDecoding
from archive_pipeline.media.facts import MediaFacts

_FACTS = MediaFacts(
    container="mov,mp4,m4a,3gp,3g2,mj2", video_codec="h264", stream_index=0, width=1280, height=720, rotation=0,
    sample_aspect_ratio=1.0, frame_rate=25.0, is_vfr=False, is_interlaced=False, zero_s=0.0, start_s=0.0,
    duration_s=60.0, has_audio=False, audio_codec=None, source_timecode=None, drop_frame=None,
)  # fmt: skip
_CUDA = CudaDecoding(device=1, width=1280, height=720, surface="nv12")
_PROCESSOR_TAIL = "scale=48:27:flags=area"
_PICTURE_TAIL = "scale=597:336:flags=area:out_color_matrix=bt601:out_range=pc"


def _command(
    facts: MediaFacts = _FACTS,
    cuda: CudaDecoding | None = None,
    binary: Path = Path("ffmpeg"),
    table: str | None = None,
) -> list[str]:
    return decode_command(
        binary, Path("/films/-i $(x).mp4"), facts, wanted="wanted", thumbnail_size=(48, 27), picture_side=336,
        jpeg_qscale=3, cuda=cuda, table=table,
    )  # fmt: skip


def _chain(command: list[str], label: str) -> str:
    """The filters that end in the output `label`, from the split on, without their labels."""
    links = [link.strip("[]") for link in command[command.index("-filter_complex") + 1].split(";[")]
    by_output = {link.rpartition("[")[2]: link for link in links if "split" not in link}
    names: list[str] = []
    while label in by_output:
        before, _, rest = by_output[label].partition("]")
        names.insert(0, rest.rpartition("[")[0])
        label = before
    return ",".join(names)


def _thumbnails(command: list[str]) -> str:
    return _chain(command, command[command.index("-map") + 1].strip("[]"))


def _pictures(command: list[str]) -> str:
    last = len(command) - 1 - command[::-1].index("-map")
    return _chain(command, command[last + 1].strip("[]"))


def test_without_a_gpu_nothing_has_changed() -> None:
    command = _command()
    assert command[:-1] == [
        "ffmpeg", "-copyts", "-format_whitelist", command[3], "-max_pixels", "268435456", "-noautorotate",
        "-protocol_whitelist", "file,pipe", "-reinit_filter", "0", "-threads", "1", "-i", "file:/films/-i $(x).mp4",
        "-filter_complex", command[16], "-map", "[s4]", "-map", "[s8]",
        "-f", "nut", "-c:v:0", "rawvideo", "-c:v:1", "mjpeg",
        "-enc_time_base", "filter", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-fps_mode", "passthrough",
        "-map_chapters", "-1", "-map_metadata", "-1", "-max_interleave_delta", "0", "-q:v:1", "3", "-threads", "1",
        "pipe:1", "-nostdin", "-hide_banner", "-nostats",
        "-loglevel", "repeat+warning", "-filter_complex_threads",
    ]  # fmt: skip
    assert _thumbnails(command) == f"{_PROCESSOR_TAIL},format=rgb24"
    assert _pictures(command) == f"select=wanted,{_PICTURE_TAIL},format=yuvj420p,setsar=1"


def test_a_gpu_is_asked_for_before_the_file_and_the_rest_stays() -> None:
    plain, command = _command(), _command(cuda=_CUDA)
    hardware = ["-hwaccel", "cuda", "-hwaccel_device", "1", "-hwaccel_output_format", "cuda"]
    assert set(command[: command.index("-i")]) == {*plain[: plain.index("-i")], *hardware}
    of_hardware = command.index("-hwaccel")
    assert command[of_hardware : of_hardware + 6] == hardware[:6]
    assert command[command.index("-i") + 1] == "file:/films/-i $(x).mp4"
    assert command[command.index("-f") :] == plain[plain.index("-f") :]


def test_thumbnails_shrink_on_the_gpu_and_pictures_of_720_lines_leave_it_whole() -> None:
    command = _command(cuda=_CUDA)
    shrunk = "scale_cuda=428:240:interp_algo=bilinear,scale_cuda=144:80:interp_algo=bilinear"
    assert _thumbnails(command) == f"{shrunk},hwdownload,format=nv12,{_PROCESSOR_TAIL},format=rgb24"
    expected = f"select=wanted,hwdownload,format=nv12,{_PICTURE_TAIL},format=yuvj420p,setsar=1"
    assert _pictures(command) == expected


def test_pictures_of_2160_lines_shrink_on_the_gpu_and_ten_bits_stay_ten() -> None:
    command = _command(replace(_FACTS, width=3840, height=2160), CudaDecoding(0, 3840, 2160, "p010le"))
    assert "select=wanted,scale_cuda=1280:720:interp_algo=bilinear,hwdownload,format=p010le," in _pictures(command)


@pytest.mark.parametrize(
    ("rotation", "is_mirrored", "turned"),
    [
        (90, False, "transpose=clock"),
        (180, False, "hflip,vflip"),
        (270, False, "transpose=cclock"),
        (0, True, "hflip"),
        (90, True, "hflip,transpose=clock"),
        (180, True, "vflip"),
    ],
)
@pytest.mark.parametrize("cuda", [None, _CUDA])
def test_pictures_are_turned_when_they_are_small(
    rotation: int, is_mirrored: bool, turned: str, cuda: CudaDecoding | None
) -> None:
    shown, thumbnail = ((720, 1280), "27:48") if rotation % 180 else ((1280, 720), "48:27")
    command = _command(
        replace(_FACTS, width=shown[0], height=shown[1], rotation=rotation, is_mirrored=is_mirrored), cuda
    )
    assert _thumbnails(command).endswith(f"scale={thumbnail}:flags=area,format=rgb24,{turned}")
    assert _PICTURE_TAIL in _pictures(command)
    assert _pictures(command).endswith(f"format=yuvj420p,{turned},setsar=1")


def test_interlaced_pictures_are_deinterlaced_on_the_gpu_before_they_are_timed() -> None:
    graph = " ".join(_command(replace(_FACTS, is_interlaced=True), _CUDA))
    assert "[0:0]bwdif_cuda=deint=interlaced:mode=send_frame[s0];[s0]setpts=" in graph
    assert "bwdif=" not in graph


def test_pixels_that_are_not_square_are_stretched_by_the_processor() -> None:
    facts = replace(_FACTS, width=1024, height=576, sample_aspect_ratio=64 / 45)
    command = _command(facts, CudaDecoding(0, 720, 576, "nv12"))
    assert "scale_cuda=240:192" in _thumbnails(command)
    assert "hwdownload,format=nv12,scale=597:336" in _pictures(command)


@pytest.mark.parametrize("cuda", [None, _CUDA])
def test_an_assumed_matrix_is_told_to_the_last_step_and_one_that_the_file_tells_is_not(
    cuda: CudaDecoding | None,
) -> None:
    told = replace(_FACTS, colour_matrix="bt709", is_colour_matrix_assumed=False)
    assert _command(told, cuda) == _command(cuda=cuda)
    command = _command(replace(told, is_colour_matrix_assumed=True), cuda)
    assert f"{_PROCESSOR_TAIL}:in_color_matrix=bt709,format=rgb24" in _thumbnails(command)
    pictures = "scale=597:336:flags=area:in_color_matrix=bt709:out_color_matrix=bt601:out_range=pc,format=yuvj420p"
    assert pictures in _pictures(command)


def test_hdr_is_converted_by_the_processor_when_it_is_small_with_a_gpu_and_without() -> None:
    for cuda in (None, CudaDecoding(0, 1280, 720, "p010le")):
        command = _command(cuda=cuda, table="/tmp/hlg.cube")
        assert _thumbnails(command).endswith(
            f"{_PROCESSOR_TAIL},format=gbrp12le,lut3d=/tmp/hlg.cube,scale,format=rgb24"
        )
        pictures = (
            "scale=597:336:flags=area,format=gbrp12le,lut3d=/tmp/hlg.cube,scale=out_color_matrix=bt601:out_range=pc"
        )
        assert f"{pictures},format=yuvj420p" in _pictures(command)
        assert ("hwdownload,format=p010le,scale" in _pictures(command)) is (cuda is not None)


def test_a_step_is_at_most_a_third_and_twice_the_wanted_size_remains() -> None:
    for coded in ((320, 240), (1280, 720), (1920, 1080), (4096, 2160), (8192, 4320)):
        for wanted in ((48, 27), (597, 336)):
            steps = [coded, *sizes(coded, wanted)]
            for larger, smaller in pairwise(steps):
                assert all(3 * after >= before for before, after in zip(larger, smaller, strict=True))
            if len(steps) > 1:
                assert all(side >= 2 * least for side, least in zip(steps[-1], wanted, strict=True))


def test_ffmpeg_knows_every_filter_and_option(ffmpeg: Path, tmp_path: Path) -> None:
    """With pictures in the processor's memory the graph is read whole, and fails for that alone."""
    facts = replace(_FACTS, is_interlaced=True, rotation=90)
    command = _command(facts, CudaDecoding(0, 3840, 2160, "p010le"), ffmpeg)
    graph = command[command.index("-filter_complex") + 1].replace("wanted", "1")
    source = ["-v", "verbose", "-f", "lavfi", "-i", "testsrc2=s=320x240:d=0.1", "-filter_complex", graph]
    maps = [word for label in ("thumbnails", "pictures") for word in _maps(command, label)]
    outcome = subprocess.run(
        [ffmpeg, *source, *maps, "-f", "nut", tmp_path / "x.nut"], capture_output=True, text=True, check=False
    )
    assert "Option not found" not in outcome.stderr
    assert "No such filter" not in outcome.stderr
    assert "dst: cuda" in outcome.stderr, "the graph was linked, and there is nothing to bring pictures to the GPU"


def _maps(command: list[str], which: str) -> list[str]:
    first = command.index("-map")
    return command[first : first + 2] if which == "thumbnails" else command[first + 2 : first + 4]
