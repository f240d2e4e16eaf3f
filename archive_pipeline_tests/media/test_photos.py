"""Photos of every format come upright and in sRGB, or say with a code why not; none of them stops the next."""

import errno
import io
import os
import struct
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageCms, Jpeg2KImagePlugin

from archive_pipeline.errors import MediaError
from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.media.photos import jp2
from archive_pipeline.media.photos.decode import decode
from archive_pipeline.media.photos.model import LONGEST_RATIO, PICTURE_SIDE, Photo, PhotoFacts
from archive_pipeline.media.photos.reader import answer
from archive_pipeline.media.photos.reading import PhotoReader, UnreadPhoto
from archive_pipeline_tests.media.photo_zoo import Animal, picture, release, written, zoo

ANIMALS = zoo()
GREY = {b"sixteen.png", b"sixteen.tif", b"sixteen.jp2", b"float.tif"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("zoo")
    release(folder, ANIMALS)
    return folder


@pytest.fixture(scope="module")
def reader() -> Iterator[PhotoReader]:
    reader = PhotoReader(find_ffmpeg(None))
    yield reader
    reader.close()


def read(reader: PhotoReader, folder: Path, animal: Animal) -> Photo | UnreadPhoto:
    return reader.read(folder / os.fsdecode(animal.name))


def pixels(photo: Photo | UnreadPhoto) -> np.ndarray:
    assert isinstance(photo, Photo), photo
    return np.asarray(Image.open(io.BytesIO(photo.jpeg))).astype(int)


@pytest.mark.parametrize("animal", ANIMALS, ids=lambda animal: animal.name.decode("utf-8", "backslashreplace"))
def test_every_animal_is_a_photo_or_says_why_not(reader: PhotoReader, folder: Path, animal: Animal) -> None:
    found = read(reader, folder, animal)
    if animal.error_code:
        assert isinstance(found, UnreadPhoto)
        assert (found.error_code, found.error[-1]) == (animal.error_code, ".")
        return
    assert isinstance(found, Photo), found
    assert (found.facts.format, (found.facts.width, found.facts.height)) == (animal.format, animal.size)
    with Image.open(io.BytesIO(found.jpeg)) as shown:
        assert (shown.format, shown.mode) == ("JPEG", "RGB")
        assert min(shown.size) <= PICTURE_SIDE
        assert max(shown.size) <= LONGEST_RATIO * PICTURE_SIDE
        assert not shown.getexif()


@pytest.mark.parametrize(
    "animal",
    [
        a
        for a in ANIMALS
        if a.format and a.size in ((480, 360), (2048, 1080)) and a.name not in {*GREY, b"grey.jpg", b"bilevel.tif"}
    ],
    ids=lambda animal: animal.name.decode("utf-8", "backslashreplace"),
)
def test_red_is_red_and_at_the_top_left(reader: PhotoReader, folder: Path, animal: Animal) -> None:
    shown = pixels(read(reader, folder, animal))
    height, width, _ = shown.shape
    red, other = shown[height // 4, width // 4], shown[3 * height // 4, 3 * width // 4]
    assert red[0] > 1.4 * max(red[1], red[2]), red
    is_transparent = animal.name.startswith(b"transparent")
    white_or_blue = 255 if is_transparent else 60
    assert other[2] > 0.9 * white_or_blue
    assert other[0] >= 250 if is_transparent else other[0] < other[2]


@pytest.mark.parametrize("name", sorted(GREY))
def test_sixteen_bits_and_floats_keep_their_greys(reader: PhotoReader, folder: Path, name: bytes) -> None:
    """A ramp from black to white is one."""
    shown = pixels(reader.read(folder / os.fsdecode(name)))[100].mean(axis=1)
    assert np.abs(shown - np.linspace(0, 255, len(shown))).max() < 6


def iptc(*records: tuple[int, int, bytes]) -> bytes:
    """An APP13 segment with these datasets (record, number, value)."""
    data = b"".join(struct.pack(">BBBH", 0x1C, record, number, len(value)) + value for record, number, value in records)
    resource = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(data)) + data + b"\0" * (len(data) % 2)
    return b"\xff\xed" + struct.pack(">H", len(resource) + 2) + resource


XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/">
<dc:title><rdf:Alt><rdf:li xml:lang="es">La playa</rdf:li>
<rdf:li xml:lang="x-default">The beach</rdf:li></rdf:Alt></dc:title>
<dc:subject><rdf:Bag><rdf:li>beach</rdf:li><rdf:li>boat</rdf:li><rdf:li>beach</rdf:li></rdf:Bag></dc:subject>
</rdf:Description></rdf:RDF></x:xmpmeta>"""


def test_what_a_file_says_in_exif_iptc_and_xmp_is_read(reader: PhotoReader, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = "Canon", "Canon EOS 5D"
    exif[ExifTags.Base.Artist] = "Ana Núñez".encode()
    details = exif.get_ifd(ExifTags.IFD.Exif)
    details[ExifTags.Base.DateTimeOriginal], details[ExifTags.Base.SubsecTimeOriginal] = "1987:06:05 04:03:02", "12"
    gps = {1: "N", 2: (40.0, 24.0, 59.4), 3: "W", 4: (3.0, 42.0, 9.0)}
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(gps)
    jpeg = written(picture(), "JPEG", exif=exif, xmp=XMP.encode())
    told = iptc((1, 90, b"\x1b%G"), (2, 5, b"another title"), (2, 120, "Una niña".encode()), (2, 116, b"EFE 1987"))
    (tmp_path / "said.jpg").write_bytes(jpeg[:2] + told + jpeg[2:])
    found = reader.read(tmp_path / "said.jpg")
    assert isinstance(found, Photo), found
    assert found.facts == PhotoFacts(
        format="JPEG",
        width=480,
        height=360,
        taken_at="1987-06-05T04:03:02.120000",
        latitude=40.4165,
        longitude=-3.7025,
        camera="Canon EOS 5D",
        title="The beach",
        caption="Una niña",
        keywords=("beach", "boat"),
        creator="Ana Núñez",
        rights="EFE 1987",
    )


@pytest.mark.parametrize("text", ["0000:00:00 00:00:00", "1987:13:45 00:00:00", "yesterday", "\x00"])
def test_a_time_that_is_none_is_null(reader: PhotoReader, tmp_path: Path, text: str) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.DateTime] = text
    (tmp_path / "odd.jpg").write_bytes(written(picture(), "JPEG", exif=exif))
    found = reader.read(tmp_path / "odd.jpg")
    assert isinstance(found, Photo), found
    assert found.facts.taken_at is None


def test_a_reader_that_hangs_or_dies_costs_one_photo(folder: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "never.jpg")  # nobody ever writes to it
    reader = PhotoReader(find_ffmpeg(None))
    try:
        assert isinstance(reader.read(folder / "plain.jpg"), Photo)
        patience_s, reader._timeout_s = reader._timeout_s, 1.0  # of a process that has started
        hung = reader.read(tmp_path / "never.jpg")
        reader._timeout_s = patience_s
        assert isinstance(hung, UnreadPhoto)
        assert hung.error_code == "photo_timeout"
        assert isinstance(reader.read(folder / "plain.jpg"), Photo)
        assert reader._process is not None
        threading.Timer(0.3, reader._process.kill).start()
        died = reader.read(tmp_path / "never.jpg")
        assert isinstance(died, UnreadPhoto)
        assert died.error_code == "photo_decoder_crashed"
        assert isinstance(reader.read(folder / "plain.jpg"), Photo)
    finally:
        reader.close()


def test_heic_without_its_library_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pi_heif", None)
    (tmp_path / "phone.heic").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 100)
    with pytest.raises(MediaError, match=r"pip install 'archive-pipeline\[photos\]'") as raised:
        decode(tmp_path / "phone.heic", find_ffmpeg(None))
    assert raised.value.code == "photo_needs_extra"


@pytest.mark.parametrize("refused", [MemoryError(), OSError(errno.EIO, "Input/output error")])
def test_a_disk_or_a_memory_that_fails_is_no_damage_of_the_photo(
    folder: Path, monkeypatch: pytest.MonkeyPatch, refused: Exception
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise refused

    monkeypatch.setattr(Image.Image, "convert", refuse)
    said, _ = answer({"path": str(folder / "plain.jpg"), "ffmpeg": str(find_ffmpeg(None)), "side": PICTURE_SIDE})
    assert said["error_code"] == ("photo_too_large" if isinstance(refused, MemoryError) else "read_failed")


def boxed(jp2: bytes, profile: bytes, xmp: bytes) -> bytes:
    """The JP2 with a restricted ICC profile instead of its enumerated colours, and XMP: what masters carry."""
    at = jp2.index(b"colr") - 4
    length = struct.unpack(">I", jp2[at : at + 4])[0]
    colours = struct.pack(">I4sBBB", 11 + len(profile), b"colr", 2, 0, 0) + profile
    header = jp2.index(b"jp2h") - 4
    grown = struct.unpack(">I", jp2[header : header + 4])[0] + len(colours) - length
    content = xmp_box(xmp) if xmp else b""
    begin, end = jp2.index(b"jp2c") - 4, jp2[at + length :]
    head = jp2[:header] + struct.pack(">I", grown) + jp2[header + 4 : at] + colours
    return head + end[: begin - at - length] + content + end[begin - at - length :]


def xmp_box(xmp: bytes) -> bytes:
    return struct.pack(">I4s", 24 + len(xmp), b"uuid") + bytes.fromhex("be7acfcb97a942e89c71999491e3afac") + xmp


def swapped_profile() -> bytes:
    """sRGB's, in which red and blue have each other's place: whoever heeds it shows red as blue."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, blue = profile.index(b"rXYZ"), profile.index(b"bXYZ")
    profile[red : red + 4], profile[blue : blue + 4] = b"bXYZ", b"rXYZ"
    return bytes(profile)


def test_profile_and_metadata_in_the_boxes_of_a_jpeg_2000_are_heeded(reader: PhotoReader, tmp_path: Path) -> None:
    (tmp_path / "master.jp2").write_bytes(boxed(written(picture(), "JPEG2000"), swapped_profile(), XMP.encode()))
    found = reader.read(tmp_path / "master.jp2")
    assert pixels(found)[80, 100].tolist()[2] > 240
    assert isinstance(found, Photo)
    assert (found.facts.title, found.facts.keywords) == ("The beach", ("beach", "boat"))


@pytest.mark.parametrize("size", [(2400, 1801), (1999, 1333)])
@pytest.mark.parametrize("options", [{}, {"tile_size": (512, 512)}, {"num_resolutions": 1}])
def test_a_large_jpeg_2000_is_halved_as_it_is_decoded_and_shows_the_same(
    size: tuple[int, int], options: dict[str, object], tmp_path: Path
) -> None:
    """Sizes that no power of two divides, and a file that has no smaller picture in it."""
    drawn = picture(size=size).resize(size)
    (tmp_path / "large.jp2").write_bytes(written(drawn, "JPEG2000", **options))
    opened = Image.open(tmp_path / "large.jp2")
    assert isinstance(opened, Jpeg2KImagePlugin.Jpeg2KImageFile)
    jp2.decode_small(opened, (400, 300))
    assert opened.size == (size if "num_resolutions" in options else ((size[0] + 1) // 2, (size[1] + 1) // 2))
    photo = decode(tmp_path / "large.jp2", find_ffmpeg(None))
    assert (photo.facts.width, photo.facts.height) == size
    exact = drawn.resize(Image.open(io.BytesIO(photo.jpeg)).size, Image.Resampling.BICUBIC, reducing_gap=3.0)
    assert np.abs(pixels(photo) - np.asarray(exact).astype(int)).mean() < 2
