"""Names and scripts that would make ffmpeg do something else than read one video."""

import ctypes
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from archive_pipeline.errors import MediaError
from archive_pipeline.media.facts import MediaFacts
from archive_pipeline.media.probe import probe
from archive_pipeline.media.sampling import SamplingParameters, sample_video
from archive_pipeline_tests.media.reference import facts_of, sampled
from archive_pipeline_tests.media.zoo import encoded, titled

_NAMES = [
    b"-leading dash.mp4",
    b"-i",
    b"new\nline.mp4",
    b"per%03dcent%d.mp4",
    b"not utf-8 \xe9\xff.mp4",
    b"quo'te\".mp4",
    b"concat:a.mp4|b.mp4",
    b"http:example.mp4",
    b"pipe:0",
    b"file:nested.mp4",
    b"back\\slash [a]=b;c,d.mp4",
    "señal 📼.mp4".encode(),
    b"x" * 251 + b".mp4",
]

_SCRIPTS = {
    "ffconcat": "ffconcat version 1.0\nfile '{secret}'\nduration 2\n",
    "ffconcat with a byte order mark": "\ufeffffconcat version 1.0\nfile '{secret}'\n",
    "HLS": "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfile://{secret}\n#EXT-X-ENDLIST\n",
    "HLS with a key": '#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="{secret}"\n#EXTINF:2,\n{secret}\n#EXT-X-ENDLIST\n',
    "DASH": '<?xml version="1.0"?><MPD><Period><AdaptationSet><Representation><BaseURL>{secret}</BaseURL>'
    "</Representation></AdaptationSet></Period></MPD>",
    "SDP": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n",
    "SVG": '<svg xmlns="http://www.w3.org/2000/svg"><image href="{secret}"/></svg>',
}

_CLAIMED = MediaFacts(
    container="concat", video_codec="h264", stream_index=0, width=320, height=240, rotation=0, sample_aspect_ratio=1,
    frame_rate=25, is_vfr=False, is_interlaced=False, zero_s=0, start_s=0, duration_s=2, has_audio=False,
    audio_codec=None, source_timecode=None, drop_frame=None,
)  # fmt: skip


@pytest.fixture(scope="module")
def video(ffmpeg: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("secret") / "secret.ts"
    encoded("-c:v", "mpeg2video", seconds=0.4)(ffmpeg, path)
    return path


@pytest.mark.parametrize("name", _NAMES, ids=lambda name: ascii(name[:20]))
def test_any_file_name_is_only_a_name(name: bytes, video: Path, tmp_path: Path, ffmpeg: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
    os.link(video, path)
    assert sampled(path, ffmpeg).decoding.n_source_frames == 10


def test_a_name_relative_to_here_is_only_a_name(
    video: Path, tmp_path: Path, ffmpeg: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    os.link(video, "-y")
    assert sampled(Path("-y"), ffmpeg).decoding.n_source_frames == 10


@pytest.mark.parametrize("suffix", [".mp4", ".ts", ".mkv"])
@pytest.mark.parametrize("kind", _SCRIPTS)
def test_a_script_is_refused_and_nothing_that_it_names_is_opened(
    kind: str, suffix: str, video: Path, tmp_path: Path, ffmpeg: Path
) -> None:
    script = tmp_path / f"innocent{suffix}"
    script.write_text(_SCRIPTS[kind].format(secret=video))
    with _opened(video) as events:
        with pytest.raises(MediaError, match="not_a_video"):
            probe(script)
        with pytest.raises(MediaError, match="no_decodable_frame"):
            sample_video(script, _CLAIMED, SamplingParameters(), ffmpeg, lambda _: None)
    assert events == []


def test_opening_the_secret_would_have_been_noticed(video: Path) -> None:
    with _opened(video) as events:
        video.read_bytes()
    assert events


@contextmanager
def _opened(path: Path) -> Iterator[list[int]]:
    """Collects Linux's own account (inotify) of every time that anybody opens the file while the block runs."""
    libc = ctypes.CDLL(None, use_errno=True)
    in_open = 0x20
    watcher = libc.inotify_init1(os.O_NONBLOCK)
    assert libc.inotify_add_watch(watcher, os.fsencode(path), in_open) >= 0
    events: list[int] = []
    try:
        yield events
        try:
            raw = os.read(watcher, 65536)
        except BlockingIOError:
            raw = b""
        header = struct.Struct("iIII")
        events += [header.unpack_from(raw, at)[1] for at in range(0, len(raw), header.size)]
    finally:
        os.close(watcher)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("title.mov", ("-c:v", "mpeg4")),
        ("title.mkv", ("-c:v", "mpeg4", "-write_crc32", "0")),
        ("title.avi", ("-c:v", "mpeg4")),
        ("title.flv", ("-c:v", "flv")),
    ],
)
@pytest.mark.parametrize("title", ["Añó nuevo, día 1".encode("latin-1"), "Пробный выпуск".encode("koi8-r")])
def test_a_title_in_no_known_encoding_is_no_matter_in_any_container(
    name: str, options: tuple[str, ...], title: bytes, ffmpeg: Path, tmp_path: Path
) -> None:
    file = tmp_path / name
    titled(title, *options)(ffmpeg, file)
    assert facts_of(file).duration_s == pytest.approx(2, abs=0.05)
    assert sampled(file, ffmpeg).decoding.n_source_frames == 50
