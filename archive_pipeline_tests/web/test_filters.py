"""The controls of a search page, without a browser."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from nicegui import Client, core
from nicegui.page import page
from starlette.datastructures import QueryParams

from archive_pipeline.web.offered import Offered
from archive_pipeline.web.pages.filters import Filters
from archive_pipeline.web.state import SearchState
from archive_pipeline.web.texts import texts

LINKED = SearchState.of(
    QueryParams("text=a+boat&from_s=31&to_s=62.5&objects=person&objects=car>%3D2&keyword=Playa&near=+42,-2,5&to=1998+")
)
"""The controls show minutes, `person>=1`, `playa`, no blanks."""


@pytest.mark.parametrize("then", [LINKED, LINKED.with_(objects=("person",), keyword=("Playa", "Mar"))])
def test_what_a_link_asks_for_is_no_change_however_it_is_written(
    then: SearchState, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[dict[str, Any]] = []

    async def change(changes: dict[str, Any]) -> None:
        told.append(changes)

    async def opened() -> None:
        monkeypatch.setattr(core, "loop", asyncio.get_running_loop())
        with Client(page("/")):
            filters = Filters(texts("en"), LINKED, Offered(), change)
            filters.follow(then)
        await asyncio.sleep(0.05)

    with ThreadPoolExecutor(1) as aside:  # where the browser of other tests has no event loop
        aside.submit(asyncio.run, opened()).result()
    assert told == []
