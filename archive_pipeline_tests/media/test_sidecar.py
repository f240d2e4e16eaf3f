"""Keywords as XMP sidecars: what is written is what a reader of photos finds."""

import io
from xml.etree import ElementTree

import pytest
from PIL import Image

from archive_pipeline.media.photos.metadata import metadata_of
from archive_pipeline.media.photos.sidecar import sidecar


def read(xmp: bytes) -> tuple[str, ...]:
    """The keywords that Pillow finds, with the packet inside a photo."""
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "JPEG", xmp=xmp)
    return tuple(metadata_of(Image.open(file)).get("keywords", ()))


def test_keywords_are_read_back_each_once() -> None:
    written = sidecar(["playa", "Logroño & “La Rioja” <1998>", "playa", " a\tb\x07c ", ""])
    assert read(written) == ("playa", "Logroño & “La Rioja” <1998>", "a b c")


def test_a_second_selection_adds_its_keywords_and_keeps_what_others_wrote() -> None:
    first = sidecar(["playa"])
    edited = first.replace(b"<dc:subject>", b"<dc:title>El puerto</dc:title><dc:subject>")
    both = sidecar(["verano", "playa"], edited)
    assert read(both) == ("playa", "verano")
    assert "El puerto" in both.decode()
    assert sidecar(["verano"], both) == both


@pytest.mark.parametrize("former", [b"", b"no xml", b"<html/>", b'<x:xmpmeta xmlns:x="adobe:ns:meta/"/>'])
def test_what_is_no_xmp_is_replaced(former: bytes) -> None:
    assert read(sidecar(["playa"], former)) == ("playa",)


def test_a_keyword_cannot_be_markup() -> None:
    root = ElementTree.fromstring(sidecar(["</rdf:li><x>"]))
    assert [one.text for one in root.iter() if one.tag.endswith("}li")] == ["</rdf:li><x>"]
