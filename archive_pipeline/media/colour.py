"""Which numbers of a coded picture are which colour: what a file tells, and what is assumed where it tells nothing.

Names are ffmpeg's, for the numbers of ITU-T H.273.
"""

from dataclasses import dataclass
from typing import Any, Literal

_MATRICES = {
    0: "gbr", 1: "bt709", 4: "fcc", 5: "bt470bg", 6: "smpte170m", 7: "smpte240m", 8: "ycgco", 9: "bt2020nc",
    10: "bt2020c", 11: "smpte2085", 12: "chroma-derived-nc", 13: "chroma-derived-c", 14: "ictcp",
}  # fmt: skip
_PRIMARIES = {
    1: "bt709", 4: "bt470m", 5: "bt470bg", 6: "smpte170m", 7: "smpte240m", 8: "film", 9: "bt2020", 10: "smpte428",
    11: "smpte431", 12: "smpte432", 22: "jedec-p22",
}  # fmt: skip
_TRANSFERS = {
    1: "bt709", 4: "gamma22", 5: "gamma28", 6: "smpte170m", 7: "smpte240m", 8: "linear", 9: "log100", 10: "log316",
    11: "iec61966-2-4", 12: "bt1361e", 13: "iec61966-2-1", 14: "bt2020-10", 15: "bt2020-12", 16: "smpte2084",
    17: "smpte428", 18: "arib-std-b67",
}  # fmt: skip
_RANGES = {1: "tv", 2: "pc"}
_SD, _HD, _UHD = "smpte170m", "bt709", "bt2020nc"
_LINES_OF_HD = 720
_CONVERTED = "1"  # to be raised when what is converted would look different: those videos alone are decoded again

Conversion = Literal["pq", "hlg", "bt2020"]
"""What a picture is converted from, where it is not for a screen of BT.709: HDR, or the wide colours of UHD alone."""

_HDR: dict[str | None, Conversion] = {"smpte2084": "pq", "arib-std-b67": "hlg"}


@dataclass(frozen=True, kw_only=True)
class Colour:
    """How a video's colours are coded; None where neither the file tells nor anything is assumed."""

    colour_matrix: str | None = None
    """From RGB to luma and colour differences; see `is_colour_matrix_assumed`."""

    is_colour_matrix_assumed: bool | None = None
    """Whether the file tells no matrix; None in rows of releases that did not look, for whom ffmpeg took BT.601."""

    colour_range: str | None = None
    """`tv` (16 to 235) or `pc` (0 to 255)."""

    colour_primaries: str | None = None

    colour_transfer: str | None = None


def colour(matrix: int, value_range: int, primaries: int, transfer: int, *, lines: int, is_yuv: bool) -> Colour:
    """The numbers that a decoded picture has, named; the matrix where there is none.

    `lines` is the coded height. What is assumed is what Chromium 156 shows of H.264
    (`archive_pipeline_tests/web/test_clip_colours.py`): BT.709 from 720 lines on, BT.601 below, and of full range, as
    JPEG has it, BT.601 at any size. VP9 and AV1 that tell nothing it shows in BT.601 at any size; that is not followed,
    because their HD is mostly made of the same sources. Where primaries or transfer are those of UHD, so is the matrix.
    """
    told = _MATRICES.get(matrix)
    is_wide = _TRANSFERS.get(transfer) in _HDR or _PRIMARIES.get(primaries) == "bt2020"
    assumed = told is None and is_yuv
    is_hd = lines >= _LINES_OF_HD and _RANGES.get(value_range) != "pc"
    return Colour(
        colour_matrix=(_UHD if is_wide else _HD if is_hd else _SD) if assumed else told,
        is_colour_matrix_assumed=assumed,
        colour_range=_RANGES.get(value_range),
        colour_primaries=_PRIMARIES.get(primaries),
        colour_transfer=_TRANSFERS.get(transfer),
    )


def conversion(colour: Colour) -> Conversion | None:
    """How pictures become those of a screen of BT.709; None: they are. Dolby Vision that a phone records (profile 8.4)
    is HLG here, and HDR of other primaries is taken for BT.2020."""
    hdr = _HDR.get(colour.colour_transfer)
    return hdr or ("bt2020" if colour.colour_primaries == "bt2020" else None)


def conversion_parameters(colour: Colour) -> dict[str, Any]:
    """What enters the fingerprints of pictures: nothing where they are not converted."""
    by = conversion(colour)
    return {"converted": f"{by} {_CONVERTED}"} if by else {}


def reading_options(colour: Colour) -> dict[str, str]:
    """Options of ffmpeg's `scale`: the matrix of the pictures that it gets, where it would take another."""
    assumed = colour.colour_matrix if colour.is_colour_matrix_assumed else None
    return {"in_color_matrix": assumed} if assumed else {}


def telling_filters(colour: Colour) -> list[str]:
    """Filters of ffmpeg after which pictures tell whatever was assumed of them.

    Chromium believes a matrix only where primaries and transfer are told with it. Where the file tells none they are
    the screen's own, so that no colour is shifted: in the archive's pictures none is either.
    """
    if colour.colour_matrix in (None, "gbr"):
        return []
    told = [f"colorspace={colour.colour_matrix}"] if colour.is_colour_matrix_assumed else []
    told += [] if colour.colour_primaries else ["color_primaries=bt709"]
    told += [] if colour.colour_transfer else ["color_trc=bt709"]
    return ["setparams=" + ":".join(told)] if told else []
