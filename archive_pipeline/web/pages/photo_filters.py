"""What narrows a search to photos: keywords, and where they were taken."""

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import ui

from archive_pipeline.search.photo_filter import keyword_of
from archive_pipeline.web.offered import Offered
from archive_pipeline.web.pages.parts import tag
from archive_pipeline.web.pages.written_field import written_field
from archive_pipeline.web.state import OF_PHOTOS, SearchState
from archive_pipeline.web.texts import Texts


class PhotoFilters:
    """The controls, shown where there are photos; a change is told as the fields of the search that changed."""

    def __init__(self, t: Texts, state: SearchState, there: Offered, tell: Callable[..., Awaitable[None]]) -> None:
        self._state = state
        self._there = there
        with tag("div", "ap-filters") as self._all:
            self._keywords = ui.select(
                self._choices(), multiple=True, with_input=True, label=t("search.keyword"), value=self._chosen
            ).props("dense outlined use-chips data-keywords")
            self._keywords.style("min-width: 220px").props["title"] = t("search.keyword_title")

            async def changed(event: Any) -> None:
                if (chosen := list(event.value or ())) != self._chosen:  # an address may say Playa
                    await tell(keyword=tuple(chosen))

            self._keywords.on_value_change(changed)
            self._written = {name: written_field(t, name, tell) for name in OF_PHOTOS}

    def offer(self, there: Offered) -> None:
        """The keywords that there are now."""
        self._there = there
        used = bool(self._state.keyword) or any(getattr(self._state, name) for name in OF_PHOTOS)
        self._all.set_visibility(there.has_photos or used)
        if (choices := self._choices()) != self._keywords.options:
            self._keywords.set_options(choices)

    def follow(self, state: SearchState) -> None:
        """The search was changed elsewhere."""
        self._state = state
        self.offer(self._there)
        self._keywords.value = self._chosen
        for name, field in self._written.items():
            field.value = getattr(state, name)

    @property
    def _chosen(self) -> list[str]:
        return list(filter(None, map(keyword_of, self._state.keyword)))

    def _choices(self) -> dict[str, str]:
        """Keyword and text; one that was chosen stays, whether or not a photo has it."""
        offered = {one.keyword: f"{one.keyword} ({one.n_photos:,})" for one in self._there.keywords}
        return {name: name for name in self._chosen if name not in offered} | offered
