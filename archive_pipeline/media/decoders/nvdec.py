"""What the decoder of an NVIDIA GPU does.

The table holds what every GPU since Turing does (NVIDIA's Video Codec SDK, “NVDEC application note”), AV1 since Ampere;
4:2:2 and 4:4:4, which some newer ones do, are left to the processor. A GPU that does less says so when it is asked, and
the processor takes the file.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from archive_pipeline.media.decoders.coding import Coding

SURFACES: Mapping[str, str] = {"yuv420p": "nv12", "yuvj420p": "nv12", "yuv420p10le": "p010le"}
"""By pixel format of a video, that of its pictures in the GPU's memory."""

_EIGHT_BITS = frozenset({"yuv420p", "yuvj420p"})
_TEN_BITS = _EIGHT_BITS | {"yuv420p10le"}


@dataclass(frozen=True)
class _Limits:
    """What is done of a codec; sizes are (width, height) in pixels."""

    pixel_formats: frozenset[str]
    smallest: tuple[int, int]
    largest: tuple[int, int]


_OLD = _Limits(_EIGHT_BITS, (48, 16), (4080, 4080))
_SMALL = _Limits(_EIGHT_BITS, (48, 16), (2048, 1024))
_LIMITS: Mapping[str, _Limits] = {
    "mpeg1video": _OLD,
    "mpeg2video": _OLD,
    "mpeg4": _SMALL,
    "vc1": _SMALL,
    "wmv3": _SMALL,
    "h264": _Limits(_EIGHT_BITS, (48, 16), (4096, 4096)),
    "hevc": _Limits(_TEN_BITS, (144, 144), (8192, 8192)),
    "vp8": _Limits(_EIGHT_BITS, (48, 16), (4096, 4096)),
    "vp9": _Limits(_TEN_BITS, (128, 128), (8192, 8192)),
    "av1": _Limits(_TEN_BITS, (128, 128), (8192, 8192)),
}


def why_not(coding: Coding) -> str | None:
    """What keeps such a video from the GPU's decoder, as the end of a sentence that begins with it; None: nothing."""
    limits = _LIMITS.get(coding.codec)
    if limits is None:
        return f"does not do {coding.codec}"
    if coding.pixel_format not in limits.pixel_formats:
        return f"does not do {coding.codec} in {coding.pixel_format}"
    sizes = zip(limits.smallest, (coding.width, coding.height), limits.largest, strict=True)
    if not all(least <= side <= most for least, side, most in sizes):
        return f"does not do {coding.codec} of {coding.width}×{coding.height}"
    return None
