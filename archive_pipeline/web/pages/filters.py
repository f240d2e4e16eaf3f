"""What narrows a search: collections, lengths, times, and how results are ordered and grouped."""

from collections.abc import Awaitable, Callable
from operator import attrgetter
from typing import Any, get_args

from nicegui import ui
from nicegui.elements.mixins.value_element import ValueElement

from archive_pipeline.search.counted import condition
from archive_pipeline.search.request import Match
from archive_pipeline.web.offered import Offered
from archive_pipeline.web.pages.parts import tag
from archive_pipeline.web.pages.photo_filters import PhotoFilters
from archive_pipeline.web.pages.written_field import written_field
from archive_pipeline.web.state import BOUNDS, DATES, OF_PHOTOS, SearchState
from archive_pipeline.web.texts import Texts

_MOST_OFFERED = 9  # persons, say; more can stand in an address
_FACTORS = {"from_s": 60, "to_s": 60}  # people give these in minutes
_FOLD = "({ currentTarget: b }) => b.setAttribute('aria-expanded', b.getAttribute('aria-expanded') !== 'true')"

Changed = Callable[[dict[str, Any]], Awaitable[None]]


class Filters:
    """The controls; a change is told at once as the fields of the search that changed."""

    def __init__(self, t: Texts, state: SearchState, there: Offered, on_change: Changed) -> None:
        self._t = t
        self._state = state
        self._there = there
        self._on_change = on_change
        self._followed: list[tuple[ValueElement, Callable[[SearchState], Any]]] = []
        fold = tag("button", "ap-button ap-fold", t("search.options")).props("type=button")
        fold.props["aria-expanded"] = "false"
        fold.on("click", js_handler=_FOLD)
        with tag("div", "ap-options"):
            with tag("div", "ap-row").style("margin-top: .7rem"):
                self._collections = ui.select(
                    dict(there.titles),
                    multiple=True,
                    label=t("search.collections"),
                    value=self._known_collections(state),
                ).props("dense outlined use-chips")
                self._collections.style("min-width: 220px")
                self._link(self._collections, self._known_collections, lambda new: {"collection": tuple(new or ())})
                choices = self._choices()
                self._concepts = ui.select(
                    choices,
                    multiple=True,
                    with_input=True,
                    label=t("search.concepts"),
                    value=list(state.concept),
                ).props("dense outlined use-chips data-concepts")
                self._concepts.style("min-width: 220px").props["title"] = t("search.concepts_title")
                self._concepts.set_visibility(bool(choices))
                self._link(self._concepts, lambda now: list(now.concept), lambda new: {"concept": tuple(new or ())})
                seen = self._counts()
                self._objects = ui.select(
                    seen, multiple=True, with_input=True, label=t("search.objects"), value=list(_objects_of(state))
                ).props("dense outlined use-chips data-objects")
                self._objects.style("min-width: 160px").props["title"] = t("search.objects_title")
                self._objects.set_visibility(bool(seen))
                self._link(self._objects, lambda now: list(_objects_of(now)), lambda new: {"objects": tuple(new or ())})
                names = {name: t(f"search.match_{name}") for name in get_args(Match)}
                self._match = ui.toggle(names, value=state.match).props("dense no-caps unelevated data-match")
                self._match.props["aria-label"] = t("search.match")
                self._match.tooltip(t("search.match_title"))
                self._link(self._match, lambda now: now.match, lambda new: {"match": new})
                self._by_video = ui.switch(t("search.by_video"), value=state.by_video)
                self._by_video.on_value_change(lambda event: self._tell(by_video=bool(event.value)))
                self._copies = ui.switch(t("search.copies"), value=state.copies).tooltip(t("search.copies_title"))
                self._copies.on_value_change(lambda event: self._tell(copies=bool(event.value)))
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
            bounded = any(getattr(state, name) is not None for name in BOUNDS) or any(
                getattr(state, name) for name in ("keyword", *DATES, *OF_PHOTOS)
            )
            more = ui.expansion(t("search.filters"), value=bounded).props("dense").classes("w-full")
            with more:
                with tag("div", "ap-filters"):
                    for name in DATES:
                        self._followed.append((written_field(t, name, self._tell), attrgetter(name)))
                    for name in BOUNDS:
                        self._bound(name, _FACTORS.get(name, 1))
                self._photos = PhotoFilters(t, state, there, self._tell)
        self.follow(state)

    def with_picture(self, there: bool) -> None:
        """The weight is of use only where there is a picture."""
        self._weighing.set_visibility(there)

    def offer(self, there: Offered) -> None:
        """What there is now."""
        self._there = there
        self._photos.offer(there)
        if dict(there.titles) != self._collections.options:
            self._collections.set_options(dict(there.titles))
        if (choices := self._choices()) != self._concepts.options:
            self._concepts.set_options(choices)
            self._concepts.set_visibility(bool(choices))
        if (seen := self._counts()) != self._objects.options:
            self._objects.set_options(seen)
            self._objects.set_visibility(bool(seen))

    def follow(self, state: SearchState) -> None:
        """The search was changed elsewhere: a facet, a chip."""
        self._state = state
        self.offer(self._there)
        self._photos.follow(state)
        for control, of in self._followed:
            if control.value != of(state):
                control.value = of(state)

    def _known_collections(self, now: SearchState) -> list[str]:
        return [name for name in now.collection if name in self._there.titles]

    def _counts(self) -> dict[str, str]:
        """Condition and text of each object, from one of it to as many as there are; what was chosen stays."""
        offered = {
            f"{one.label}>={n}": one.label if n == 1 else f"{one.label} ≥ {n}"
            for one in self._there.objects
            for n in range(1, min(one.most, _MOST_OFFERED) + 1)
        }
        return {name: name for name in _objects_of(self._state) if name not in offered} | offered

    def _choices(self) -> dict[str, str]:
        """Name and text of each concept; one that was chosen stays, whether or not it holds anywhere."""
        language = self._t.language
        choices = {one.name: f"{one.label[language]} · {one.vocabulary[language]}" for one in self._there.concepts}
        return {name: name for name in self._state.concept if name not in choices} | choices

    def _bound(self, name: str, factor: int) -> None:
        def of(now: SearchState) -> float | None:
            value = getattr(now, name)
            return None if value is None else value / factor

        lowest = -1 if name == "score" else 0
        field = ui.number(
            self._t(f"search.{name}"),
            min=lowest,
            step=0.05 if name == "score" else 1,
        ).props("dense outlined clearable debounce=600")
        self._link(field, of, lambda new: {name: None if new in (None, "") else float(new) * factor})

    def _link(
        self, control: ValueElement, of: Callable[[SearchState], Any], changes: Callable[[Any], dict[str, Any]]
    ) -> None:
        """The control shows what `of` reads from a search; only another value is a change, however it is written there:
        31 s are 0.5166… minutes, which are not quite 31 s."""
        self._followed.append((control, of))

        async def changed(event: Any) -> None:
            if event.value != of(self._state):
                await self._tell(**changes(event.value))

        control.on_value_change(changed)

    async def _tell(self, **changes: Any) -> None:
        if any(getattr(self._state, name) != value for name, value in changes.items()):
            await self._on_change(changes)

    def _show_share(self, weight: float) -> None:
        words = round(100 * weight)
        self._share._text = self._t("search.weight", words=words, picture=100 - words)
        self._share.update()


def _objects_of(state: SearchState) -> tuple[str, ...]:
    return tuple(condition(one) or one for one in state.objects)
