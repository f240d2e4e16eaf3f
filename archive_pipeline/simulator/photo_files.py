"""Photographs as files, with what cameras and picture desks write into them: EXIF, GPS and IPTC."""

from io import BytesIO
from pathlib import Path
from random import Random

from PIL import ExifTags, Image

from archive_pipeline.simulator.captions import describe
from archive_pipeline.simulator.painting.scene import paint_still
from archive_pipeline.simulator.photo_plan import Photograph

_SHORT_SIDE, _LONG_SIDE = 480, 640
# Orientation tags that say how to turn the stored picture so that it stands upright, and how it is stored then.
_STORED = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}


def write_photograph(photograph: Photograph, seed: int, folder: Path) -> None:
    """Paint the photograph and write it below `folder`. The same seed and photograph give the same picture."""
    # A burst is one view: its frames are painted from one seed, with the subjects moved.
    view = photograph.exposure if photograph.burst is None else photograph.burst
    sides = (_SHORT_SIDE, _LONG_SIDE) if photograph.upright else (_LONG_SIDE, _SHORT_SIDE)
    painted = paint_still(
        photograph.facts,
        sides[0] / sides[1],
        sides[1],
        Random(f"{seed}/photograph/{view}"),
        photograph.framing,
        moved=photograph.moved,
    )
    random = Random(f"{seed}/{photograph.path}")
    picture, orientation, quality = _as_copied(painted, photograph, random)
    target = folder / photograph.path
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.partial")
    form = "WEBP" if target.suffix == ".webp" else "JPEG"
    if photograph.bare:
        picture.save(partial, form, quality=quality)
    else:
        iptc = _iptc(photograph) if form == "JPEG" else b""
        picture.save(partial, form, quality=quality, exif=_exif(photograph, orientation), extra=iptc)
    partial.replace(target)


def _as_copied(picture: Image.Image, photograph: Photograph, random: Random) -> tuple[Image.Image, int, int]:
    """The picture as it is stored, its orientation tag and its quality."""
    width, height = picture.size
    if photograph.copy == "coded":
        return picture, 1, random.randint(35, 65)
    if photograph.copy == "resized":
        share = random.uniform(0.3, 0.7)
        return picture.resize((round(width * share), round(height * share)), Image.Resampling.LANCZOS), 1, 85
    if photograph.copy == "cropped":
        left, top = random.uniform(0, 0.05) * width, random.uniform(0, 0.05) * height
        box = (round(left), round(top), round(left + 0.95 * width), round(top + 0.95 * height))
        return picture.crop(box), 1, 85
    # Telephones store what was taken upright on its side.
    tag = random.choice((3, 6, 8)) if photograph.copy == "rotated" else 6 if photograph.upright else 1
    return (picture.transpose(_STORED[tag]) if tag in _STORED else picture), tag, 88


def _exif(photograph: Photograph, orientation: int) -> Image.Exif:
    moment = photograph.taken_at.strftime("%Y:%m:%d %H:%M:%S")
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = "Simulated", "Drawing Board II"
    exif[ExifTags.Base.DateTime] = moment
    exif[ExifTags.Base.Artist] = "archive_pipeline"
    exif[ExifTags.Base.ImageDescription] = describe(photograph.facts, "en")
    details = exif.get_ifd(ExifTags.IFD.Exif)
    details[ExifTags.Base.DateTimeOriginal] = moment
    details[ExifTags.Base.SubsecTimeOriginal] = f"{photograph.taken_at.microsecond // 1000:03}"
    details[ExifTags.Base.OffsetTimeOriginal] = "+01:00"
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    latitude, longitude = photograph.position
    gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLatitude] = "NS"[latitude < 0], _degrees(latitude)
    gps[ExifTags.GPS.GPSLongitudeRef], gps[ExifTags.GPS.GPSLongitude] = "EW"[longitude < 0], _degrees(longitude)
    return exif


def _degrees(value: float) -> tuple[float, float, float]:
    minutes = abs(value) % 1 * 60
    return float(int(abs(value))), float(int(minutes)), round(minutes % 1 * 60, 3)


def _iptc(photograph: Photograph) -> bytes:
    """An APP13 segment as Photoshop writes it (IPTC-IIM 4.2, record 2): Pillow reads IPTC and does not write it."""
    fields = [(1, 90, b"\x1b%G")]  # what follows is UTF-8
    fields += [(2, 25, word.encode()) for word in photograph.keywords]
    fields += [(2, 90, photograph.town.encode()), (2, 120, describe(photograph.facts, "es").encode())]
    block = BytesIO()
    for record, number, value in fields:
        block.write(bytes((0x1C, record, number)) + len(value).to_bytes(2, "big") + value)
    data = block.getvalue()
    resource = (
        b"Photoshop 3.0\x008BIM\x04\x04\x00\x00" + len(data).to_bytes(4, "big") + data + b"\x00" * (len(data) % 2)
    )
    return b"\xff\xed" + (len(resource) + 2).to_bytes(2, "big") + resource
