"""Pictures from strangers: decoded where they are pictures, refused with a code where they are not."""

import struct
import subprocess
import sys
import zlib
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from archive_pipeline.encoders import BUNDLED_MODEL, get_encoder
from archive_pipeline.errors import RequestError
from archive_pipeline.search.picture import MOST_PICTURE_BYTES, read_picture

SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def made(width: int = 400, height: int = 300, mode: str = "RGB") -> Image.Image:
    noise = np.random.default_rng(1).integers(0, 255, (6, 8, 3), dtype=np.uint8)
    return Image.fromarray(noise).resize((width, height)).convert(mode)


def stored(picture: Image.Image, kind: str, **options: object) -> bytes:
    written = BytesIO()
    picture.save(written, kind, **options)
    return written.getvalue()


def png_header(width: int, height: int) -> bytes:
    """A PNG that promises to be of that size and holds next to nothing."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 10_000)) + chunk(b"IEND", b"")


def refused(data: bytes) -> str:
    with pytest.raises(RequestError) as error:
        read_picture(data)
    return error.value.code


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_the_same_picture_in_every_format_is_the_same_question(kind: str) -> None:
    clean = read_picture(stored(made(), kind))
    assert (clean.width, clean.height) == (400, 300)
    original, asked = get_encoder(BUNDLED_MODEL, "cpu").encode_images(
        [stored(made(), "JPEG", quality=95, subsampling=0), clean.jpeg]
    )
    assert original @ asked > 0.99


@pytest.mark.parametrize("mode", ["L", "P", "CMYK", "1"])
def test_every_kind_of_colour_is_read(mode: str) -> None:
    assert read_picture(stored(made(mode=mode), "JPEG" if mode == "CMYK" else "PNG")).width == 400


def test_16_bit_greys_stay_greys() -> None:
    grey = Image.fromarray(np.full((50, 60), 40_000, np.uint16))
    shown = np.asarray(Image.open(BytesIO(read_picture(stored(grey, "PNG")).jpeg)))
    assert abs(int(shown[25, 30, 0]) - 40_000 // 256) <= 1


def test_what_is_transparent_is_white() -> None:
    clear = Image.new("RGBA", (50, 50), (255, 0, 0, 0))
    assert np.asarray(Image.open(BytesIO(read_picture(stored(clear, "PNG")).jpeg))).min() >= 254


def test_a_camera_held_sideways_is_put_upright_and_its_metadata_dropped() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "a secret"
    clean = read_picture(stored(made(), "JPEG", exif=exif))
    assert (clean.width, clean.height) == (300, 400)
    assert not Image.open(BytesIO(clean.jpeg)).getexif()


def test_large_pictures_are_made_small() -> None:
    clean = read_picture(stored(made(4000, 3000), "JPEG"))
    assert (clean.width, clean.height) == (896, 672)
    ribbon = read_picture(stored(made(8000, 20), "PNG"))
    assert (ribbon.width, ribbon.height) == (2688, 7)


def test_an_animation_is_its_first_picture() -> None:
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    clean = read_picture(stored(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True))
    assert np.asarray(Image.open(BytesIO(clean.jpeg)))[20, 20].argmax() == 0


@pytest.mark.parametrize(
    "data", [SVG, b"", b"GIF89a", b"%PDF-1.7", b"\0" * 1000, stored(made(), "BMP"), stored(made(), "TIFF")]
)
def test_other_formats_are_refused(data: bytes) -> None:
    assert refused(data) == "picture_format"


def test_damaged_pictures_are_refused() -> None:
    assert refused(stored(made(), "JPEG")[:2000]) == "picture_damaged"
    assert refused(stored(made(), "PNG")[:5000]) == "picture_damaged"
    assert refused(stored(made(), "WEBP")[:1000]) in ("picture_damaged", "picture_format")
    assert refused(stored(made(), "AVIF")[:1000]) in ("picture_damaged", "picture_format")


def test_too_much_is_refused() -> None:
    assert refused(b"\xff" * (MOST_PICTURE_BYTES + 1)) == "picture_too_large"
    assert refused(png_header(8_000, 8_000)) == "picture_too_many_pixels"
    assert refused(png_header(60_000, 60_000)) == "picture_too_many_pixels"


def test_a_decompression_bomb_costs_no_memory() -> None:
    """A billion white pixels in a few hundred kilobytes."""
    code = """
import resource, sys
from archive_pipeline.errors import RequestError
from archive_pipeline.search.picture import read_picture
from archive_pipeline_tests.search.test_picture import png_header
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for size in (8_000, 40_000, 200_000):
    try:
        read_picture(png_header(size, size))
    except RequestError as error:
        assert error.code == "picture_too_many_pixels", error
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert int(printed) < 20_000
