"""The search page: words, a picture, marks and filters; cards; the player at the shot."""

from collections.abc import Callable
from typing import Any

from fastapi import Request
from nicegui import run, ui
from nicegui.element import Element

from archive_pipeline.errors import ArchiveError, RequestError
from archive_pipeline.web import addresses
from archive_pipeline.web.api import models
from archive_pipeline.web.components import ImageDrop, ShotGrid
from archive_pipeline.web.pages.filters import Filters
from archive_pipeline.web.pages.parts import button, empty, link_button, note, tag
from archive_pipeline.web.pages.player_dialog import PlayerDialog
from archive_pipeline.web.pages.shell import shell
from archive_pipeline.web.service import Service
from archive_pipeline.web.state import SearchState
from archive_pipeline.web.texts import Texts

_LOOK_EVERY_S = 5.0


def add_search_page(service: Service) -> None:
    @ui.page("/")
    async def search(request: Request) -> None:
        with shell(request, "search", "") as t:
            try:
                state, wrong = SearchState.of(request.query_params), None
            except RequestError as error:
                state, wrong = SearchState(), error
            titles = await run.io_bound(service.archive.titles)
            page = SearchPage(service, t, state, titles or {})
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

    def __init__(self, service: Service, t: Texts, state: SearchState, titles: dict[str, str]) -> None:
        self._service = service
        self._t = t
        self._state = state
        self._titles = titles
        self._shots: dict[str, models.Shot] = {}
        self._picked: list[str] = []
        self._answers: list[models.SearchAnswer] = []
        self._sequence = service.archive.catalogue.sequence()
        self._grids: list[ShotGrid] = []

    def build(self) -> None:
        t, state = self._t, self._state
        with tag("section", "ap-panel"):
            tag("h1", "sr-only", t("search.title")).style("position:absolute;left:-9999px")
            with tag("form", "ap-searchbox") as form:
                form.props["role"] = "search"
                self._text = ui.input(placeholder=t("search.placeholder"), value=state.text).props(
                    "outlined clearable autofocus maxlength=4000 data-search"
                )
                self._text.props["aria-label"] = t("search.placeholder")
                self._drop = ImageDrop(t.section("drop"), state.image)
                self._drop.on("picture", lambda event: self._give(event.args))
                self._drop.on("problem", lambda event: self._tell_problem(event.args))
                send = tag("button", "ap-button main", t("search.go")).props("type=submit")
                send.style("padding: 0 1.4rem")
            form.on("submit.prevent", self._submit)
            self._filters = Filters(t, state, self._titles, self._filtered)
        self._marks = tag("div", "ap-chips")
        self._said = tag("div", "ap-row")
        self._said.props["aria-live"] = "polite"
        self._bar = tag("div", "ap-row")
        self._results = tag("div", "ap-row").style("align-items: stretch")
        self._dialog = PlayerDialog(t, self._closed, self._turned)
        ui.timer(_LOOK_EVERY_S, self._look_for_changes)

    async def show_first(self) -> None:
        """What the address asks for, on opening."""
        if self._state.asks:
            await self._search()
        else:
            self._show_marks()
            self._welcome()
        if self._state.shot:
            await self._open(self._state.shot, push=False)

    def tell(self, error: ArchiveError) -> None:
        self._tell_problem({"error_code": error.code, "message": error.message})

    def _tell_problem(self, problem: dict[str, str]) -> None:
        self._said.clear()
        code = problem["error_code"]
        with self._said:
            note(self._t.error(code, problem.get("message", "")), "bad", code)

    def _welcome(self) -> None:
        t = self._t
        self._results.clear()
        self._bar.clear()
        with self._results:
            if not self._titles:
                empty(t("search.nothing_yet"), t("search.nothing_yet_text"), "archive-pipeline ingest ~/films")
                return
            with (
                empty(t("search.welcome"), t("search.welcome_text")),
                tag("div", "ap-chips").style("justify-content: center"),
            ):
                tag("span", "ap-soft", t("search.try"))
                for phrase in t.section("search")["examples"]:
                    chip = tag("button", "ap-chip", phrase).props("type=button")
                    chip.on("click", self._ask_for(phrase))

    def _ask_for(self, phrase: str) -> Callable[[], Any]:
        async def ask() -> None:
            self._text.value = phrase
            await self._submit()

        return ask

    async def _submit(self) -> None:
        await self._change(text=self._text.value or "")

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
        if self._state.asks:
            await self._search()
        else:
            self._said.clear()
            self._show_marks()
            self._welcome()

    def _push(self) -> None:
        query = self._state.query()
        ui.navigate.history.push(f"/?{query}" if query else "/")

    async def _search(self) -> None:
        self._sequence = self._service.archive.catalogue.sequence()
        asked = self._state
        self._results.classes(add="ap-busy")
        try:
            answer = await self._service.search(asked)
        except ArchiveError as error:
            self._results.clear()
            self._bar.clear()
            self._show_marks()
            self.tell(error)
            return
        finally:
            self._results.classes(remove="ap-busy")
        if asked.with_(shot="") != self._state.with_(shot=""):  # somebody asked for something else meanwhile
            return
        self._answers = [answer]
        self._remember(answer)
        self._said.clear()
        with self._said:
            for hint in answer.hints:
                note(self._t.hint(hint.code, hint.message, hint.facts), "warn")
        self._show_marks()
        self._show_results()

    async def _more(self) -> None:
        offset = self._state.page_size * len(self._answers)
        try:
            answer = await self._service.search(self._state.with_(offset=offset))
        except ArchiveError as error:
            self.tell(error)
            return
        self._answers.append(answer)
        self._remember(answer)
        self._show_results()

    def _remember(self, answer: models.SearchAnswer) -> None:
        for shot in (*answer.shots, *(shot for video in answer.videos for shot in video.shots)):
            self._shots[shot.id] = shot

    def _show_results(self) -> None:
        t = self._t
        shots = [shot for answer in self._answers for shot in answer.shots]
        videos = [video for answer in self._answers for video in answer.videos]
        self._results.clear()
        self._grids = []
        with self._results:
            if not shots and not videos:
                empty(t("search.nothing"), t("search.nothing_text"))
            elif shots:
                self._grid(shots)
            for video in videos:
                with tag("section", "ap-group"):
                    with tag("div", "ap-row"):
                        tag("h2", text=video.title)
                        link = tag("a", "ap-small", t("search.programme"))
                        link.props["href"] = addresses.video_page(video.video_id)
                    self._grid(video.shots)
            if self._answers[-1].has_more:
                with tag("div", "ap-row").style("justify-content: center; margin-top: 1rem"):
                    button(t("search.more_results"), self._more, "expand_more")
        self._show_bar(len(shots), len(videos))

    def _grid(self, shots: list[models.Shot]) -> None:
        grid = ShotGrid(self._t.section("card"))
        grid.show(shots)
        grid.on("open", lambda event: self._open(event.args))
        grid.on("info", lambda event: self._open(event.args, autoplay=False))
        grid.on("more", lambda event: self._mark(event.args, liked=True))
        grid.on("less", lambda event: self._mark(event.args, liked=False))
        grid.on("pick", lambda event: self._pick(event.args))
        self._grids.append(grid)
        self._show_marked(grid)

    def _show_marked(self, grid: ShotGrid) -> None:
        grid.show_marks(self._state.like, self._state.unlike, self._picked)

    def _show_bar(self, n_shots: int, n_videos: int) -> None:
        t = self._t
        ms = round(1000 * self._answers[0].took_s)
        kind = "found_videos" if n_videos else "found_more" if self._answers[-1].has_more else "found"
        shown = [shot.id for answer in self._answers for shot in answer.shots] or [
            shot.id for answer in self._answers for video in answer.videos for shot in video.shots
        ]
        self._bar.clear()
        with self._bar:
            tag("span", "ap-soft ap-small", t(f"search.{kind}", n=n_videos or n_shots, ms=ms)).props("data-found")
            tag("span", "ap-grow")
            if not shown:
                return
            chosen = self._picked or shown[:999]
            label = t("search.cut_list", n=len(self._picked)) if self._picked else t("search.cut_list_all")
            tag("span", "ap-soft ap-small", label)
            link_button("CSV", addresses.cut_list("csv", chosen), "download", download=True)
            link_button("EDL", addresses.cut_list("edl", chosen), "download", download=True)
            if self._picked:
                button(t("search.clear_picks"), self._forget_picks)
            button(t("search.share"), self._share, "link")

    async def _share(self) -> None:
        ui.clipboard.write(await ui.run_javascript("location.href"))
        ui.notify(self._t("search.copied"), position="bottom")

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
        if not (state.like or state.unlike or state.video or state.semantic_class):
            return
        with self._marks:
            for video_id in state.video:
                self._chip(t("search.video"), video_id, "", lambda: self._change(video=(), semantic_class=()))
            for number in state.semantic_class:
                name = t("video.noise") if number < 0 else str(number + 1)
                self._chip(t("video.class"), name, "", lambda: self._change(semantic_class=()))
            for keys, what in ((state.like, "like"), (state.unlike, "unlike")):
                for key in keys:
                    shot = self._shots.get(key)
                    self._chip(
                        t(f"search.{what}_this"), "", shot.still if shot else "", self._unmark(key, what == "like")
                    )
            if state.like or state.unlike:
                button(t("search.clear_marks"), lambda: self._change(like=(), unlike=()))

    def _unmark(self, key: str, liked: bool) -> Callable[[], Any]:
        return lambda: self._mark(key, liked)

    def _chip(self, what: str, text: str, picture: str, on_click: Callable[[], Any]) -> Element:
        chip = tag("button", "ap-chip").props("type=button")
        with chip:
            if picture:
                image = tag("img").props('alt=""')
                image.props["src"] = picture
            tag("span", text=f"{what}: {text}" if text else what)
            ui.icon("close")
        chip.on("click", on_click)
        return chip

    def _pick(self, shot_id: str) -> None:
        if shot_id in self._picked:
            self._picked.remove(shot_id)
        elif len(self._picked) < 999:
            self._picked.append(shot_id)
        self._after_picking()

    def _forget_picks(self) -> None:
        self._picked.clear()
        self._after_picking()

    def _after_picking(self) -> None:
        for grid in self._grids:
            self._show_marked(grid)
        n_shots = sum(len(answer.shots) for answer in self._answers)
        self._show_bar(n_shots, sum(len(answer.videos) for answer in self._answers))

    async def _open(self, shot_id: str, push: bool = True, autoplay: bool = True) -> None:
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
        if push:
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
        self._titles = await run.io_bound(self._service.archive.titles) or self._titles
        self._filters.offer(self._titles)
        if not self._state.asks:
            self._welcome()
            return
        with self._said:
            self._said.clear()
            with note(self._t("search.changed")):
                button(self._t("search.again"), self._search, "refresh").style("margin-left: .8rem")
