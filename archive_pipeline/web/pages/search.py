"""The search page: words, a picture, marks and filters; cards; the player at the shot."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from fastapi import Request
from nicegui import run, ui

from archive_pipeline.errors import ArchiveError, RequestError, UnknownNameError
from archive_pipeline.web.api import models
from archive_pipeline.web.api.photo_models import GroupOut
from archive_pipeline.web.class_names import names_of_classes
from archive_pipeline.web.components import ImageDrop
from archive_pipeline.web.offered import Offered, offered
from archive_pipeline.web.pages.current_basket import CurrentBasket
from archive_pipeline.web.pages.facet_panel import FacetPanel, chip, chips
from archive_pipeline.web.pages.filters import Filters
from archive_pipeline.web.pages.parts import button, note, tag
from archive_pipeline.web.pages.player_dialog import PlayerDialog
from archive_pipeline.web.pages.results import Actions, Results
from archive_pipeline.web.pages.saved_searches import save_search
from archive_pipeline.web.pages.shell import shell
from archive_pipeline.web.pages.then_field import ThenField
from archive_pipeline.web.photos.groups import named_groups
from archive_pipeline.web.service import Service
from archive_pipeline.web.state import SearchState
from archive_pipeline.web.texts import Texts

_LOOK_EVERY_S = 5.0


def add_search_page(service: Service) -> None:
    @ui.page("/", response_timeout=30)
    async def search(request: Request) -> None:
        with shell(request, "search", "") as t:
            try:
                state, wrong = SearchState.of(request.query_params), None
            except RequestError as error:
                state, wrong = SearchState(), error
            there = await run.io_bound(offered, service.archive)
            groups = await run.io_bound(named_groups, service.archive, state.group)
            basket = CurrentBasket(service, t, request)
            await basket.load()
            page = SearchPage(service, t, state, basket, there or Offered(), groups or {})
            page.build()
        client = ui.context.client
        await client.connected()
        if client.is_deleted:  # whoever fetched the page did not stay
            return
        if wrong:
            page.tell(wrong)
        else:
            await page.show_first()


class SearchPage:
    """One open page: its state is what the address says."""

    def __init__(
        self,
        service: Service,
        t: Texts,
        state: SearchState,
        basket: CurrentBasket,
        there: Offered,
        groups: Mapping[str, GroupOut],
    ) -> None:
        """`groups`: those that the search is narrowed to, by id."""
        self._service = service
        self._t = t
        self._state = state
        self._basket = basket
        self._offered = there
        self._groups = groups
        self._shots: dict[str, models.Shot] = {}
        self._answers: list[models.SearchAnswer] = []
        self._classes: Mapping[int, str] = {}
        self._sequence = service.archive.catalogue.sequence()

    def build(self) -> None:
        t, state = self._t, self._state
        with tag("section", "ap-panel"):
            tag("h1", "sr-only", t("search.title")).style("position:absolute;left:-9999px")
            with tag("form", "ap-search") as form:
                form.props["role"] = "search"
                self._first_line()
                self._then = ThenField(t, state, self._submit)
            form.on("submit.prevent", self._submit)
            self._filters = Filters(t, state, self._offered, self._filtered)
        self._marks = tag("div", "ap-chips")
        self._said = tag("div", "ap-row")
        self._said.props["aria-live"] = "polite"
        with tag("div", "ap-answer"):
            self._facets = FacetPanel(t, self._change)
            with tag("div", "ap-results"):
                actions = Actions(self._open, self._mark, self._more, self._ask_for, self._save)
                self._results = Results(t, actions, self._basket)
        self._dialog = PlayerDialog(t, self._closed, self._turned, self._results.put)
        ui.timer(_LOOK_EVERY_S, self._look_for_changes)

    def _first_line(self) -> None:
        t, state = self._t, self._state
        with tag("div", "ap-searchbox"):
            self._text = ui.input(placeholder=t("search.placeholder"), value=state.text).props(
                "outlined clearable autofocus maxlength=4000 data-search"
            )
            self._text.props["aria-label"] = t("search.placeholder")
            self._drop = ImageDrop(t.section("drop"), state.image)
            self._drop.on("picture", lambda event: self._give(event.args))
            self._drop.on("problem", lambda event: self._tell_problem(event.args))
            send = tag("button", "ap-button main", t("search.go")).props("type=submit")
            send.style("padding: 0 1.4rem")

    async def show_first(self) -> None:
        """What the address asks for, on opening."""
        if self._state.asks:
            await self._search()
        else:
            await self._welcome()
        if self._state.shot:
            await self._open(self._state.shot)

    def tell(self, error: ArchiveError) -> None:
        near = error.near if isinstance(error, UnknownNameError) else ()
        self._tell_problem({"error_code": error.code, "message": error.message}, ", ".join(near))

    def _tell_problem(self, problem: dict[str, str], near: str = "") -> None:
        self._said.clear()
        code = problem["error_code"]
        with self._said:
            said = self._t.error(code, problem.get("message", ""))
            note(self._with_nearest(said, near), "bad", code)

    def _with_nearest(self, said: str, near: str) -> str:
        return f"{said} {self._t('error.nearest', names=near)}" if near else said

    async def _ask_for(self, phrase: str) -> None:
        self._text.value = phrase
        await self._submit()

    async def _save(self) -> None:
        with self._marks:
            await save_search(self._service, self._t, self._state)

    async def _submit(self) -> None:
        await self._change(text=self._text.value or "", **self._then.asked)

    async def _give(self, image: str) -> None:
        self._drop.show(image)
        self._filters.with_picture(bool(image))
        await self._change(image=image, text=self._text.value or "")

    async def _filtered(self, changes: dict[str, Any]) -> None:
        await self._change(**changes)

    async def _change(self, **changes: Any) -> None:
        """Another search: it becomes the address, so that it can be shared and gone back to."""
        self._state = self._state.with_(**{"offset": 0, "shot": "", **changes})
        self._push()
        self._filters.follow(self._state)
        if self._state.asks:
            await self._search()
        else:
            self._said.clear()
            await self._welcome()

    async def _welcome(self) -> None:
        self._show_marks()
        self._results.welcome(self._offered.titles)
        state = self._state
        try:
            there = await self._service.facets()
        except ArchiveError:  # an index that is busy or away: whoever searches is told
            there = None
        if not self._state.asks:
            self._facets.show(there, state, self._offered, whole=True)

    def _push(self) -> None:
        query = self._state.query()
        ui.navigate.history.push(f"/?{query}" if query else "/")

    async def _search(self) -> None:
        self._sequence = self._service.archive.catalogue.sequence()
        asked = self._state
        try:
            with self._results.busy():
                answer = await self._service.search(asked, facets=True)
        except ArchiveError as error:
            self._results.clear()
            self._facets.show(None, asked, self._offered)
            self._show_marks()
            self.tell(error)
            return
        if asked.with_(shot="") != self._state.with_(shot=""):  # somebody asked for something else meanwhile
            return
        self._answers = [answer]
        self._classes = (
            await run.io_bound(names_of_classes, self._t, self._service.archive, asked.video) if asked.video else None
        ) or {}
        self._remember(answer)
        self._said.clear()
        with self._said:
            for hint in answer.hints:
                said = self._t.hint(hint.code, hint.message, hint.facts)
                note(self._with_nearest(said, hint.facts.get("near", "")), "warn")
        self._show_marks()
        self._facets.show(answer.facets, asked, self._offered, self._classes, answer.n_shots is not None)
        self._results.show(self._answers, self._state)

    async def _more(self) -> None:
        offset = self._state.page_size * len(self._answers)
        try:
            answer = await self._service.search(self._state.with_(offset=offset))
        except ArchiveError as error:
            self.tell(error)
            return
        self._answers.append(answer)
        self._remember(answer)
        self._results.show(self._answers, self._state)

    def _remember(self, answer: models.SearchAnswer) -> None:
        self._shots |= {shot.id: shot for shot in answer.every_shot}

    async def _mark(self, shot_id: str, liked: bool) -> None:
        """Mark, or take the mark away, and look again."""
        mine, other = ("like", "unlike") if liked else ("unlike", "like")
        marks = {name: [key for key in getattr(self._state, name) if key != shot_id] for name in (mine, other)}
        if shot_id not in getattr(self._state, mine):
            marks[mine].append(shot_id)
        changed = self._state.with_(**{name: tuple(keys) for name, keys in marks.items()})
        if changed.asks:
            await self._change(like=changed.like, unlike=changed.unlike)
        else:  # only something to keep away from is left: there is nothing to search for
            await self._change(like=(), unlike=())

    def _show_marks(self) -> None:
        t, state = self._t, self._state
        self._marks.clear()
        with self._marks:
            with suppress(RequestError):  # an address may say what is no condition: the answer tells of it
                chips(t, state, self._offered, self._groups, self._classes, self._change)
            for keys, what in ((state.like, "like"), (state.unlike, "unlike")):
                for key in keys:
                    shot = self._shots.get(key)
                    chip(t(f"search.{what}_this"), "", shot.still if shot else "", self._unmark(key, what == "like"))
            if state.like or state.unlike:
                button(t("search.clear_marks"), lambda: self._change(like=(), unlike=()))

    def _unmark(self, key: str, liked: bool) -> Callable[[], Any]:
        return lambda: self._mark(key, liked)

    async def _open(self, shot_id: str, autoplay: bool = True) -> None:
        shot = self._shots.get(shot_id)
        if shot is None:
            try:
                found = await self._service.shots([shot_id])
            except ArchiveError as error:
                self.tell(error)
                return
            if not found:
                self._tell_problem({"error_code": "unknown_shots", "message": ""})
                return
            shot = found[0]
        self._dialog.open(shot, autoplay)
        self._state = self._state.with_(shot=shot_id)
        self._replace()

    def _closed(self) -> None:
        self._state = self._state.with_(shot="")
        self._replace()

    def _turned(self, shot_id: str) -> None:
        """The player went on to another shot: the address names that one."""
        if shot_id and self._state.shot and shot_id != self._state.shot:
            self._state = self._state.with_(shot=shot_id)
            self._replace()

    def _replace(self) -> None:
        query = self._state.query()
        ui.navigate.history.replace(f"/?{query}" if query else "/")

    async def _look_for_changes(self) -> None:
        """Somebody ingested while this page was open: say so, and let the person decide when to look again."""
        newest = await run.io_bound(self._service.archive.catalogue.sequence)
        if newest is None or newest == self._sequence:
            return
        self._sequence = newest
        self._offered = await run.io_bound(offered, self._service.archive) or self._offered
        self._filters.offer(self._offered)
        if not self._state.asks:
            await self._welcome()
            return
        with self._said:
            self._said.clear()
            with note(self._t("search.changed")):
                button(self._t("search.again"), self._search, "refresh").style("margin-left: .8rem")
