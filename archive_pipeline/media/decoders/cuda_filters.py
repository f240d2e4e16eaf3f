"""ffmpeg's options and filters for pictures that lie in a GPU's memory."""

from itertools import pairwise
from typing import Any

from archive_pipeline.media.decoders.model import CudaDecoding

_STEP = 3
"""Of an ffmpeg before 9 `scale_cuda` averages 3 × 3 pixels with equal weights: a longer step would skip some.
Since then it weighs 6 × 6 by their distance. Played by the processor (`flags=area` and `bilinear`), thumbnails are 0.42
and 0.54 levels of 255 from those of one step, on average of a film of blows, and cuts the same."""
_SPARE = 2  # so much larger than wanted a picture leaves the GPU: the last step is the processor's, as without one


def input_options(cuda: CudaDecoding) -> dict[str, Any]:
    """For `-i`: decoded pictures stay in the GPU's memory."""
    return {"hwaccel": "cuda", "hwaccel_device": cuda.device, "hwaccel_output_format": "cuda"}


def deinterlaced(frames: Any) -> Any:
    """The filter of the processor's path, on the GPU."""
    return frames.filter("bwdif_cuda", mode="send_frame", deint="interlaced")


def downloaded(frames: Any, cuda: CudaDecoding, wanted: tuple[int, int]) -> Any:
    """The pictures in the processor's memory, shrunk as far as `sizes` goes.

    `wanted` is the (width, height) to which they will be scaled then.
    """
    for width, height in sizes((cuda.width, cuda.height), wanted):
        frames = frames.filter("scale_cuda", width, height, interp_algo="bilinear")
    return frames.filter("hwdownload").filter("format", cuda.surface)


def sizes(coded: tuple[int, int], wanted: tuple[int, int]) -> list[tuple[int, int]]:
    """The sizes that a picture has one after the other on the GPU: thirds, while twice the wanted size remains.

    So thumbnails leave the GPU small, and pictures of videos with fewer than 2,016 lines (at 336 wanted) as they were
    decoded: these are scaled by the processor alone and are what they are without a GPU.
    """
    found = [coded]
    while all(side >= _STEP * _SPARE * least for side, least in zip(found[-1], wanted, strict=True)):
        width, height = found[-1]
        found.append((_even_third(width), _even_third(height)))
    return [after for _, after in pairwise(found)]


def _even_third(side: int) -> int:
    """Rounded up to an even number, as the colours of two pixels lie together."""
    return 2 * -(-side // (2 * _STEP))
