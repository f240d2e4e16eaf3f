"""XMP sidecars: keywords beside a photo in a file of its own, `photo.jpg.xmp`, as darktable and digiKam look for it."""

from collections.abc import Iterable
from xml.etree import ElementTree

_X = "adobe:ns:meta/"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_DC = "http://purl.org/dc/elements/1.1/"
for _prefix, _namespace in (("x", _X), ("rdf", _RDF), ("dc", _DC)):
    ElementTree.register_namespace(_prefix, _namespace)


def sidecar(keywords: Iterable[str], former: bytes | None = None) -> bytes:
    """An XMP file that has these keywords (dc:subject), each once, and whatever `former`, the file before, says.

    What is no XMP counts as no former file.
    """
    root = _parsed(former)
    subject = root.find(f".//{{{_DC}}}subject")
    if subject is None:
        subject = ElementTree.SubElement(_description(root), f"{{{_DC}}}subject")
    bag = subject.find(f"{{{_RDF}}}Bag")
    if bag is None:
        bag = ElementTree.SubElement(subject, f"{{{_RDF}}}Bag")
    known = [item.text or "" for item in bag]
    for keyword in dict.fromkeys(map(_printable, keywords)):
        if keyword and keyword not in known:
            ElementTree.SubElement(bag, f"{{{_RDF}}}li").text = keyword
    ElementTree.indent(root)
    packet = ElementTree.tostring(root, encoding="unicode")
    return f'<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n{packet}\n<?xpacket end="w"?>\n'.encode()


def _parsed(former: bytes | None) -> ElementTree.Element:
    if former:
        try:
            root = ElementTree.fromstring(former)
        except ElementTree.ParseError:
            root = None
        if root is not None and root.tag == f"{{{_X}}}xmpmeta" and root.find(f"{{{_RDF}}}RDF") is not None:
            return root
    root = ElementTree.Element(f"{{{_X}}}xmpmeta")
    ElementTree.SubElement(root, f"{{{_RDF}}}RDF")
    return root


def _description(root: ElementTree.Element) -> ElementTree.Element:
    rdf = root.find(f"{{{_RDF}}}RDF")
    assert rdf is not None
    found = rdf.find(f"{{{_RDF}}}Description")
    return ElementTree.SubElement(rdf, f"{{{_RDF}}}Description", {f"{{{_RDF}}}about": ""}) if found is None else found


def _printable(text: str) -> str:
    """XML has no way to write control characters."""
    shown = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(shown.encode("utf-8", "ignore").decode().split())
