"""The map of a collection: its shots in two dimensions; what is drawn around becomes a list."""

from typing import Any

from fastapi import Request
from fastapi.responses import Response
from nicegui import run, ui

from archive_pipeline.errors import ArchiveError, RequestError
from archive_pipeline.web import addresses
from archive_pipeline.web.components import Scatter, ShotGrid
from archive_pipeline.web.pages.parts import card_labels, empty, link_button, note, tag
from archive_pipeline.web.pages.player_dialog import PlayerDialog
from archive_pipeline.web.pages.shell import shell
from archive_pipeline.web.pages.trouble import explain
from archive_pipeline.web.service import Service
from archive_pipeline.web.state import SearchState
from archive_pipeline.web.texts import Texts

_LISTED = 60
_EXAMPLES = 10  # marks for a search from a selection


def add_map_page(service: Service) -> None:
    @ui.page("/map", response_timeout=30)
    async def collection_map(request: Request) -> Response | None:
        with shell(request, "map", "") as t:
            titles = await run.io_bound(service.archive.titles) or {}
            asked = request.query_params.get("collection", "")
            if asked and asked not in titles:
                return explain(t, request, RequestError("unknown_collection", f"There is no collection {asked!r}."))
            if not titles:
                empty(t("search.nothing_yet"), t("search.nothing_yet_text"), "archive-pipeline ingest ~/films")
                return None
            MapPage(service, t, asked or next(iter(titles)), titles)
        return None


class MapPage:
    """One open map."""

    def __init__(self, service: Service, t: Texts, collection: str, titles: dict[str, str]) -> None:
        self._service = service
        self._t = t
        with tag("div", "ap-row"):
            tag("h1", text=t("map.title"))
            with tag("div", "ap-chips"):
                for name, title in titles.items():
                    chip = tag("a", "ap-chip", title)
                    chip.props["href"] = "/map?" + addresses.pairs([("collection", name)])
                    chip.props["aria-pressed"] = "true" if name == collection else "false"
        tag("p", "ap-soft ap-small", t("map.text")).style("margin: 0")
        with tag("div", "ap-split"):
            labels = {**t.section("map_labels"), "errors": t.section("error")}
            scatter = Scatter(f"/api/maps/shots/{collection}", "shots", labels, 620)
            scatter.on("selected", lambda event: self._select(event.args))
            self._list = tag("aside").style("display: flex; flex-direction: column; gap: .7rem")
            self._list.props["aria-live"] = "polite"
        self._dialog = PlayerDialog(t, lambda: None, lambda _: None)
        self._nothing()

    def _nothing(self) -> None:
        with self._list:
            empty(self._t("map.nothing"), self._t("map.nothing_text"))

    async def _select(self, selected: dict[str, Any]) -> None:
        ids, n = list(selected["ids"]), int(selected["n"])
        try:
            shots = await self._service.shots(ids[:_LISTED]) if ids else []
        except ArchiveError as error:
            self._list.clear()
            with self._list:
                note(self._t.error(error.code, error.message), "bad", error.code)
            return
        self._list.clear()
        if not shots:
            self._nothing()
            return
        t, by_id = self._t, {shot.id: shot for shot in shots}
        with self._list:
            with tag("div", "ap-row"):
                key = "map.selected_first" if n > len(shots) else "map.selected"
                tag("h2", text=t(key, n=n, shown=len(shots)))
                tag("span", "ap-grow")
                if not shots[0].photo_id:  # a collection is of one kind
                    link_button("CSV", addresses.cut_list("csv", ids), "download", download=True)
                    link_button("EDL", addresses.cut_list("edl", ids), "download", download=True)
            query = SearchState(like=tuple(ids[:_EXAMPLES])).query()
            link_button(t("map.search_like"), f"/?{query}", "search")
            grid = ShotGrid(card_labels(t), marking=False, picking=False)
            grid.show(shots)
            grid.on("open", lambda event: self._dialog.open(by_id[event.args], True))
            grid.on("info", lambda event: self._dialog.open(by_id[event.args], False))
