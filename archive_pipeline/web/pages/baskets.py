"""Baskets: all of them, and one, in which pieces are ordered, trimmed by frames, noted and handed on."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Literal

from fastapi import Request
from fastapi.responses import Response
from nicegui import run, ui

from archive_pipeline.errors import ArchiveError
from archive_pipeline.exports.model import Clip
from archive_pipeline.store.baskets import MOST_TEXT, Basket, Change, Item
from archive_pipeline.web import addresses
from archive_pipeline.web.pages.current_basket import remember
from archive_pipeline.web.pages.export_menu import export_menu
from archive_pipeline.web.pages.parts import button, empty, note, page_links, tag
from archive_pipeline.web.pages.shell import shell
from archive_pipeline.web.pages.trouble import explain
from archive_pipeline.web.service import Service
from archive_pipeline.web.texts import Texts
from archive_pipeline.web.whole_numbers import whole_number

_PAGE = 50
"""Pieces. Each is 36 elements, which every change draws anew."""

_STEPS = (-10, -1, 1, 10)
"""Frames."""


def add_basket_pages(service: Service) -> None:
    @ui.page("/baskets", response_timeout=30)
    async def baskets(request: Request) -> None:
        with shell(request, "baskets", "") as t:
            recent = await run.io_bound(service.archive.cutting.baskets.recent)
            _list(service, t, recent or [])

    @ui.page("/basket/{basket}", response_timeout=30)
    async def one_basket(request: Request, basket: str) -> Response | None:
        with shell(request, "baskets", "") as t:
            try:
                found = await run.io_bound(service.archive.cutting.baskets.get, basket)
            except ArchiveError as error:
                return explain(t, request, error)
            if found is not None:
                page = whole_number(request.query_params.get("page", ""), 100_000) or 1
                await BasketPage(service, t, found, page).show()
        return None


def _list(service: Service, t: Texts, baskets: list[Basket]) -> None:
    async def begin() -> None:
        name = t("basket.new_name", when=datetime.now().strftime("%Y-%m-%d %H:%M"))
        made = await run.io_bound(service.archive.cutting.baskets.create, name)
        if made is not None:
            remember(made.basket)
            ui.navigate.to(addresses.basket_page(made.basket))

    with tag("div", "ap-row"):
        tag("h1", text=t("basket.title"))
        tag("span", "ap-grow")
        button(t("basket.new"), begin, "add")
    if not baskets:
        empty(t("basket.none"), t("basket.none_text"))
        return
    with tag("section", "ap-panel"), tag("table", "ap-table"), tag("tbody"):
        for basket in baskets:
            with tag("tr"):
                with tag("td"):
                    tag("a", text=basket.name or basket.basket).props["href"] = addresses.basket_page(basket.basket)
                tag("td", "num", t("basket.pieces", n=len(basket.items)))
                tag("td", "num ap-soft", f"{basket.changed_at.astimezone():%Y-%m-%d %H:%M}")


class BasketPage:
    """A page of one open basket; every change is kept at once, and shown as it then is."""

    def __init__(self, service: Service, t: Texts, basket: Basket, page: int) -> None:
        self._cutting = service.archive.cutting
        self._t = t
        self._basket = basket
        self._page = page
        """From 1."""
        self._turn = asyncio.Lock()
        """One change after the other: a trim begins where the one before ended."""
        with tag("div", "ap-row"):
            name = tag("input", "ap-input ap-basket-name").props(f"maxlength={MOST_TEXT}")
            name.props["value"], name.props["aria-label"] = basket.name, t("basket.name")
            name.on("change", self._writing("name"), js_handler="(event) => emit(event.target.value)")
            button(t("search.share"), self._share, "link")
            button(t("basket.use"), self._use, "playlist_add").tooltip(t("basket.use_title"))
            self._menu = tag("div")
        self._said = tag("div", "ap-row")
        self._list = tag("ol", "ap-basket")
        self._pages = tag("div", "ap-row")

    async def show(self) -> None:
        t, total = self._t, len(self._basket.items)
        pages = max(1, -(-total // _PAGE))
        self._page = min(self._page, pages)
        first = (self._page - 1) * _PAGE
        items = self._basket.items[first : first + _PAGE]
        clips = await run.io_bound(self._cutting.selections.of_items, items)
        if clips is None:  # the server is going down
            return
        self._menu.clear()
        self._list.clear()
        self._pages.clear()
        with self._menu:
            if any(clips) or pages > 1:  # what the other pages have is not looked at
                export_menu(t, t("export.video"), basket=self._basket.basket)
        with self._list:
            if not items:
                empty(t("basket.empty"), t("basket.empty_text"))
            for place, (item, clip) in enumerate(zip(items, clips, strict=True), first):
                with tag("li", "ap-piece") as row:
                    row.props["data-item"] = item.item
                    self._piece(place, item, clip)
        if pages > 1:
            with self._pages:
                tag("span", "ap-soft ap-small", t("basket.page", page=self._page, pages=pages, total=total))
                own = addresses.basket_page(self._basket.basket)
                page_links(t, self._page, pages, lambda other: f"{own}?page={other}")

    def _piece(self, place: int, item: Item, clip: Clip | None) -> None:
        t = self._t
        still = tag("img" if clip else "span").props('loading=lazy alt=""')
        if clip:
            still.props["src"] = addresses.still(item.video_id, item.start_s)
        with tag("div", "ap-piece-text"):
            name = tag("a" if clip else "span", text=clip.source.name if clip else item.video_id)
            if clip is None:
                note(t("basket.gone"), "warn")
            else:
                name.props["href"] = addresses.video_page(item.video_id, at_s=item.start_s)
                self._times(item, clip)
            text = tag("input", "ap-input").props(f"maxlength={MOST_TEXT} data-note")
            text.props["value"], text.props["placeholder"] = item.note, t("basket.note")
            text.props["aria-label"] = t("basket.note")
            text.on("change", self._writing("note", item.item), js_handler="(event) => emit(event.target.value)")
        with tag("div", "ap-actions"):
            last = len(self._basket.items) - 1
            for icon, act, label, is_off in (
                ("arrow_upward", Change("move", item=item.item, to=place - 1), "up", place == 0),
                ("arrow_downward", Change("move", item=item.item, to=place + 1), "down", place == last),
                ("close", Change("remove", item=item.item), "remove", False),
            ):
                send = button("", self._doing(act), icon, "ap-icon").props(f"data-act={label}")
                send.props["aria-label"] = send.props["title"] = t(f"basket.{label}")
                send.props["disabled"] = is_off

    def _times(self, item: Item, clip: Clip) -> None:
        """In and out, each with buttons that move it by frames."""
        t = self._t
        with tag("div", "ap-piece-times"):
            for side, timecode in zip(("first", "end"), clip.timecodes, strict=True):
                with tag("span", "ap-trim").props(f"data-{side}"):
                    tag("span", "ap-soft ap-small", t(f"basket.{side}"))
                    for step in _STEPS:
                        if step == 1:
                            tag("span", "ap-mono", timecode)
                        send = button(f"{step:+d}", self._trimming(item, side, step), classes="ap-step")
                        send.props["aria-label"] = t(f"basket.{side}_by", n=f"{step:+d}")
            length = tag("span", "ap-soft ap-small", t("basket.frames", n=clip.n_frames))
            length.props["data-frames"] = clip.n_frames

    def _writing(self, act: Literal["name", "note"], item: str = "") -> Callable[..., Awaitable[bool]]:
        """What was written stands there already: nothing is drawn anew under the hands of who goes on."""
        return lambda event: self._keep(self._changed(Change(act, item=item, text=str(event.args)[:MOST_TEXT])))

    def _doing(self, change: Change) -> Callable[[], Awaitable[None]]:
        return lambda: self._show_after(self._changed(change))

    def _trimming(self, item: Item, side: str, step: int) -> Callable[[], Awaitable[None]]:
        by = (step, 0) if side == "first" else (0, step)
        return lambda: self._show_after(lambda: self._cutting.trim(self._basket.basket, item.item, *by))

    def _changed(self, change: Change) -> Callable[[], Basket]:
        return lambda: self._cutting.baskets.change(self._basket.basket, [change])

    async def _show_after(self, work: Callable[[], Basket]) -> None:
        if await self._keep(work):
            await self.show()

    async def _keep(self, work: Callable[[], Basket]) -> bool:
        """Whether it was done; else why not is said."""
        self._said.clear()
        try:
            async with self._turn:
                self._basket = await run.io_bound(work) or self._basket
        except ArchiveError as error:
            with self._said:
                note(self._t.error(error.code, error.message), "bad", error.code)
            return False
        return True

    def _use(self) -> None:
        remember(self._basket.basket)
        ui.notify(self._t("basket.used"), position="bottom")

    async def _share(self) -> None:
        ui.clipboard.write(await ui.run_javascript("location.href"))
        ui.notify(self._t("search.copied"), position="bottom")
