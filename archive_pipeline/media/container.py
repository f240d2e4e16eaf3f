"""Opening an untrusted file with PyAV, and saying why one cannot be opened."""

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from archive_pipeline.errors import ArchiveError, MediaError, PassingError
from archive_pipeline.media.ffmpeg import DEMUXERS, PROTOCOLS
from archive_pipeline.media.programmes import chosen

_CODECS_OF_COVERS = frozenset({"mjpeg", "png", "bmp", "gif", "webp", "tiff"})
_FIRST_BOXES = frozenset({b"ftyp", b"mdat", b"moov", b"free", b"skip", b"wide", b"styp", b"uuid"})


def opened(url: str) -> InputContainer:
    """The container of the file at `url`, formats and protocols restricted. Raises MediaError or PassingError."""
    options = {"protocol_whitelist": PROTOCOLS, "format_whitelist": DEMUXERS}
    with av.logging.Capture() as log:
        try:
            return av.open(url, options=options, metadata_errors="replace")
        except av.FFmpegError as error:
            raise _explained(error, "\n".join(message for _, _, message in log), _head(url)) from error


def best_video(container: InputContainer) -> VideoStream:
    """The stream that a player shows: the first default one, else the largest; never a cover or an empty one. Of
    several programmes it is one of the first with pictures.

    Matroska does not say that a track is one: beside a video, a track of pictures is.
    """
    videos = [
        stream
        for stream in container.streams.video
        if not stream.disposition & (Disposition.attached_pic | Disposition.timed_thumbnails)
    ]
    if not videos:
        raise MediaError("no_video_stream", "The file holds no video stream, only sound, pictures or data.")
    usable = [stream for stream in videos if stream.codec_context is not None]
    if not usable:
        raise MediaError("codec_unknown", "No decoder for the file's video codec. Convert it to a common one.")
    filled = [stream for stream in usable if stream.codec_context.pix_fmt] or usable  # others hold no picture at all
    moving = [stream for stream in filled if stream.codec_context.name not in _CODECS_OF_COVERS] or filled
    if choice := chosen(container):
        moving = [stream for stream in moving if stream.index in choice[0].streams] or moving
    default = [stream for stream in moving if stream.disposition & Disposition.default]
    return default[0] if default else max(moving, key=lambda stream: stream.width * stream.height)


def _explained(error: av.FFmpegError, log: str, head: bytes) -> ArchiveError:
    """The error that a person understands for what libav said."""
    if isinstance(error, (FileNotFoundError, PermissionError)) or error.errno in (5, 116):  # EIO, ESTALE
        return PassingError(
            "read_failed", f"The file cannot be read ({error.strerror}). Check the disk and the permissions."
        )
    if "not on whitelist" in log or _is_text(head):
        return MediaError(
            "not_a_video",
            "The file is no video but a playlist, a script or a picture, or of a format that is not read here. "
            "Convert or remove it.",
        )
    if "moov atom not found" in log and head[4:8] in _FIRST_BOXES:
        return MediaError(
            "index_missing",
            "The file has no index (moov atom): its recording or copying was not finished. Get it again or repair it.",
        )
    return MediaError(
        "unreadable", f"The file is no video, damaged or encrypted ({error.strerror}). Get a readable copy."
    )


def _head(url: str) -> bytes:
    try:
        with open(url.removeprefix("file:"), "rb") as file:  # noqa: PTH123 (as libav opened it)
            return file.read(4096)
    except OSError:
        return b""


def _is_text(head: bytes) -> bool:
    return all(byte >= 32 or byte in b"\t\n\r\f\x1b" for byte in head)
