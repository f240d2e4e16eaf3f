"""Subtitle tracks as the text of a subtitle file."""

from pathlib import Path
from typing import Any

import ffmpeg

from archive_pipeline.media.facts import MediaFacts
from archive_pipeline.media.ffmpeg import DEMUXERS, PROTOCOLS, media_url
from archive_pipeline.media.process import running
from archive_pipeline.media.tracks import Track
from archive_pipeline.media.verdict import raise_failure

_COPIED = {"subrip": "srt", "webvtt": "webvtt", "ass": "ass"}
"""Copied, these keep what converting loses: voice tags and the names of speakers."""

_CONVERTED = frozenset({"mov_text", "text", "eia_608", "dvb_teletext", "arib_caption"})
_WITHOUT_END = frozenset({"eia_608", "dvb_teletext"})  # a page stands until the next one comes

TEXT_CODECS = frozenset(_COPIED) | _CONVERTED
"""Codecs of words. Others (DVD, Blu-ray, DVB subtitles) are pictures of words, for which there is no reader here."""

_FORMATS = {"srt": "srt", "webvtt": "vtt", "ass": "ass"}


def subtitle_file(
    path: Path, facts: MediaFacts, track: Track, ffmpeg_binary: Path, most_bytes: int
) -> tuple[bytes, str]:
    """(content, format) of a track whose codec is one of TEXT_CODECS: `srt`, `vtt` or `ass`, in UTF-8.

    Times are those of the container: `facts.zero_s` is still to be subtracted. At most `most_bytes` + 1 bytes are
    returned. Reads the whole file and decodes no picture. Raises PassingError `decode_timeout`, `read_failed`.
    """
    muxer = _COPIED.get(track.codec, "srt")
    command = _command(ffmpeg_binary, path, track, muxer)
    with running(command, limit_s=600 + 2 * facts.duration_s) as child:
        content = b""
        while len(content) <= most_bytes and (piece := child.stdout.read(1 << 16)):
            content += piece
        if len(content) <= most_bytes:
            raise_failure(child, child.wait(), n_frames=1)
    return content[: most_bytes + 1], _FORMATS[muxer]


def _command(binary: Path, path: Path, track: Track, muxer: str) -> list[str]:
    options: dict[str, Any] = {"fix_sub_duration": None} if track.codec in _WITHOUT_END else {}
    if track.codec == "dvb_teletext":
        options["txt_format"] = "text"
    source = ffmpeg.input("file:", protocol_whitelist=PROTOCOLS, format_whitelist=DEMUXERS, copyts=None, **options)
    written = ffmpeg.output(
        source[str(track.index)],
        "pipe:1",
        **{"c:s": "copy" if track.codec in _COPIED else "srt"},
        format=muxer,
        avoid_negative_ts="disabled",
    ).global_args("-nostdin", "-hide_banner", "-nostats", "-loglevel", "repeat+warning")
    arguments = [str(argument) for argument in ffmpeg.compile(written, cmd=str(binary))]
    arguments[arguments.index("-i") + 1] = media_url(path)
    return arguments
