"""The panel of facets beside results, and the chips of what narrows a search."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from nicegui import ui
from nicegui.element import Element

from archive_pipeline.language.lists.conditions import column_and_value
from archive_pipeline.language.lists.headings import field_of
from archive_pipeline.language.transcripts.languages import language_code
from archive_pipeline.web.api.models import FacetsOut, FacetValue, OfferedConcept
from archive_pipeline.web.api.photo_models import GroupOut
from archive_pipeline.web.components import FacetList
from archive_pipeline.web.narrowing import is_on, narrowings, turned
from archive_pipeline.web.offered import Offered
from archive_pipeline.web.pages.parts import tag
from archive_pipeline.web.pages.photo_tiles import group_name
from archive_pipeline.web.state import SearchState
from archive_pipeline.web.texts import Texts

Change = Callable[..., Awaitable[None]]
_NOTHING: Mapping[Any, Any] = MappingProxyType({})


class FacetPanel:
    """`change` is called with the fields of the search that a click changes."""

    def __init__(self, t: Texts, change: Change) -> None:
        self._t = t
        self._state = SearchState()
        self._list = FacetList(t.section("facets"))
        self._list.on("turn", lambda event: change(**turned(self._state, *event.args)))

    def show(
        self,
        counted: FacetsOut | None,
        state: SearchState,
        there: Offered,
        classes: Mapping[int, str] = _NOTHING,
        whole: bool = False,
    ) -> None:
        """None: there is nothing to narrow. `classes`: names of the video's; `whole`: all shots were counted."""
        self._state = state
        names = _Names(self._t, there, classes=classes)
        n = counted.n_shots if counted else 0
        told = self._t("facets.counted_all" if whole else "facets.counted", n=f"{n:,}" if whole else n)
        facets = [
            {
                "facet": facet.facet,
                "column": facet.column,
                "values": [_shown(value, facet.facet, facet.column, state, names) for value in facet.values],
            }
            for facet in (counted.facets if counted else ())
        ]
        self._list.show(facets, told)


def chips(
    t: Texts,
    state: SearchState,
    there: Offered,
    groups: Mapping[str, GroupOut],
    classes: Mapping[int, str],
    change: Change,
) -> None:
    """A chip for each condition that is on; a click takes it away. `groups`: those that are named in it, by id;
    `classes`: names of the video's."""
    names = _Names(t, there, groups, classes)
    for one in narrowings(state):
        if one.name == "where":
            what, text = column_and_value(one.value)
            what = t.section("facets")["columns"].get(field_of(what) or what, what)
        else:
            what, text = t(f"facets.chips.{one.name}"), names.of(one.name, one.value)
        picture = groups[one.value].still if one.name == "group" and one.value in groups else ""
        chip(what, text, picture, _taking(change, one.without)).props["data-chip"] = one.name


def chip(what: str, text: str, picture: str, on_click: Callable[[], Any]) -> Element:
    """Something that is on; a click takes it away."""
    element = tag("button", "ap-chip").props("type=button")
    with element:
        if picture:
            image = tag("img").props('alt=""')
            image.props["src"] = picture
        tag("span", text=f"{what}: {text}" if text else what)
        ui.icon("close")
    element.on("click", on_click)
    return element


def _taking(change: Change, without: dict[str, Any]) -> Callable[[], Awaitable[None]]:
    return lambda: change(**without)


def _shown(value: FacetValue, facet: str, column: str, state: SearchState, names: "_Names") -> dict[str, Any]:
    name = "semantic_class" if facet == "class" else facet
    named = value.value if column else names.of(name, value.value)
    return {
        "value": value.value,
        "n_shots": value.n_shots,
        "label": "" if named == value.value else named,
        "on": is_on(state, facet, column, value.value),
    }


class _Names:
    """What people read in the place of a value."""

    def __init__(
        self,
        t: Texts,
        there: Offered,
        groups: Mapping[str, GroupOut] = _NOTHING,
        classes: Mapping[int, str] = _NOTHING,
    ) -> None:
        self._t = t
        self._classes = classes
        self._named: Mapping[str, Mapping[str, str]] = {
            "language": t.section("languages"),
            "collection": there.titles,
            "concept": _concepts(there.concepts, t.language),
            "group": {group_id: group_name(t, group) for group_id, group in groups.items()},
        }

    def of(self, name: str, value: Any) -> str:
        if name == "match":
            return self._t(f"search.match_{value}")
        if name == "semantic_class":
            number = int(value)
            return self._classes.get(number) or (self._t("video.noise") if number < 0 else str(number + 1))
        if isinstance(value, float):
            return f"{value / 60:g}" if name in ("from_s", "to_s") else f"{value:g}"
        if name == "language":
            value = language_code(value) or value
        return self._named.get(name, {}).get(value, str(value))


def _concepts(offered: Sequence[OfferedConcept], language: str) -> dict[str, str]:
    """By name; where two vocabularies call something alike, with the vocabulary's title."""
    labels = Counter(one.label[language] for one in offered)
    return {
        one.name: one.label[language]
        if labels[one.label[language]] == 1
        else f"{one.label[language]} · {one.vocabulary[language]}"
        for one in offered
    }
