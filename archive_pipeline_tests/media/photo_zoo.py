"""Forty pictures of every kind, made on the spot, and what must become of each."""

import io
import os
import struct
import subprocess
import tempfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, ImageDraw

from archive_pipeline.media.ffmpeg import find_ffmpeg

WIDTH, HEIGHT = 480, 360


@dataclass(frozen=True)
class Animal:
    """A file, and either its format and displayed size or the code that it fails with."""

    name: bytes
    content: bytes
    format: str | None = None
    size: tuple[int, int] = (WIDTH, HEIGHT)
    error_code: str | None = None


def picture(mode: str = "RGB", size: tuple[int, int] = (WIDTH, HEIGHT)) -> Image.Image:
    """A quarter red at the top left, the rest blue: what stands upright can be told from what does not."""
    drawn = Image.new("RGB", size, "blue")
    ImageDraw.Draw(drawn).rectangle((0, 0, size[0] // 2, size[1] // 2), fill="red")
    return drawn if mode == "RGB" else drawn.convert(mode)


def written(image: Image.Image, format: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def turned(orientation: int, format: str = "JPEG") -> bytes:
    """A file that is stored turned and says so: upright it is `picture()`."""
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # Image.Transpose values that undo what EXIF asks for
    stored = picture().transpose(Image.Transpose(back[orientation])) if orientation > 1 else picture()
    exif = Image.Exif()
    exif[0x0112] = orientation
    return written(stored, format, quality=95, exif=exif)


def zoo() -> list[Animal]:
    """All of them; no two have one name."""
    jpeg, png = written(picture(), "JPEG", quality=95), written(picture(), "PNG")
    animals = [
        Animal(b"plain.jpg", jpeg, "JPEG"),
        Animal(b"progressive.jpeg", written(picture(), "JPEG", progressive=True), "JPEG"),
        Animal(b"grey.jpg", written(picture("L"), "JPEG"), "JPEG"),
        Animal(b"cmyk.jpg", written(picture("CMYK"), "JPEG"), "JPEG"),
        Animal(b"plain.png", png, "PNG"),
        Animal(b"palette.png", written(picture("P"), "PNG"), "PNG"),
        Animal(b"transparent.png", written(transparent(), "PNG"), "PNG"),
        Animal(b"sixteen.png", written(grey16(), "PNG"), "PNG"),
        Animal(b"plain.tif", written(picture(), "TIFF"), "TIFF"),
        Animal(b"sixteen.tif", written(grey16(), "TIFF"), "TIFF"),
        Animal(b"cmyk.tif", written(picture("CMYK"), "TIFF"), "TIFF"),
        Animal(b"lab.tif", written(lab(), "TIFF"), "TIFF"),
        Animal(b"float.tif", written(Image.fromarray(ramp().astype(np.float32)), "TIFF"), "TIFF"),
        Animal(b"bilevel.tif", written(picture("1"), "TIFF", compression="group4"), "TIFF"),
        Animal(b"pages.tiff", pages(), "TIFF"),
        Animal(b"plain.webp", written(picture(), "WEBP"), "WEBP"),
        Animal(b"plain.avif", written(picture(), "AVIF"), "AVIF"),
        Animal(b"animated.gif", animated("GIF"), "GIF"),
        Animal(b"animated.webp", animated("WEBP"), "WEBP"),
        Animal(b"plain.bmp", written(picture(), "BMP"), "BMP"),
        Animal(b"plain.jxl", jxl(png), "JXL"),
        Animal(b"plain.jp2", written(picture(), "JPEG2000"), "JP2"),
        Animal(b"lossy.j2k", written(picture(), "JPEG2000", irreversible=True, no_jp2=True), "JP2"),
        Animal(b"tiled.jpx", written(picture(), "JPEG2000", tile_size=(100, 100)), "JP2"),
        Animal(b"transparent.jp2", written(transparent(), "JPEG2000"), "JP2"),
        Animal(b"sixteen.jp2", written(grey16(), "JPEG2000"), "JP2"),
        Animal(b"palette.jp2", by_ffmpeg(png, "-pix_fmt", "pal8", "-c:v", "jpeg2000", suffix=".jp2"), "JP2"),
        Animal(b"twelve.jp2", by_ffmpeg(png, "-pix_fmt", "gbrp12le", "-c:v", "libopenjpeg", suffix=".jp2"), "JP2"),
        Animal(b"cinema.j2c", cinema(), "JP2", (2048, 1080)),
        Animal(b"layers.psd", psd(), "PSD"),
        Animal(b"phone.heic", heic(), "HEIF"),
        Animal(b"sensor.dng", dng(orientation=1), "RAW"),
        Animal(b"turned.dng", dng(orientation=6), "RAW", (HEIGHT, WIDTH)),
        Animal(b"profile.jpg", written(picture(), "JPEG", icc_profile=profile(), quality=95), "JPEG"),
        Animal(b"broken profile.jpg", written(picture(), "JPEG", icc_profile=b"no profile", quality=95), "JPEG"),
        *(Animal(b"turned %d.jpg" % number, turned(number), "JPEG") for number in range(2, 9)),
        *(Animal(b"turned %d.tif" % number, turned(number, "TIFF"), "TIFF") for number in range(2, 9)),
        *(
            Animal(b"turned.%s" % format.lower().encode(), turned(6, format), format)
            for format in ("PNG", "WEBP", "AVIF")
        ),
        Animal(b"broken exif.jpg", broken_exif(), "JPEG"),
        Animal(b"a png.jpg", png, "PNG"),
        Animal(b"a jpeg.dng", jpeg, "JPEG"),
        Animal(b"truncated.jpg", jpeg[: len(jpeg) // 2], error_code="photo_damaged"),
        Animal(b"truncated.png", png[: len(png) // 2], error_code="photo_damaged"),
        Animal(b"empty.jpg", b"", error_code="photo_empty"),
        Animal(b"text.jpg", b"this is no picture", error_code="photo_format"),
        Animal(b"bomb.png", bomb(), error_code="photo_too_many_pixels"),
        Animal(b"truncated.jp2", written(picture(), "JPEG2000")[:600], error_code="photo_damaged"),
        Animal(b"deep.psd", psd(bits=16), error_code="photo_format"),
        Animal(b"truncated.dng", dng(orientation=1)[:5000], error_code="photo_damaged"),
        Animal(b"truncated.jxl", jxl(png)[:60], error_code="photo_damaged"),
        Animal(b"one pixel.png", written(picture(size=(1, 1)), "PNG"), "PNG", (1, 1)),
        Animal(b"thread.png", written(picture(size=(60_000, 10)), "PNG"), "PNG", (60_000, 10)),
        Animal("Año nuevo ☃ 100 %.jpg".encode(), jpeg + b"\0", "JPEG"),
        Animal(b"caf\xe9.JPG", jpeg + b"\1", "JPEG"),
        Animal(b"-rf *.jpg", jpeg + b"\2", "JPEG"),
        Animal(b"new\nline.jpg", jpeg + b"\3", "JPEG"),
    ]
    assert len({animal.name for animal in animals}) == len(animals)
    return animals


def release(folder: Path, animals: list[Animal]) -> None:
    for animal in animals:
        target = os.path.join(os.fsencode(folder), animal.name)  # noqa: PTH118 (bytes)
        with open(target, "wb") as file:  # noqa: PTH123
            file.write(animal.content)


def transparent() -> Image.Image:
    """Red where it is drawn, nothing elsewhere."""
    drawn = Image.new("RGBA", (WIDTH, HEIGHT), (0, 0, 0, 0))
    ImageDraw.Draw(drawn).rectangle((0, 0, WIDTH // 2, HEIGHT // 2), fill=(255, 0, 0, 255))
    return drawn


def ramp() -> np.ndarray:
    """0 to 1 from left to right."""
    return np.tile(np.linspace(0, 1, WIDTH), (HEIGHT, 1))


def grey16() -> Image.Image:
    return Image.fromarray((ramp() * 65535).astype(np.uint16))


def lab() -> Image.Image:
    converted = ImageCms.profileToProfile(
        picture(), ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
    )
    assert converted is not None
    return converted


def pages() -> bytes:
    buffer = io.BytesIO()
    picture().save(buffer, "TIFF", save_all=True, append_images=[Image.new("RGB", (50, 50), "green")])
    return buffer.getvalue()


def animated(format: str) -> bytes:
    buffer = io.BytesIO()
    picture().save(
        buffer, format, save_all=True, append_images=[Image.new("RGB", (WIDTH, HEIGHT), "green")], duration=90
    )
    return buffer.getvalue()


def profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def broken_exif() -> bytes:
    return written(picture(), "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\xff" * 60, quality=95)


def bomb() -> bytes:
    """A PNG whose header claims 50,000 × 50,000 pixels."""
    png = bytearray(written(picture(size=(8, 8)), "PNG"))
    png[16:24] = struct.pack(">II", 50_000, 50_000)
    png[29:33] = struct.pack(">I", zlib.crc32(bytes(png[12:29])))
    return bytes(png)


def jxl(png: bytes) -> bytes:
    command = [str(find_ffmpeg(None)), "-v", "error", "-f", "png_pipe", "-i", "pipe:0", "-frames:v", "1"]
    command += ["-c:v", "libjxl", "-f", "image2pipe", "pipe:1"]
    return subprocess.run(command, input=png, capture_output=True, check=True).stdout


def by_ffmpeg(png: bytes, *arguments: str, suffix: str) -> bytes:
    """The picture as ffmpeg's encoder writes it."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"made{suffix}"
        command = [str(find_ffmpeg(None)), "-v", "error", "-f", "png_pipe", "-i", "pipe:0", "-frames:v", "1"]
        subprocess.run([*command, *arguments, target], input=png, capture_output=True, check=True)
        return target.read_bytes()


def cinema() -> bytes:
    """A picture of a cinema's package: 2K, X′Y′Z′ of 12 bits."""
    png = written(picture(size=(2048, 1080)), "PNG")
    profile = ("-c:v", "libopenjpeg", "-profile", "cinema2k", "-cinema_mode", "2k_24")
    return by_ffmpeg(png, "-pix_fmt", "xyz12le", *profile, suffix=".j2c")


def psd(bits: int = 8) -> bytes:
    """A Photoshop file with its composite alone: no palette, no resources, no layers, uncompressed."""
    rgb = np.asarray(picture()).astype(">u2" if bits == 16 else "u1") * (257 if bits == 16 else 1)
    head = b"8BPS" + struct.pack(">H6xHIIHH", 1, 3, HEIGHT, WIDTH, bits, 3)
    return head + struct.pack(">IIIH", 0, 0, 0, 0) + np.moveaxis(rgb, 2, 0).tobytes()


def dng(orientation: int) -> bytes:
    """A Bayer mosaic of `picture()` without an embedded picture: what LibRaw has to develop itself."""
    rgb = np.asarray(picture()).astype(np.uint16) * 200 + 2000
    mosaic = rgb[:, :, 1].copy()
    mosaic[0::2, 0::2], mosaic[1::2, 1::2] = rgb[0::2, 0::2, 0], rgb[1::2, 1::2, 2]
    identity = [
        number for row in range(3) for column in range(3) for number in (10_000 if row == column else 0, 10_000)
    ]
    entries: list[tuple[int, int, bytes]] = [
        (254, 4, struct.pack("<I", 0)),
        (256, 4, struct.pack("<I", WIDTH)),
        (257, 4, struct.pack("<I", HEIGHT)),
        (258, 3, struct.pack("<H", 16)),
        (259, 3, struct.pack("<H", 1)),
        (262, 3, struct.pack("<H", 32803)),  # a colour filter array
        (271, 2, b"Zoo\0"),
        (272, 2, b"Zoo One\0"),
        (273, 4, b"HERE"),
        (274, 3, struct.pack("<H", orientation)),
        (277, 3, struct.pack("<H", 1)),
        (278, 4, struct.pack("<I", HEIGHT)),
        (279, 4, struct.pack("<I", mosaic.nbytes)),
        (284, 3, struct.pack("<H", 1)),
        (306, 2, b"1999:12:31 23:59:58\0"),
        (33421, 3, struct.pack("<HH", 2, 2)),
        (33422, 1, bytes((0, 1, 1, 2))),
        (50706, 1, bytes((1, 4, 0, 0))),
        (50708, 2, b"Zoo One\0"),
        (50717, 4, struct.pack("<I", 65535)),
        (50721, 10, struct.pack("<18i", *identity)),
        (50728, 5, struct.pack("<6I", 1, 1, 1, 1, 1, 1)),
        (50778, 3, struct.pack("<H", 21)),
    ]
    return _tiff(entries, mosaic.tobytes())


_BYTES_EACH = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 10: 8}


def _tiff(entries: list[tuple[int, int, bytes]], strip: bytes) -> bytes:
    """A TIFF of one IFD; the entry of the strip's offset holds `HERE`."""
    start = 8 + 2 + 12 * len(entries) + 4
    outside, directory = b"", struct.pack("<H", len(entries))
    placed = start + sum(len(value) + len(value) % 2 for _, _, value in entries if len(value) > 4)
    for tag, kind, value in entries:
        content = struct.pack("<I", placed) if value == b"HERE" else value
        field = content.ljust(4, b"\0")
        if len(content) > 4:
            field = struct.pack("<I", start + len(outside))
            outside += content + b"\0" * (len(content) % 2)
        directory += struct.pack("<HHI", tag, kind, len(content) // _BYTES_EACH[kind]) + field
    return b"II*\0" + struct.pack("<I", 8) + directory + struct.pack("<I", 0) + outside + strip


def heic() -> bytes:
    """One HEVC picture in the least container that ISO 23008-12 allows."""
    with tempfile.TemporaryDirectory() as folder:
        video = Path(folder) / "one.mp4"
        command = [str(find_ffmpeg(None)), "-v", "error", "-f", "png_pipe", "-i", "pipe:0", "-frames:v", "1"]
        command += [
            "-c:v",
            "libx265",
            "-x265-params",
            "log-level=none",
            "-pix_fmt",
            "yuv420p",
            "-tag:v",
            "hvc1",
            str(video),
        ]
        subprocess.run(command, input=written(picture(), "PNG"), check=True)
        mp4 = video.read_bytes()
    configuration, coded = _box_in(mp4, b"hvcC"), _box_in(mp4, b"mdat")[8:]
    kind = _box(b"ftyp", b"heic\0\0\0\0mif1heic")

    def meta(offset: int) -> bytes:
        named = _box(b"infe", b"\2\0\0\0" + struct.pack(">HH", 1, 0) + b"hvc1\0")
        place = struct.pack(">BBHHHHII", 0x44, 0, 1, 1, 0, 1, offset, len(coded))
        size = _box(b"ispe", bytes(4) + struct.pack(">II", WIDTH, HEIGHT))
        properties = _box(b"ipco", configuration + size) + _box(
            b"ipma", bytes(4) + struct.pack(">IHBBB", 1, 1, 2, 0x81, 2)
        )
        parts = (
            _box(b"hdlr", bytes(8) + b"pict" + bytes(13)),
            _box(b"pitm", bytes(4) + struct.pack(">H", 1)),
            _box(b"iloc", bytes(4) + place),
            _box(b"iinf", bytes(4) + struct.pack(">H", 1) + named),
            _box(b"iprp", properties),
        )
        return _box(b"meta", bytes(4) + b"".join(parts))

    return kind + meta(len(kind) + len(meta(0)) + 8) + _box(b"mdat", coded)


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + kind + content


def _box_in(file: bytes, kind: bytes) -> bytes:
    start = file.index(kind) - 4
    return file[start : start + struct.unpack(">I", file[start : start + 4])[0]]
