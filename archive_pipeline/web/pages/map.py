"""The map of a collection: its shots in two dimensions; what is drawn around becomes a list."""

from collections.abc import Sequence

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from nicegui import run, ui

from archive_pipeline.errors import RequestError
from archive_pipeline.web import addresses
from archive_pipeline.web.api.models import Shot
from archive_pipeline.web.components import Scatter
from archive_pipeline.web.pages.export_menu import export_menu
from archive_pipeline.web.pages.map_selection import MapSelection
from archive_pipeline.web.pages.parts import empty, tag
from archive_pipeline.web.pages.player_dialog import PlayerDialog
from archive_pipeline.web.pages.shell import shell
from archive_pipeline.web.pages.shot_groups import show_groups
from archive_pipeline.web.pages.trouble import explain
from archive_pipeline.web.photos.groups import groups_of, organised_collections
from archive_pipeline.web.service import Service
from archive_pipeline.web.texts import Texts


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
            of_photos = await run.io_bound(service.archive.photo_titles) or {}
            organised = await run.io_bound(organised_collections, service.archive.published) or set()
            addressed = {  # photos that are organised have one map, and it is there
                name: addresses.photos_page(name, show="map")
                if name in of_photos and name in organised
                else "/map?" + addresses.pairs([("collection", name)])
                for name in titles
            }
            chosen = asked or next((name for name in titles if addressed[name].startswith("/map")), next(iter(titles)))
            if not addressed[chosen].startswith("/map"):
                return RedirectResponse(addressed[chosen])
            MapPage(service, t, chosen, titles, addressed)
            if chosen not in of_photos:
                groups = await run.io_bound(groups_of, service.archive, chosen)
                if groups:
                    show_groups(t, chosen, groups)
        return None


class MapPage:
    """One open map."""

    def __init__(
        self, service: Service, t: Texts, collection: str, titles: dict[str, str], addressed: dict[str, str]
    ) -> None:
        self._t = t
        with tag("div", "ap-row"):
            tag("h1", text=t("map.title"))
            with tag("div", "ap-chips"):
                for name, title in titles.items():
                    chip = tag("a", "ap-chip", title)
                    chip.props["href"] = addressed[name]
                    if name == collection:
                        chip.props["aria-current"] = "page"
        tag("p", "ap-soft ap-small", t("map.text")).style("margin: 0")
        dialog = PlayerDialog(t, lambda: None, lambda _: None)
        with tag("div", "ap-split"):
            labels = {**t.section("map_labels"), "errors": t.section("error")}
            scatter = Scatter(f"/api/maps/shots/{collection}", "shots", labels, 620)
            selection = MapSelection(service, t, self._head, dialog.open)
            scatter.on("selected", lambda event: selection.select(event.args))

    def _head(self, ids: Sequence[str], n: int, shots: Sequence[Shot]) -> None:
        t = self._t
        with tag("div", "ap-row"):
            key = "map.selected_first" if n > len(shots) else "map.selected"
            tag("h2", text=t(key, n=n, shown=len(shots)))
            tag("span", "ap-grow")
            if not shots[0].photo_id:  # a collection is of one kind
                export_menu(t, t("export.picked", n=len(ids)), shots=ids)
