"""The second line of the search: what is to come then, and how soon. Folded until wanted."""

from collections.abc import Awaitable, Callable
from typing import TypedDict

from nicegui import ui

from archive_pipeline.search.request import LONGEST_WITHIN_S
from archive_pipeline.web.pages.parts import button, tag
from archive_pipeline.web.state import SearchState
from archive_pipeline.web.texts import Texts


class Asked(TypedDict):
    """The fields of a search."""

    then: str
    within_s: float


class ThenField:
    """Stands in the form of the search, so that Enter asks; `on_taken_away` asks without it."""

    def __init__(self, t: Texts, state: SearchState, on_taken_away: Callable[[], Awaitable[None]]) -> None:
        self._on_taken_away = on_taken_away
        self._opener = button(t("search.then_open"), self._unfold, "add")
        self._opener.props("data-then-open").classes("ap-small").style("margin-top: .5rem; align-self: flex-start")
        with tag("div", "ap-searchbox ap-then") as self._line:
            self._text = ui.input(t("search.then"), value=state.then).props("dense outlined maxlength=4000 data-then")
            self._within = ui.number(
                t("search.within_s"), value=state.within_s, min=0, max=LONGEST_WITHIN_S, step=5
            ).props("dense outlined")
            self._within.style("flex: 0 0 11rem")
            fold = tag("button", "ap-icon").props("type=button")
            fold.props["aria-label"] = fold.props["title"] = t("search.then_close")
            with fold:
                ui.icon("close")
            fold.on("click", self._fold)
        self._show(bool(state.then))

    @property
    def asked(self) -> Asked:
        within_s = SearchState().within_s if self._within.value is None else float(self._within.value)
        return Asked(then=self._text.value or "", within_s=within_s)

    def _unfold(self) -> None:
        self._show(True)
        self._text.run_method("focus")

    async def _fold(self) -> None:
        there = bool(self._text.value)
        self._text.value = ""
        self._show(False)
        if there:
            await self._on_taken_away()

    def _show(self, unfolded: bool) -> None:
        self._line.set_visibility(unfolded)
        self._opener.set_visibility(not unfolded)
