"""The map of a collection's photos: near ones are alike; what is drawn around becomes a list, a table or keywords."""

from collections.abc import Sequence
from typing import Any

from nicegui import ui

from archive_pipeline.web.api.models import Shot
from archive_pipeline.web.api.photo_models import MOST_SELECTED, GroupsOut
from archive_pipeline.web.components import Scatter
from archive_pipeline.web.pages.map_selection import MapSelection
from archive_pipeline.web.pages.parts import button, note, tag
from archive_pipeline.web.pages.photo_tiles import group_name
from archive_pipeline.web.service import Service
from archive_pipeline.web.texts import Texts


class PhotoMap:
    """One open map. The browser keeps what is selected, so that 10,000 ids need not come here and go back."""

    def __init__(self, service: Service, t: Texts, collection: str, groups: GroupsOut) -> None:
        self._t = t
        names = [group_name(t, group) for group in groups.groups if group.parent is None]
        tag("p", "ap-soft ap-small", t("photos.map_text")).style("margin: 0")
        with tag("div", "ap-split"):
            labels = {**t.section("map_labels"), "errors": t.section("error")}
            self._scatter = Scatter(f"/api/maps/photos/{collection}", "photos", labels, 620, names=names)
            self._scatter.on("sent", lambda event: self._sent(event.args))
            selection = MapSelection(service, t, self._head, lambda photo, _: ui.navigate.to(f"/photo/{photo.id}"))
            self._scatter.on("selected", lambda event: selection.select(event.args))

    def _head(self, ids: Sequence[str], n: int, photos: Sequence[Shot]) -> None:
        del ids
        t = self._t
        key = "photos.selected_first" if n > len(photos) else "photos.selected"
        tag("h2", text=t(key, n=f"{n:,}", shown=len(photos))).props("data-selected")
        if n <= MOST_SELECTED:
            with tag("div", "ap-row"):
                button("CSV", lambda: self._scatter.send("/api/photos.csv"), "download")
                button(t("photos.keywords"), self._ask_keywords, "sell")
        else:
            note(t("photos.too_many", most=f"{MOST_SELECTED:,}"), "warn")

    def _ask_keywords(self) -> None:
        t = self._t
        with ui.dialog(value=True) as dialog, ui.card().classes("ap-dialog").style("max-width: 34rem"):
            tag("h2", text=t("photos.keywords"))
            field = ui.input(t("photos.keywords_field")).props("outlined maxlength=2000 data-keywords-field")
            tag("p", "ap-soft ap-small", t("photos.keywords_text")).style("margin: 0")

            def write() -> None:
                wanted = [one.strip() for one in (field.value or "").split(",") if one.strip()]
                if wanted:
                    self._scatter.send("/api/photos/sidecars", {"keywords": wanted})
                    dialog.close()

            with tag("div", "ap-row"):
                button(t("photos.write"), write, classes="main")
                button(t("search.close"), dialog.close)

    def _sent(self, answer: dict[str, Any]) -> None:
        if "error_code" in answer:
            said = self._t.error(answer["error_code"], answer.get("message", ""))
        else:
            said = self._t("photos.written", n=f"{answer['n_written']:,}", folder=answer["folder"])
        ui.notify(said, position="bottom", multi_line=True, timeout=10_000)
