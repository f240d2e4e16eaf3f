"""Which column of a list is what: said in the collection's file, or known by its heading."""

from collections.abc import Mapping, Sequence

from archive_pipeline.collections.model import ListField
from archive_pipeline.errors import ConfigurationError
from archive_pipeline.search.listed import plain_heading
from archive_pipeline.suggestions import did_you_mean

_SPANISH = {
    "file": ("archivo", "fichero", "ruta", "nombre de archivo", "nombre de fichero", "nombre del archivo",
             "nombre del fichero", "nombre archivo", "nombre fichero"),
    "title": ("titulo",),
    "date": ("fecha", "fecha de emision", "fecha de grabacion", "fecha de produccion", "ano"),
    "programme": ("programa", "serie"),
    "tape": ("cinta", "no de cinta", "numero de cinta", "signatura", "soporte"),
    "rights": ("derechos", "titular de derechos"),
}  # fmt: skip
_ENGLISH = {
    "file": ("file", "filename", "file name", "path", "video"),
    "title": ("title",),
    "date": ("date", "broadcast date", "production date", "year"),
    "programme": ("programme", "program", "series"),
    "tape": ("tape", "tape number", "tape no", "reel"),
    "rights": ("rights", "copyright", "rights holder"),
}
FIELDS = tuple(_ENGLISH)
ASKED_FIELDS = ("programme", "tape", "rights")
"""Those that are asked for by value; a further column of dates, titles or files is one like all others."""


def fields_of(
    headings: Sequence[str], said: Mapping[ListField, str], file: str, line: int
) -> tuple[dict[str, int], bool]:
    """The position of the column of each field that the list has, and whether its headings are Spanish.

    `said`: headings by field, as the collection's file has them. Raises ConfigurationError `list_column_missing`,
    `list_without_files`; `file` and `line` are where the headings stand.
    """
    plain = [plain_heading(heading) for heading in headings]
    found: dict[str, int] = {}
    for field, heading in said.items():
        if plain_heading(heading) not in plain:
            raise ConfigurationError(
                "list_column_missing",
                f"{file}:{line}: there is no column {heading!r}{did_you_mean(heading, headings)}; there are "
                f"{', '.join(headings)}. Write one of them under `list: {{columns: {{{field}: …}}}}`.",
            )
        found[field] = plain.index(plain_heading(heading))
    for known in FIELDS:
        for name in (*_SPANISH[known], *_ENGLISH[known]):
            if known not in found and name in plain and plain.index(name) not in found.values():
                found[known] = plain.index(name)
    if "file" not in found:
        raise ConfigurationError(
            "list_without_files",
            f"{file}:{line}: no column is known to name the videos' files; there are {', '.join(headings)}. Write the "
            "one that does under `list: {columns: {file: …}}` in the collection's file.",
        )
    spanish = {name for names in _SPANISH.values() for name in names}
    english = {name for names in _ENGLISH.values() for name in names}
    return found, sum(name in spanish for name in plain) > sum(name in english for name in plain)


def headings_alike(headings: Sequence[str]) -> list[tuple[str, ...]]:
    """Those that `asked_as` takes for one: `Género` and `genero:`, `Programa` and `Serie`."""
    alike: dict[str, list[str]] = {}
    for heading in headings:
        alike.setdefault(asked_as(heading), []).append(heading)
    return [tuple(several) for column, several in alike.items() if column and len(several) > 1]


def asked_as(heading: str) -> str:
    """The column that somebody asks for by a heading: a field that is known in several languages, or its plain form."""
    field = field_of(heading)
    return field if field in ASKED_FIELDS else plain_heading(heading)


def field_of(heading: str) -> str | None:
    """The field that a heading is one of the names of, in any of the languages."""
    plain = plain_heading(heading)
    return next((field for field in FIELDS if plain in (*_SPANISH[field], *_ENGLISH[field])), None)
