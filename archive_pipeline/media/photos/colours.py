"""Pictures in any mode and colour space as sRGB in 8 bits, on white."""

from io import BytesIO

from PIL import Image, ImageCms

_SRGB = ImageCms.createProfile("sRGB")
_KEPT = frozenset(("RGB", "RGBA", "L", "LA", "CMYK"))
"""Modes that Pillow resizes as they are."""


def resizable(picture: Image.Image) -> Image.Image:
    """The picture in a mode that can be resized: palettes are resolved, 16 bits and floating point brought to 8."""
    if picture.mode in _KEPT and not (picture.mode in ("L", "RGB") and "transparency" in picture.info):
        return picture
    if picture.mode == "F":
        low, high = picture.getextrema()
        scale = 255.0 if low >= 0 and high <= 1 else 1.0  # type: ignore[operator]
        return picture.point(lambda grey: grey * scale).convert("L")
    if picture.mode.startswith("I"):
        return picture.convert("I").point(lambda grey: grey * (1 / 257)).convert("L")
    if picture.mode == "LAB":
        lab = ImageCms.createProfile("LAB")
        return ImageCms.profileToProfile(picture, lab, _SRGB, outputMode="RGB") or picture.convert("RGB")
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def on_white(picture: Image.Image, icc_profile: bytes | None) -> Image.Image:
    """RGB: colours brought from the profile to sRGB, what is transparent white. `picture` is `resizable`."""
    if picture.mode in ("RGBA", "LA"):
        layered = picture.convert("RGBA")
        colours = _in_srgb(layered.convert("RGB"), icc_profile)
        white = Image.new("RGB", layered.size, "white")
        white.paste(colours, mask=layered.getchannel("A"))
        return white
    return _in_srgb(picture, icc_profile)


def _in_srgb(picture: Image.Image, icc_profile: bytes | None) -> Image.Image:
    """A profile that is broken, or of another mode than the picture, says nothing."""
    if icc_profile:
        try:
            profile = ImageCms.ImageCmsProfile(BytesIO(icc_profile))
            converted = ImageCms.profileToProfile(picture, profile, _SRGB, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass
        else:
            return converted or picture.convert("RGB")
    return picture.convert("RGB")
