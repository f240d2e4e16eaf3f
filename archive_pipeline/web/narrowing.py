"""What narrows a search: each condition that is on, and a facet's value as a change of the search."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from archive_pipeline.language.lists.conditions import listed_conditions
from archive_pipeline.web.state import BOUNDS, DATES, OF_PHOTOS, SEVERAL, SearchState

_ONE = ("match", *DATES, *OF_PHOTOS, *BOUNDS)


@dataclass(frozen=True)
class Narrowing:
    """One condition that is on."""

    name: str
    """A field of the state."""
    value: Any
    without: dict[str, Any]
    """The changes that take it away."""


def narrowings(state: SearchState) -> Iterator[Narrowing]:
    """In the order in which they are shown."""
    usual = SearchState()
    for name in SEVERAL:
        values = getattr(state, name)
        for value in values:
            without: dict[str, Any] = {name: tuple(one for one in values if one != value)}
            if name == "video":  # a class is one of a video
                without["semantic_class"] = ()
            yield Narrowing(name, value, without)
    for name in _ONE:
        if getattr(state, name) != getattr(usual, name):
            yield Narrowing(name, getattr(state, name), {name: getattr(usual, name)})


def is_on(state: SearchState, facet: str, column: str, value: str) -> bool:
    """Whether the search is narrowed to that value of a facet."""
    if facet == "match":
        return state.match == value
    if facet == "decade":
        return (state.dated_from, state.dated_to) == _years(value)
    if facet == "where":
        return any(_same_column(one, f"{column}:{value}") for one in state.where)
    return _typed(facet, value) in getattr(state, _field(facet))


def turned(state: SearchState, facet: str, column: str, value: str) -> dict[str, Any]:
    """The changes that narrow a search to that value of a facet, or take this away where it is on."""
    on = is_on(state, facet, column, value)
    if facet == "match":
        return {"match": "all" if on else value}
    if facet == "decade":
        return dict(zip(DATES, ("", "") if on else _years(value), strict=True))
    if facet == "where":
        written = f"{column}:{value}"
        others = tuple(one for one in state.where if not _same_column(one, written))
        return {"where": others if on else (*others, written)}
    field, typed = _field(facet), _typed(facet, value)
    present = getattr(state, field)
    return {field: tuple(one for one in present if one != typed) if on else (*present, typed)}


def _field(facet: str) -> str:
    return "semantic_class" if facet == "class" else facet


def _typed(facet: str, value: str) -> str | int:
    return int(value) if facet == "class" else value


def _years(decade: str) -> tuple[str, str]:
    return f"{int(decade):04}", f"{int(decade) + 9:04}"


def _same_column(one: str, other: str) -> bool:
    """Whether both name the same value of the same column, however they are written."""
    return listed_conditions([one])[0][0] == listed_conditions([other])[0][0]
