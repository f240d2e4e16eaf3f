"""How many of a thing a shot shows, as keywords of an index: shots with four persons have `person>=1` to `person>=4`.

So counting costs what finding a keyword costs, in spaces that were made before there were counts, too.
"""

import re
from collections.abc import Iterable

MOST_COUNTED = 20
"""Beyond it a shot shows "twenty or more"."""

Counts = tuple[tuple[str, int], ...]
"""Labels in lower case, in their order, each with how many there are."""

_LABEL = r"[^<>=≥\s](?:[^<>=≥]{0,78}[^<>=≥\s])?"
_WRITTEN = re.compile(rf"\s*({_LABEL})\s*(?:(?:>=|≥)\s*0*([0-9]{{1,4}})\s*)?")


def condition(written: str) -> str | None:
    """What a person wrote (`Person`, `person >= 3`) as such a keyword; None where it is none, or none that is kept."""
    found = _WRITTEN.fullmatch(written)
    if not found or not 1 <= int(found[2] or 1) <= MOST_COUNTED:
        return None
    return f"{found[1].lower()}>={int(found[2] or 1)}"


def keywords(counts: Counts) -> list[str]:
    """All that hold; of labels that no condition could name, none."""
    kept = ((label, n) for label, n in counts if re.fullmatch(_LABEL, label))
    return [f"{label}>={at_least}" for label, n in kept for at_least in range(1, min(n, MOST_COUNTED) + 1)]


def is_keyword(name: str) -> bool:
    """Whether it is one of these, and not the name of a concept."""
    return ">=" in name


def counts_of(names: Iterable[str]) -> Counts:
    """What `keywords` was made from, with at most MOST_COUNTED of each."""
    most: dict[str, int] = {}
    for name in names:
        label, _, n = name.partition(">=")
        most[label] = max(most.get(label, 0), int(n))
    return tuple(sorted(most.items()))
