"""The size in which a picture is sent: one that the model's own preprocessing leaves as it is."""

import io
import math

from archive_pipeline.errors import MediaError

PICTURE_SHAPE = "picture_shape"
"""Code of the error for a picture that is too thin for any model."""
SIDE_FACTOR = 28  # Qwen2.5-VL looks at squares of 28×28 pixels; a picture's sides are multiples of it
FEWEST_PIXELS = 4 * SIDE_FACTOR**2
MOST_PIXELS = 768 * SIDE_FACTOR**2  # 768 tokens; the model's own bound is 1,280 squares or more, so it changes nothing
_STRANGEST_RATIO = 200.0
_QUALITY = 90


def sent_size(width: int, height: int, most_pixels: int = MOST_PIXELS) -> tuple[int, int]:
    """(width, height) to which Qwen2.5-VL resizes a picture of this size, given that bound on its pixels.

    The nearest multiples of 28 within the bounds (`smart_resize` of the model's preprocessing). A size that it gives
    stays the same when it is applied again, with this bound or a larger one.
    Raises MediaError `picture_shape` for one beyond 200:1.
    """
    if max(width, height) > _STRANGEST_RATIO * min(width, height):
        raise MediaError(
            PICTURE_SHAPE,
            f"No model looks at pictures of {width}×{height}: their shape is beyond {_STRANGEST_RATIO:g}:1.",
        )
    sides = [max(SIDE_FACTOR, round(side / SIDE_FACTOR) * SIDE_FACTOR) for side in (width, height)]
    if sides[0] * sides[1] > most_pixels:
        shrink = math.sqrt(width * height / most_pixels)
        sides = [max(SIDE_FACTOR, math.floor(s / shrink / SIDE_FACTOR) * SIDE_FACTOR) for s in (width, height)]
    elif sides[0] * sides[1] < FEWEST_PIXELS:
        grow = math.sqrt(FEWEST_PIXELS / (width * height))
        sides = [math.ceil(side * grow / SIDE_FACTOR) * SIDE_FACTOR for side in (width, height)]
    return sides[0], sides[1]


def resized(jpeg: bytes, size: tuple[int, int]) -> bytes:
    """The picture in exactly this (width, height), as a JPEG."""
    from PIL import Image

    with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as picture:
        if picture.size == size:
            return jpeg
        buffer = io.BytesIO()
        picture.convert("RGB").resize(size, Image.Resampling.BICUBIC).save(buffer, "JPEG", quality=_QUALITY)
    return buffer.getvalue()
