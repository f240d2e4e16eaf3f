"""Columns of the archive's own list as keywords of an index: `programme=informe semanal`."""

import unicodedata
from functools import lru_cache

from archive_pipeline.search.words.tokens import fold

Listed = tuple[tuple[str, str], ...]
"""Heading and value as they are shown, in the list's order."""
LONGEST_VALUE = 200
"""Characters that are kept and compared; of a longer one, which is a text and no value, its beginning."""


def listed_key(heading: str, value: str) -> str:
    """What equal values of a column have in common, however they are written."""
    return f"{plain_heading(heading)}={' '.join(fold(kept_value(value)).split())}"


def kept_value(value: str) -> str:
    """The value as it is kept: single blanks, at most LONGEST_VALUE characters."""
    return " ".join(value.split())[:LONGEST_VALUE].rstrip()


def askable_heading(heading: str) -> str:
    """The heading without what divides it from a value where people write both: `Lugar:` is `Lugar`."""
    return " ".join(heading.replace(":", " ").replace("=", " ").split())


@lru_cache(1 << 10)  # 15 µs without it; facets ask for those of 200 shots, and an archive has few
def plain_heading(heading: str) -> str:
    """Without case, accents, punctuation: `Nº de Cinta` is `no de cinta`."""
    apart = unicodedata.normalize("NFKD", heading.casefold())
    letters = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return " ".join("".join(letter if letter.isalnum() else " " for letter in letters).split())
