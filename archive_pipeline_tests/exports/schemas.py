"""Schemas of the formats, which lie beside the repository: they are others' work, under licences of their own."""

from pathlib import Path

import pytest
from lxml import etree

FOLDER = Path(__file__).parents[3] / "shared" / "schemas"

WHERE_FROM = {
    "EAFv2.8.xsd": "github.com/dopefishh/pympi, test/EAFv2.8.xsd (Max Planck Institute for Psycholinguistics)",
    "ebucore.xsd": "github.com/ebu/ebucore at a20bdd2, ebucore.xsd 1.10 (EBU, CC BY-NC-SA 3.0)",
    "xml.xsd": "www.w3.org/2001/xml.xsd (W3C)",
    "simpledc20021212.xsd": "dublincore.org/schemas/xmls (DCMI, CC BY 4.0)",
}


class _Beside(etree.Resolver):
    """Schemas import each other by address; nothing is fetched."""

    def resolve(self, address: str, _: str, context: object) -> object:
        return self.resolve_filename(str(FOLDER / address.rpartition("/")[2]), context)


def problems(name: str, document: bytes) -> list[str]:
    """What the schema has against a document. Skips where the schemas are not there."""
    missing = [f"{file} ({origin})" for file, origin in WHERE_FROM.items() if not (FOLDER / file).exists()]
    if missing:
        pytest.skip(f"no schemas: put into {FOLDER}: {'; '.join(missing)}")
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Beside())
    schema = etree.XMLSchema(etree.parse(str(FOLDER / name), parser))
    schema.validate(etree.fromstring(document))
    return [f"{error.line}: {error.message}" for error in schema.error_log]
