"""Sound on the clock that a player shows, and tracks of words, in containers of every kind."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from archive_pipeline.media.audio import BYTES_PER_S, SAMPLE_RATE, sound
from archive_pipeline.media.probe import probe
from archive_pipeline.media.subtitles import subtitle_file
from archive_pipeline.media.tracks import Track, tracks
from archive_pipeline_tests.media.zoo import Maker, run
from archive_pipeline_tests.thorough import thorough

PICTURES = ("-f", "lavfi", "-i", "color=black:s=160x120:r=25:d=4")
BEEP = ("-f", "lavfi", "-i", "aevalsrc='if(between(t,1,1.5),sin(2*PI*440*t),0)':s=48000:d=4")
CODECS = ("-c:v", "mpeg2video", "-c:a", "mp2", "-b:a", "192k")


def beep(*options: str, before_sound: tuple[str, ...] = ()) -> Maker:
    """Four seconds with a tone from 1.0 to 1.5 s."""
    return lambda ffmpeg, path: run(ffmpeg, *PICTURES, *before_sound, *BEEP, *CODECS, *options, path)


def twice(ffmpeg: Path, path: Path) -> None:
    """Two recordings in one transport stream: the clock starts anew in the middle."""
    beep()(ffmpeg, path.with_suffix(".one.ts"))
    path.write_bytes(path.with_suffix(".one.ts").read_bytes() * 2)


def tone_times(path: Path, ffmpeg: Path) -> list[float]:
    """Where tones begin, in seconds, to 10 ms."""
    track = next(track for track in tracks(path) if track.kind == "audio")
    with sound(path, probe(path), track, ffmpeg) as pieces:
        samples = np.frombuffer(b"".join(pieces), np.int16).astype(float)
    step = SAMPLE_RATE // 100
    loud = np.abs(samples[: len(samples) // step * step]).reshape(-1, step).max(axis=1) > 3000
    return [float(begin) / 100 for begin in np.flatnonzero(loud & ~np.roll(loud, 1))]


@pytest.mark.parametrize(
    ("name", "maker", "expected"),
    [
        ("beep.mp4", beep(), [1.0]),
        ("beep.mkv", beep(), [1.0]),
        ("beep.ts", beep("-output_ts_offset", "500"), [1.0]),
        ("beep.mpg", beep("-f", "vob"), [1.0]),
        ("late.mkv", beep(before_sound=("-itsoffset", "0.7")), [1.7]),
        ("late.mp4", beep(before_sound=("-itsoffset", "0.7")), [1.7]),
        ("late.ts", beep(before_sound=("-itsoffset", "0.7")), [1.7]),
        ("twice.ts", twice, [1.0, 5.0]),
    ],
)
def test_a_tone_is_where_a_player_has_it(
    made: Callable[[str, Maker], Path], ffmpeg: Path, name: str, maker: Maker, expected: list[float]
) -> None:
    assert tone_times(made(name, maker), ffmpeg) == pytest.approx(expected, abs=0.06)


@thorough
def test_a_track_that_promises_hours_is_not_believed(made: Callable[[str, Maker], Path], ffmpeg: Path) -> None:
    """A jump of the sound's clock ahead in Matroska would be filled with silence for ever."""

    def jump(ffmpeg: Path, path: Path) -> None:
        run(ffmpeg, *PICTURES, "-itsoffset", "100000", *BEEP, *CODECS, path)

    path = made("jump.mkv", jump)
    facts = probe(path)
    track = next(track for track in tracks(path) if track.kind == "audio")
    with sound(path, facts, track, ffmpeg) as pieces:
        n_bytes = sum(map(len, pieces))
    assert n_bytes <= (facts.duration_s + 61) * BYTES_PER_S


def test_sound_that_does_not_decode_is_no_sound(footage: Path, ffmpeg: Path) -> None:
    clip = footage / "friday_bw.mp4"
    with sound(clip, probe(clip), Track(9, "audio", "aac", None, True, False), ffmpeg) as pieces:
        assert list(pieces) == []


def test_tracks_tell_their_language_and_whether_they_are_forced(
    made: Callable[[str, Maker], Path], footage: Path
) -> None:
    def muxed(ffmpeg: Path, path: Path) -> None:
        words = footage / "friday.vtt"
        tags = ("-metadata:s:s:0", "language=spa", "-disposition:s:1", "forced", "-disposition:s:0", "default")
        run(ffmpeg, *PICTURES, *BEEP, "-i", words, "-i", words, "-map", "0", "-map", "1", "-map", "2", "-map", "3",
            *CODECS, "-c:s", "srt", *tags, path)  # fmt: skip

    found = tracks(made("tracks.mkv", muxed))
    assert [(t.kind, t.codec, t.language, t.is_default, t.is_forced) for t in found[1:]] == [
        ("subtitle", "subrip", "spa", True, False),
        ("subtitle", "subrip", None, False, True),
    ]
    assert found[0].kind == "audio"


def test_words_in_a_track_are_bounded(made: Callable[[str, Maker], Path], footage: Path, ffmpeg: Path) -> None:
    def muxed(ffmpeg: Path, path: Path) -> None:
        run(ffmpeg, *PICTURES, "-i", footage / "friday.vtt", *CODECS, "-c:s", "srt", path)

    path = made("words.mkv", muxed)
    track = next(track for track in tracks(path) if track.kind == "subtitle")
    whole, form = subtitle_file(path, probe(path), track, ffmpeg, 10_000)
    assert form == "srt"
    assert b"Hildy!" in whole
    assert len(subtitle_file(path, probe(path), track, ffmpeg, 50)[0]) == 51
