"""Saved searches: the list with what is new, and one opened, which counts as a look; the star that saves one."""

from collections.abc import Awaitable, Callable

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from nicegui import run, ui

from archive_pipeline.errors import ArchiveError
from archive_pipeline.store.saved_searches import MOST_NAME, MOST_WEBHOOK, SavedSearch
from archive_pipeline.web import addresses, webhooks
from archive_pipeline.web.pages.parts import button, empty, note, tag
from archive_pipeline.web.pages.shell import shell
from archive_pipeline.web.pages.trouble import explain
from archive_pipeline.web.saved_searches import FIRST
from archive_pipeline.web.service import Service
from archive_pipeline.web.state import SearchState
from archive_pipeline.web.texts import Texts


def add_saved_pages(service: Service) -> None:
    @ui.page("/saved", response_timeout=30)
    async def saved(request: Request) -> None:
        with shell(request, "saved", "") as t:
            await SavedPage(service, t).show()

    @ui.page("/saved/{saved}", response_timeout=30)
    async def one_saved(request: Request, saved: str) -> Response | None:
        watching = service.archive.watching
        try:
            search = await service.search_lane.run(lambda: watching.look(saved))
        except ArchiveError as error:
            with shell(request, "saved", "") as t:
                return explain(t, request, error)
        return RedirectResponse(f"/?{search.query}")


class SavedPage:
    """The open list."""

    def __init__(self, service: Service, t: Texts) -> None:
        self._service = service
        self._watching = service.archive.watching
        self._t = t
        self._n_new: dict[str, int] = {}
        """As counted on this page: to who has the word for what is withheld there may be more than is kept."""
        tag("h1", text=t("saved.title"))
        self._said = tag("div", "ap-row")
        self._said.props["aria-live"] = "polite"
        self._list = tag("div")

    async def show(self) -> None:
        t = self._t
        every = await run.io_bound(self._watching.searches.all)
        self._list.clear()
        with self._list:
            if not every:
                empty(t("saved.none"), t("saved.none_text"))
                return
            with tag("section", "ap-panel").style("overflow-x: auto"), tag("table", "ap-table"):
                with tag("thead"), tag("tr"):
                    for name, kind in (("search", ""), ("new", "num"), ("looked", ""), ("webhook", ""), ("", "")):
                        tag("th", kind, t(f"saved.{name}") if name else "")
                with tag("tbody"):
                    for search in every:
                        with tag("tr").props(f"data-saved={search.saved}"):
                            self._row(search)

    def _row(self, search: SavedSearch) -> None:
        t, saved = self._t, search.saved
        with tag("td"):
            tag("a", text=search.name).props["href"] = addresses.saved_page(saved)
            if search.by:
                tag("div", "ap-soft ap-small", search.by)
        n_new = self._n_new.get(saved, search.n_new)
        tag("td", "num", t("saved.n_new" if n_new < FIRST else "saved.n_new_or_more", n=n_new)).props("data-new")
        tag("td", "ap-soft", f"{search.looked_at.astimezone():%Y-%m-%d %H:%M}")
        with tag("td"):
            if search.webhook:
                tag("div", "ap-small", webhooks.shown(search.webhook))
            if search.trouble:
                note(search.trouble, "warn")
        with tag("td"), tag("div", "ap-actions"):
            for icon, name, act in (
                ("refresh", "count", self._doing(lambda: self._count(search))),
                ("webhook", "set_webhook", lambda: self._ask_webhook(saved)),
                ("delete_outline", "remove", self._doing(lambda: self._watching.remove(saved))),
            ):
                send = button("", act, icon, "ap-icon").props(f"data-act={name}")
                send.props["aria-label"] = send.props["title"] = t(f"saved.{name}")

    def _count(self, search: SavedSearch) -> None:
        self._n_new[search.saved] = self._watching.count(search).n_new

    def _doing(self, work: Callable[[], object]) -> Callable[[], Awaitable[None]]:
        return lambda: self._do(work)

    async def _do(self, work: Callable[[], object]) -> None:
        self._said.clear()
        try:
            await self._service.search_lane.run(work)
        except ArchiveError as error:
            with self._said:
                note(self._t.error(error.code, error.message), "bad", error.code)
            return
        await self.show()

    def _ask_webhook(self, saved: str) -> None:
        t = self._t

        async def keep() -> None:
            dialog.close()
            await self._do(lambda: self._watching.set_webhook(saved, (field.value or "").strip()))

        with self._list, ui.dialog() as dialog, ui.card():
            tag("p", text=t("saved.webhook_text"))
            field = ui.input(label=t("saved.webhook"), placeholder="https://").props(
                f"outlined maxlength={MOST_WEBHOOK}"
            )
            field.style("min-width: 24rem; max-width: 90vw")
            button(t("saved.keep"), keep, "check", "main")
        dialog.open()


async def save_search(service: Service, t: Texts, state: SearchState) -> None:
    """Ask for a name, and save what is searched for."""

    async def keep() -> None:
        dialog.close()
        try:
            search = await service.search_lane.run(
                lambda: service.archive.watching.save(name.value or "", state.query(), by.value or "")
            )
        except ArchiveError as error:
            ui.notify(t.error(error.code, error.message), type="negative", position="bottom")
            return
        ui.notify(t("saved.kept", name=search.name), position="bottom")

    with ui.dialog() as dialog, ui.card():
        name = ui.input(label=t("saved.name"), value=state.text[:MOST_NAME]).props(
            f"outlined autofocus maxlength={MOST_NAME}"
        )
        by = ui.input(label=t("saved.by")).props(f"outlined maxlength={MOST_NAME}")
        button(t("saved.save"), keep, "star", "main")
    dialog.open()
