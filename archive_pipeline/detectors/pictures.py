"""Encoded pictures as detectors look at them: upright RGB."""

import io

from PIL import Image, ImageOps

from archive_pipeline.errors import MediaError


def upright(encoded: bytes) -> Image.Image:
    """The picture as a person sees it. The bytes must be trusted: the archive's own, or cleaned by `search.picture`.

    Raises MediaError `picture_damaged`.
    """
    try:
        with Image.open(io.BytesIO(encoded)) as picture:
            return ImageOps.exif_transpose(picture).convert("RGB")
    except Exception as error:  # what decoders raise for damaged files is without end
        raise MediaError("picture_damaged", f"A picture cannot be decoded ({type(error).__name__}).") from error
