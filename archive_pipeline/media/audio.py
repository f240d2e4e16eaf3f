"""The sound of a video for machines that listen: one channel, 16 kHz, on the clock that a player shows."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import ffmpeg

from archive_pipeline.media.facts import MediaFacts
from archive_pipeline.media.ffmpeg import DEMUXERS, DISCONTINUOUS, PROTOCOLS, media_url
from archive_pipeline.media.process import Child, running
from archive_pipeline.media.timeline import JUMP_AHEAD_S, JUMP_BACK_S
from archive_pipeline.media.tracks import Track
from archive_pipeline.media.verdict import raise_failure

SAMPLE_RATE = 16_000
"""Samples a second; what speech recognition is trained on."""

BYTES_PER_S = 2 * SAMPLE_RATE

_PIECE = BYTES_PER_S  # bytes read at a time: a second
_GRACE_S = 60.0  # by which sound may outlast the pictures


@contextmanager
def sound(path: Path, facts: MediaFacts, track: Track, ffmpeg_binary: Path) -> Iterator[Iterator[bytes]]:
    """The track as signed 16-bit samples, piece by piece; the first sample belongs to the player's zero.

    Gaps in the track are silence, so that a sample's place tells its time. It ends a minute after the pictures at the
    latest. Raises PassingError `decode_timeout`, `read_failed` and MediaError `decoder_crashed`; sound that does not
    decode is no error but no sound.
    """
    most_bytes = int((max(facts.start_s, 0) + facts.duration_s + _GRACE_S) * BYTES_PER_S)
    with running(_command(ffmpeg_binary, path, facts, track), limit_s=600 + 5 * facts.duration_s) as child:
        yield _pieces(child, most_bytes)


def _pieces(child: Child, most_bytes: int) -> Iterator[bytes]:
    n_bytes, rest = 0, b""
    while n_bytes < most_bytes and (piece := child.stdout.read(min(_PIECE, most_bytes - n_bytes))):
        n_bytes += len(piece)
        whole = rest + piece
        yield whole[: len(whole) // 2 * 2]
        rest = whole[len(whole) // 2 * 2 :]
    if n_bytes < most_bytes:
        raise_failure(child, child.wait(), n_frames=1)


def _command(binary: Path, path: Path, facts: MediaFacts, track: Track) -> list[str]:
    source = ffmpeg.input("file:", protocol_whitelist=PROTOCOLS, format_whitelist=DEMUXERS, copyts=None, vn=None)
    written = (
        source[str(track.index)]
        .filter("asetpts", _clock(facts))
        .filter("aresample", SAMPLE_RATE, **{"async": 1, "first_pts": 0})
        .filter("aformat", sample_fmts="s16", channel_layouts="mono")
        .output("pipe:1", format="s16le", threads=1)
        .global_args("-nostdin", "-hide_banner", "-nostats", "-loglevel", "repeat+warning")
    )
    arguments = [str(argument) for argument in ffmpeg.compile(written, cmd=str(binary))]
    arguments[arguments.index("-i") + 1] = media_url(path)
    return arguments


def _clock(facts: MediaFacts) -> str:
    """For `asetpts`: like `rule.clock` for pictures, a jump is joined where the sound before it ended."""
    shifted = f"PTS-round({facts.zero_s!r}/TB)"
    if facts.container not in DISCONTINUOUS:
        return shifted
    is_reset = f"lt(ld(1),-{JUMP_BACK_S}/TB)+gt(ld(1),{JUMP_AHEAD_S}/TB)"
    return (
        f"st(1,PTS-PREV_INPTS);"
        f"st(0,if(isnan(PREV_INPTS),-round({facts.zero_s!r}/TB),if({is_reset},PREV_OUTPTS+NB_SAMPLES/SR/TB-PTS,ld(0))));"
        f"PTS+ld(0)"
    )
