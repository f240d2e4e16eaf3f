"""What is told of a file before it is decoded, and why some are refused."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from archive_pipeline.errors import MediaError, PassingError
from archive_pipeline.media.probe import probe
from archive_pipeline_tests.media.reference import facts_of
from archive_pipeline_tests.media.zoo import CODECS, HOPELESS, SHAPES, TIMES, Maker, encoded, run, source

Made = Callable[[str, Maker], Path]


@pytest.mark.parametrize(
    ("name", "codec", "container"),
    [
        ("h264.mp4", "h264", "mov,mp4,m4a,3gp,3g2,mj2"),
        ("hevc_10bit.mkv", "hevc", "matroska,webm"),
        ("av1.mkv", "av1", "matroska,webm"),
        ("mpeg2_interlaced.mxf", "mpeg2video", "mxf"),
        ("dv.dv", "dvvideo", "dv"),
        ("prores.mov", "prores", "mov,mp4,m4a,3gp,3g2,mj2"),
        ("mpeg1.mpg", "mpeg1video", "mpeg"),
        ("h264.m2ts", "h264", "mpegts"),
        ("rv20.rm", "rv20", "rm"),
        ("mpeg2.wtv", "mpeg2video", "wtv"),
        ("raw.y4m", "rawvideo", "yuv4mpegpipe"),
    ],
)
def test_codec_and_container_are_named(name: str, codec: str, container: str, made: Made) -> None:
    facts = facts_of(made(name, CODECS[name]))
    assert (facts.video_codec, facts.container) == (codec, container)


@pytest.mark.parametrize(
    ("name", "timecode", "drop_frame"),
    [
        ("prores.mov", "01:00:00;00", True),
        ("mpeg2_interlaced.mxf", "10:00:00:00", False),
        ("dv.dv", "00:00:00:00", False),
        ("h264.mp4", None, None),
    ],
)
def test_a_timecode_track_is_kept(name: str, timecode: str | None, drop_frame: bool | None, made: Made) -> None:
    facts = facts_of(made(name, CODECS[name]))
    assert (facts.source_timecode, facts.drop_frame) == (timecode, drop_frame)


def test_only_interlaced_sources_are_called_so(made: Made) -> None:
    interlaced = {name for name in CODECS if facts_of(made(name, CODECS[name])).is_interlaced}
    assert interlaced == {"mpeg2_interlaced.mxf", "dv.dv"}


def test_uneven_frames_are_variable_and_a_break_is_not(made: Made) -> None:
    variable = {name for name in TIMES if facts_of(made(name, TIMES[name])).is_vfr}
    assert variable == {"vfr.mp4", "vfr.mkv"}


@pytest.mark.parametrize(
    ("name", "size", "rotation"),
    [
        ("anamorphic_pal.mpg", (1024, 576), 0),
        ("anamorphic_ntsc.mp4", (640, 480), 0),
        ("odd.mp4", (121, 81), 0),
        ("quarter_turn.mp4", (240, 320), 90),
        ("half_turn.mp4", (320, 240), 180),
        ("three_quarter_turn.mp4", (240, 320), 270),
        ("cover.mp4", (320, 240), 0),
        ("two_videos.mp4", (320, 240), 0),
    ],
)
def test_sizes_are_those_of_the_display(name: str, size: tuple[int, int], rotation: int, made: Made) -> None:
    facts = facts_of(made(name, SHAPES[name]))
    assert (facts.width, facts.height, facts.rotation) == (*size, rotation)


def test_a_track_of_pictures_beside_a_video_is_its_cover(made: Made) -> None:
    """Matroska keeps no word on it."""

    def with_cover(ffmpeg: Path, path: Path) -> None:
        cover = ("-f", "lavfi", "-i", "color=red:s=640x480:d=0.04")
        both = ("-map", "0", "-map", "1", "-disposition:v:1", "attached_pic", "-c:v:0", "mpeg4", "-c:v:1", "mjpeg")
        run(ffmpeg, *source(), *cover, *both, path)

    facts = facts_of(made("cover.mkv", with_cover))
    assert (facts.stream_index, facts.width, facts.duration_s) == (0, 320, pytest.approx(2))
    assert facts_of(made("mjpeg.avi", CODECS["mjpeg.avi"])).video_codec == "mjpeg"


@pytest.mark.parametrize(("codec", "name"), [("libx264", "raw.h264"), ("mpeg2video", "raw.m2v"), ("mpeg4", "raw.m4v")])
def test_a_raw_stream_is_as_long_as_its_packets(codec: str, name: str, made: Made) -> None:
    facts = facts_of(made(f"four_seconds_{name}", encoded("-c:v", codec, size="32x32", seconds=4)))
    assert facts.duration_s == pytest.approx(4, abs=0.05)


def test_packets_without_times_are_frames_all_the_same(made: Made) -> None:
    facts = facts_of(
        made("sparse.mpg", encoded("-c:v", "libx264", "-bf", "2", "-f", "vob"))
    )  # a time each third packet
    assert (facts.frame_rate, facts.is_vfr) == (25, False)


def test_windows_media_tells_its_end_and_not_its_length(made: Made) -> None:
    facts = facts_of(made("late.wmv", encoded("-c:v", "wmv2", "-output_ts_offset", "3")))
    assert (facts.start_s, facts.duration_s) == (3, 2)


def test_a_default_stream_without_a_picture_is_passed_over(made: Made) -> None:
    def make(ffmpeg: Path, path: Path) -> None:
        nothing = ("-filter:v:0", "select=0", "-disposition:v:0", "default", "-disposition:v:1", "0")
        run(ffmpeg, *source(), *source(), "-map", "0", "-map", "1", "-c:v", "libx264", *nothing, path)

    facts = facts_of(made("first_is_empty.mkv", make))
    assert (facts.stream_index, facts.duration_s) == (1, 2)


def test_sound_is_noticed(made: Made) -> None:
    facts = facts_of(made("delayed.mp4", TIMES["delayed.mp4"]))
    assert (facts.has_audio, facts.audio_codec) == (True, "aac")
    assert not probe(made("h264.mp4", CODECS["h264.mp4"])).has_audio


def test_transport_streams_show_zero_where_they_start(made: Made) -> None:
    assert probe(made("large_start.ts", TIMES["large_start.ts"])).zero_s == pytest.approx(50001.4)
    wrapped = probe(made("wrap.ts", TIMES["wrap.ts"]))
    assert (wrapped.start_s, wrapped.duration_s) == (pytest.approx(0), pytest.approx(2))


@pytest.mark.parametrize("name", HOPELESS)
def test_what_is_no_video_is_refused_for_good(name: str, made: Made) -> None:
    code, maker = HOPELESS[name]
    path = made(name, maker)
    with pytest.raises(MediaError) as refusal:
        probe(path)
    assert (refusal.value.code, refusal.value.permanent) == (code, True)


@pytest.mark.parametrize(
    ("name", "code"), [("sintel_audio_only.mp4", "no_video_stream"), ("bee_hls_encrypted.ts", "unreadable")]
)
def test_the_hopeless_clips_of_the_footage_are_named(name: str, code: str, footage: Path) -> None:
    with pytest.raises(MediaError, match=rf"^\[{code}\]"):
        probe(footage / name)


def test_a_missing_file_may_come_back(tmp_path: Path) -> None:
    with pytest.raises(PassingError, match="read_failed"):
        probe(tmp_path / "gone.mp4")


def test_pipes_and_folders_are_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    for path in (tmp_path / "pipe.mp4", tmp_path):
        with pytest.raises(MediaError, match="not_a_file"):
            probe(path)


def test_a_probe_that_hangs_is_killed(made: Made) -> None:
    with pytest.raises(PassingError, match="probe_timeout"):
        probe(made("h264.mp4", CODECS["h264.mp4"]), timeout_s=0.01)


def test_the_command_that_is_named_heals_an_edit_list_that_shows_nothing(made: Made) -> None:
    def healed(ffmpeg: Path, path: Path) -> None:
        run(
            ffmpeg,
            "-ignore_editlist",
            "1",
            "-i",
            made("edited_away.mp4", HOPELESS["edited_away.mp4"][1]),
            "-c",
            "copy",
            path,
        )

    assert probe(made("healed.mp4", healed)).duration_s > 3
