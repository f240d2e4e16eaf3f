"""What a file says of itself in EXIF, IPTC and XMP, as far as Pillow reads them.

Where several speak, XMP goes before IPTC before EXIF, as the Metadata Working Group advises (Guidelines 2.0, 2010), but
for the time and the place, which the camera knows best. Whatever is broken in a block costs that block.
"""

import math
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from PIL import ExifTags, Image, ImageFile, IptcImagePlugin

_LONGEST = 5_000
_MOST_KEYWORDS = 200
_TIME = re.compile(r"(\d{4})[:-](\d{2})[:-](\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?)?")
_BASE, _GPS = ExifTags.Base, ExifTags.GPS
_TIMES = (
    (_BASE.DateTimeOriginal, _BASE.SubsecTimeOriginal),
    (_BASE.DateTimeDigitized, _BASE.SubsecTimeDigitized),
    (_BASE.DateTime, _BASE.SubsecTime),
)
"""With the digits after the second, which tell the pictures of a burst apart."""
_DEGREES = (90.0, 180.0)
_UTF8 = b"\x1b%G"  # how IPTC says so (ISO 2022)

Found = dict[Any, Any]
"""Values by field of PhotoFacts, or by tag."""


def metadata_of(picture: Image.Image) -> Found:
    """Everything that the picture's file says."""
    exif, iptc, xmp = _read(_exif, picture), _read(_iptc, picture), _read(_xmp, picture)
    found = {**exif, **iptc, **xmp}
    found |= {name: exif[name] for name in ("taken_at", "latitude", "longitude", "camera") if name in exif}
    return found


def orientation_of(picture: Image.Image) -> int:
    """1 to 8; 1 where the file says nothing that makes sense."""
    try:
        told = picture.getexif().get(_BASE.Orientation, 1)
    except Exception:  # what is raised for broken EXIF is without end
        return 1
    return told if isinstance(told, int) and 1 <= told <= 8 else 1


def _read(reader: Callable[[Image.Image], Found], picture: Image.Image) -> Found:
    try:
        found = reader(picture)
    except Exception:  # a broken block says nothing, and harms nothing
        return {}
    return {name: value for name, value in found.items() if value is not None and value != ()}


def _exif(picture: Image.Image) -> Found:
    exif = picture.getexif()
    own: dict[Any, Any] = {**exif, **_read(lambda one: dict(one.getexif().get_ifd(ExifTags.IFD.Exif)), picture)}
    make, model = _exif_text(own.get(_BASE.Make)), _exif_text(own.get(_BASE.Model))
    named = make and model and model.casefold().startswith(make.split()[0].casefold())
    times = ((_exif_text(own.get(key)), _exif_text(own.get(fraction))) for key, fraction in _TIMES)
    return {
        "taken_at": _first(_time(text, fraction) for text, fraction in times),
        "camera": model if named else " ".join(filter(None, (make, model))) or None,
        "caption": _exif_text(own.get(_BASE.ImageDescription)),
        "creator": _exif_text(own.get(_BASE.Artist)),
        "rights": _exif_text(own.get(_BASE.Copyright)),
        **_read(_place, picture),
    }


def _place(picture: Image.Image) -> Found:
    gps = picture.getexif().get_ifd(ExifTags.IFD.GPSInfo)
    latitude = _angle(gps.get(_GPS.GPSLatitude), gps.get(_GPS.GPSLatitudeRef), "S")
    longitude = _angle(gps.get(_GPS.GPSLongitude), gps.get(_GPS.GPSLongitudeRef), "W")
    sane = all(abs(angle) <= most for angle, most in zip((latitude, longitude), _DEGREES, strict=True))
    nowhere = latitude == longitude == 0  # what receivers write before they know
    return {"latitude": latitude, "longitude": longitude} if sane and not nowhere else {}


def _angle(parts: Any, side: Any, negative: str) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    angle = degrees + minutes / 60 + seconds / 3600
    if not math.isfinite(angle):
        raise ValueError(f"{parts} is no angle")
    return round(-angle if (_text(side) or "").upper() == negative else angle, 7)


def _iptc(picture: Image.Image) -> Found:
    told = (IptcImagePlugin.getiptcinfo(picture) if isinstance(picture, ImageFile.ImageFile) else None) or {}
    charset = told.get((1, 90))
    is_utf8 = charset == _UTF8

    def texts(number: int) -> Iterator[str]:
        values = told.get((2, number)) or []
        for value in values if isinstance(values, list) else [values]:
            if text := _text(value, "utf-8" if is_utf8 else None):
                yield text

    date, time = _first(texts(55)), _first(texts(60)) or ""
    clock = f" {time[:2]}:{time[2:4]}:{time[4:6]}" if re.match(r"\d{6}", time) else ""
    return {
        "taken_at": _time(f"{date[:4]}-{date[4:6]}-{date[6:8]}{clock}") if date else None,
        "title": _first(texts(5)) or _first(texts(105)),
        "caption": _first(texts(120)),
        "keywords": _keywords(texts(25)),
        "creator": "; ".join(texts(80)) or None,
        "rights": _first(texts(116)),
    }


def _xmp(picture: Image.Image) -> Found:
    rdf = picture.getxmp().get("xmpmeta", {}).get("RDF", {})
    blocks = rdf.get("Description", [])
    told: dict[str, Any] = {}
    for block in blocks if isinstance(blocks, list) else [blocks]:
        told |= block
    times = ("DateTimeOriginal", "DateCreated", "CreateDate")
    return {
        "taken_at": _first(_time(text) for key in times for text in _xmp_texts(told.get(key))),
        "title": _first(_xmp_texts(told.get("title"))) or _first(_xmp_texts(told.get("Headline"))),
        "caption": _first(_xmp_texts(told.get("description"))),
        "keywords": _keywords(_xmp_texts(told.get("subject"))),
        "creator": "; ".join(_xmp_texts(told.get("creator"))) or None,
        "rights": _first(_xmp_texts(told.get("rights"))),
    }


def _xmp_texts(value: Any) -> Iterator[str]:
    """The texts of a property: plain, or the items of an Alt, Bag or Seq; of languages the default comes first."""
    if isinstance(value, str):
        if text := _text(value):
            yield text
    elif isinstance(value, list):
        for item in sorted(value, key=lambda item: isinstance(item, dict) and item.get("lang") != "x-default"):
            yield from _xmp_texts(item)
    elif isinstance(value, dict):
        for key in ("text", "li", "Alt", "Bag", "Seq"):
            yield from _xmp_texts(value.get(key))


def _time(text: str | None, fraction: str | None = None) -> str | None:
    """ISO 8601 without a zone, from how EXIF, IPTC and XMP write times; `fraction`: decimals of a second."""
    found = _TIME.match(text or "")
    if not found:
        return None
    try:
        moment = datetime(*(int(part or 0) for part in found.groups()))  # type: ignore[arg-type]
    except ValueError:  # 0000:00:00, which many cameras write
        return None
    if fraction and fraction.isascii() and fraction.isdigit():
        moment = moment.replace(microsecond=int(f"{fraction:0<6}"[:6]))
    return moment.isoformat() if 1800 <= moment.year < 2200 else None


def _keywords(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))[:_MOST_KEYWORDS]


def _first(texts: Iterable[str | None]) -> str | None:
    return next((text for text in texts if text), None)


def _exif_text(value: Any) -> str | None:
    """Pillow takes text for Latin-1; it should be ASCII, and mostly is UTF-8 where it is not."""
    return _text(value.encode("latin-1", "replace") if isinstance(value, str) else value)


def _text(value: Any, encoding: str | None = None) -> str | None:
    """Clean text, None for none. Bytes are UTF-8 or, where they are not, what Windows' western programs write."""
    if isinstance(value, bytes):
        try:
            value = value.decode(encoding or "utf-8")
        except UnicodeDecodeError:
            value = value.decode("cp1252", "replace")
    if not isinstance(value, str):
        return None
    with_breaks = "".join(c if c.isprintable() or c == "\n" else " " for c in value.partition("\0")[0])
    return with_breaks.encode("utf-8", "ignore").decode().strip()[:_LONGEST] or None
