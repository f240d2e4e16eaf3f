"""The basket that a browser puts shots into: made when the first one is, remembered in a cookie."""

import asyncio
from datetime import datetime

from fastapi import Request
from nicegui import run, ui

from archive_pipeline.errors import ArchiveError
from archive_pipeline.store.baskets import Basket, Change
from archive_pipeline.web import addresses
from archive_pipeline.web.service import Service
from archive_pipeline.web.texts import Texts

_COOKIE = "archive_basket"
_YEAR_S = 365 * 86400


class CurrentBasket:
    """Of one open page."""

    def __init__(self, service: Service, t: Texts, request: Request) -> None:
        self._cutting = service.archive.cutting
        self._t = t
        self._id = request.cookies.get(_COOKIE, "")
        self._basket: Basket | None = None
        self._turn = asyncio.Lock()

    @property
    def shot_ids(self) -> list[str]:
        """The shots that were put in."""
        return [item.shot_id for item in self._basket.items] if self._basket else []

    @property
    def address(self) -> str:
        return addresses.basket_page(self._basket.basket) if self._basket else "/baskets"

    async def load(self) -> None:
        """What is in it now."""
        try:
            self._basket = await run.io_bound(self._cutting.baskets.get, self._id)
        except ArchiveError:  # none yet, one of another archive, or the lake is away: the page is there all the same
            self._basket = None

    async def toggle(self, shot_id: str) -> None:
        """Put a shot in, or take it out where it is in."""
        async with self._turn:
            inside = [item.item for item in self._basket.items if item.shot_id == shot_id] if self._basket else []
            try:
                await (self._remove(inside) if inside else self._put(shot_id))
            except ArchiveError as error:
                ui.notify(self._t.error(error.code, error.message), type="negative", position="bottom")

    async def _remove(self, items: list[str]) -> None:
        changes = [Change("remove", item=item) for item in items]
        self._basket = await run.io_bound(self._cutting.baskets.change, self._id, changes)

    async def _put(self, shot_id: str) -> None:
        name = self._t("basket.new_name", when=datetime.now().strftime("%Y-%m-%d %H:%M"))
        basket = await run.io_bound(self._cutting.put, self._id, [shot_id], name)
        if basket is None:  # the server is going down
            return
        self._basket, self._id = basket, basket.basket
        remember(basket.basket)
        ui.notify(self._t("basket.put", name=basket.name), position="bottom")


def remember(basket: str) -> None:
    """Make it the one that this browser puts shots into; an id is hexadecimal."""
    ui.run_javascript(f"document.cookie = '{_COOKIE}={basket};path=/;max-age={_YEAR_S};samesite=lax'")
