"""A part of a picture of the archive, as a picture to search with: "find this"."""

from contextlib import suppress
from dataclasses import replace

from archive_pipeline.errors import ArchiveError, MediaError, RequestError
from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.media.model import SamplingParameters
from archive_pipeline.media.moments import Moment, sample_moments
from archive_pipeline.search.picture import MOST_PICTURE_BYTES, QueryPicture
from archive_pipeline.web.api.models import PartIn
from archive_pipeline.web.archive import WebArchive
from archive_pipeline.web.photos.photo import photo_of
from archive_pipeline.web.sources import source_file

_QSCALE = 2  # ffmpeg's best JPEG: what is cut out is compressed once more
_LAST_S = 1.0  # of a video: where no frame comes any more it would be decoded from its beginning to find that out
_SIDES = (16, 2160)  # pixels of the picture that is cut: as large as it is, up to UHD


def cut_out(archive: WebArchive, asked: PartIn) -> tuple[str, QueryPicture]:
    """Its name and the picture. A small thing in a stored picture is some dozen pixels, so it is cut from the file
    where that can be read now.

    Raises RequestError `bad_parameter`, what `read_picture` raises, and `unknown_photo`, `unknown_video`,
    `video_not_ready`, `no_such_moment`, `no_picture_kept`.
    """
    if bool(asked.photo) == bool(asked.video):
        raise RequestError("bad_parameter", "Name either a photo or a video.")
    if asked.photo:
        return _of_photo(archive, asked)
    jpeg = _decoded(archive, asked) or archive.still(asked.video, asked.at_s).jpeg
    return archive.pictures.add(jpeg, asked.box)


def _of_photo(archive: WebArchive, asked: PartIn) -> tuple[str, QueryPicture]:
    photo = photo_of(archive, asked.photo)
    entry = archive.programmes.entry(photo.album)
    # gone, not to be read, larger than what is decoded here, or of a format that photos are read of in a process apart
    with suppress(ArchiveError, OSError):
        with source_file(entry, archive.settings.collection_folders, photo.file).open("rb") as file:
            data = file.read(MOST_PICTURE_BYTES + 1)
        return archive.pictures.add(data, asked.box)
    return archive.pictures.add(archive.photo(asked.photo), asked.box)


def _decoded(archive: WebArchive, asked: PartIn) -> bytes | None:
    """The whole picture, a JPEG; None where the file is gone, or where everything before it would have to be decoded.

    Raises RequestError `no_such_moment`.
    """
    programme = archive.programmes.get(asked.video)
    if not programme.start_s <= asked.at_s <= programme.end_s:
        raise RequestError(
            "no_such_moment", f"{asked.video} lasts from {programme.start_s:.3f} to {programme.end_s:.3f} s."
        )
    if not programme.seekable:
        return None
    side = min(max(min(programme.facts.width, programme.facts.height), _SIDES[0]), _SIDES[1])
    parameters = replace(SamplingParameters(), picture_side=side, jpeg_qscale=_QSCALE)
    with suppress(RequestError, MediaError):
        path = source_file(archive.programmes.entry(asked.video), archive.settings.collection_folders)
        at_s = asked.at_s
        if at_s > programme.end_s - _LAST_S:
            at_s = min(at_s, archive.still(asked.video, at_s).pts_s)
        moment = Moment(at_s, at_s, 0)
        ffmpeg = find_ffmpeg(archive.settings.ffmpeg)
        found = sample_moments(path, programme.facts, parameters, ffmpeg, [moment], programme.seekable)
        return found[0].jpeg if found else None
    return None
