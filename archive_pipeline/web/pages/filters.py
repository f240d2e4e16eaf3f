"""What narrows a search: collections, lengths, times, and how results are ordered and grouped."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, get_args

from nicegui import ui

from archive_pipeline.search.counted import condition
from archive_pipeline.search.request import Match
from archive_pipeline.web.api.models import OfferedConcept, OfferedObject
from archive_pipeline.web.pages.parts import tag
from archive_pipeline.web.state import BOUNDS, SearchState
from archive_pipeline.web.texts import Texts

_MOST_OFFERED = 9  # persons, say; more can stand in an address
_FACTORS = {"from_s": 60, "to_s": 60}  # people give these in minutes
_FOLD = "({ currentTarget: b }) => b.setAttribute('aria-expanded', b.getAttribute('aria-expanded') !== 'true')"

Changed = Callable[[dict[str, Any]], Awaitable[None]]


class Filters:
    """The controls; a change is told at once as the fields of the search that changed."""

    def __init__(
        self,
        t: Texts,
        state: SearchState,
        titles: Mapping[str, str],
        concepts: Sequence[OfferedConcept],
        objects: Sequence[OfferedObject],
        on_change: Changed,
    ) -> None:
        self._t = t
        self._chosen = state.concept
        self._chosen_objects = tuple(condition(one) or one for one in state.objects)
        self._on_change = on_change
        fold = tag("button", "ap-button ap-fold", t("search.options")).props("type=button")
        fold.props["aria-expanded"] = "true" if state.narrows else "false"
        fold.on("click", js_handler=_FOLD)
        with tag("div", "ap-options"):
            with tag("div", "ap-row").style("margin-top: .7rem"):
                self._collections = ui.select(
                    dict(titles),
                    multiple=True,
                    label=t("search.collections"),
                    value=[c for c in state.collection if c in titles],
                ).props("dense outlined use-chips")
                self._collections.style("min-width: 220px")
                self._collections.on_value_change(lambda event: self._tell(collection=tuple(event.value or ())))
                choices = self._choices(concepts)
                self._concepts = ui.select(
                    choices,
                    multiple=True,
                    with_input=True,
                    label=t("search.concepts"),
                    value=list(state.concept),
                ).props("dense outlined use-chips data-concepts")
                self._concepts.style("min-width: 220px").props["title"] = t("search.concepts_title")
                self._concepts.set_visibility(bool(choices))
                self._concepts.on_value_change(lambda event: self._choose(tuple(event.value or ())))
                seen = self._counts(objects)
                self._objects = ui.select(
                    seen, multiple=True, with_input=True, label=t("search.objects"), value=list(self._chosen_objects)
                ).props("dense outlined use-chips data-objects")
                self._objects.style("min-width: 160px").props["title"] = t("search.objects_title")
                self._objects.set_visibility(bool(seen))
                self._objects.on_value_change(lambda event: self._choose_objects(tuple(event.value or ())))
                names = {name: t(f"search.match_{name}") for name in get_args(Match)}
                self._match = ui.toggle(names, value=state.match).props("dense no-caps unelevated data-match")
                self._match.props["aria-label"] = t("search.match")
                self._match.tooltip(t("search.match_title"))
                self._match.on_value_change(lambda event: self._tell(match=event.value))
                self._by_video = ui.switch(t("search.by_video"), value=state.by_video)
                self._by_video.on_value_change(lambda event: self._tell(by_video=bool(event.value)))
                self._rerank = ui.switch(t("search.rerank"), value=state.rerank).tooltip(t("search.rerank_title"))
                self._rerank.on_value_change(lambda event: self._tell(rerank=bool(event.value)))
                with tag("div", "ap-row").style("width: auto; min-width: 260px") as self._weighing:
                    self._share = tag("span", "ap-soft ap-small")
                    self._weight = ui.slider(min=0, max=1, step=0.05, value=state.weight).style("width: 190px")
                    self._weight.props["aria-label"] = t("search.weight", words="", picture="")
                    self._weight.on_value_change(lambda event: self._show_share(event.value))
                    self._weight.on("change", lambda event: self._tell(weight=float(event.args)))
                self._show_share(state.weight)
                self.with_picture(bool(state.image))
            bounded = any(getattr(state, name) is not None for name in BOUNDS)
            more = ui.expansion(t("search.filters"), value=bounded).props("dense").classes("w-full")
            with more, tag("div", "ap-filters"):
                for name in BOUNDS:
                    self._bound(name, getattr(state, name), _FACTORS.get(name, 1))

    def with_picture(self, there: bool) -> None:
        """The weight is of use only where there is a picture."""
        self._weighing.set_visibility(there)

    def offer(
        self, titles: Mapping[str, str], concepts: Sequence[OfferedConcept], objects: Sequence[OfferedObject]
    ) -> None:
        """The collections, concepts and objects that there are now."""
        if dict(titles) != self._collections.options:
            self._collections.set_options(dict(titles))
        if (choices := self._choices(concepts)) != self._concepts.options:
            self._concepts.set_options(choices)
            self._concepts.set_visibility(bool(choices))
        if (seen := self._counts(objects)) != self._objects.options:
            self._objects.set_options(seen)
            self._objects.set_visibility(bool(seen))

    def _counts(self, objects: Sequence[OfferedObject]) -> dict[str, str]:
        """Condition and text of each object, from one of it to as many as there are; what was chosen stays."""
        offered = {
            f"{one.label}>={n}": one.label if n == 1 else f"{one.label} ≥ {n}"
            for one in objects
            for n in range(1, min(one.most, _MOST_OFFERED) + 1)
        }
        return {name: name for name in self._chosen_objects if name not in offered} | offered

    async def _choose_objects(self, objects: tuple[str, ...]) -> None:
        self._chosen_objects = objects
        await self._tell(objects=objects)

    def _choices(self, concepts: Sequence[OfferedConcept]) -> dict[str, str]:
        """Name and text of each concept; one that was chosen stays, whether or not it holds anywhere."""
        language = self._t.language
        choices = {one.name: f"{one.label[language]} · {one.vocabulary[language]}" for one in concepts}
        return {name: name for name in self._chosen if name not in choices} | choices

    async def _choose(self, concepts: tuple[str, ...]) -> None:
        self._chosen = concepts
        await self._tell(concept=concepts)

    def _bound(self, name: str, value: float | None, factor: int) -> None:
        lowest = -1 if name == "score" else 0
        field = ui.number(
            self._t(f"search.{name}"),
            value=None if value is None else value / factor,
            min=lowest,
            step=0.05 if name == "score" else 1,
        ).props("dense outlined clearable debounce=600")
        field.on_value_change(
            lambda event: self._tell(**{name: None if event.value in (None, "") else float(event.value) * factor})
        )

    async def _tell(self, **changes: Any) -> None:
        await self._on_change(changes)

    def _show_share(self, weight: float) -> None:
        words = round(100 * weight)
        self._share._text = self._t("search.weight", words=words, picture=100 - words)
        self._share.update()
