"""Camera RAW by LibRaw: the picture that the camera embedded where that is large enough, else one made of the sensor's
data, in half its size."""

from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import ExifTags, Image

from archive_pipeline.media.photos.optional import needed

DNG_VERSION = 50706
"""The TIFF tag that only a DNG has."""

_ORIENTATIONS = {0: 1, 3: 3, 5: 8, 6: 6}
"""LibRaw's `flip` as EXIF's orientation."""


class RawPicture:
    """A RAW file that is open; its sizes are upright."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw
        self.orientation = _ORIENTATIONS.get(raw.sizes.flip, 1)
        width, height = raw.sizes.width, raw.sizes.height
        self.size: tuple[int, int] = (height, width) if self.orientation >= 5 else (width, height)

    def picture(self, side: int) -> tuple[Image.Image, int]:
        """A picture whose shortest side has `side` pixels or more, where the photo has them, and the orientation that
        is still to be applied to it."""
        import rawpy

        with suppress(rawpy.LibRawError, OSError, ValueError):  # none, or of a kind that is not known
            thumb = self._raw.extract_thumb()
            if thumb.format == rawpy.ThumbFormat.JPEG:
                embedded = Image.open(BytesIO(thumb.data), formats=["JPEG"])
                if min(embedded.size) >= side:
                    told = embedded.getexif().get(ExifTags.Base.Orientation)
                    return embedded, told or self.orientation
        halved = min(self.size) >= 2 * side
        return Image.fromarray(self._raw.postprocess(use_camera_wb=True, half_size=halved)), 1


def open_raw(path: Path) -> RawPicture | None:
    """None where LibRaw does not know the file. Raises MediaError `photo_needs_extra`."""
    rawpy = needed("rawpy", "Camera RAW")
    try:
        return RawPicture(rawpy.imread(path.open("rb")))
    except (rawpy.LibRawFileUnsupportedError, rawpy.LibRawIOError):
        return None
