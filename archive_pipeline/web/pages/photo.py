"""One photo: what its file says, its group, what it is like, and where it may have been taken."""

from collections.abc import Sequence
from functools import partial
from itertools import groupby

from fastapi import Request
from fastapi.responses import Response
from nicegui import run, ui
from nicegui.element import Element

from archive_pipeline.errors import ArchiveError
from archive_pipeline.web import addresses
from archive_pipeline.web.api.models import Shot
from archive_pipeline.web.api.photo_models import GroupOut, PhotoOut, PlaceOut, PlacesOut
from archive_pipeline.web.components import PhotoView, ShotGrid
from archive_pipeline.web.pages.parts import button, card_labels, link_button, note, tag
from archive_pipeline.web.pages.photo_facts import show_facts
from archive_pipeline.web.pages.photo_tiles import group_name
from archive_pipeline.web.pages.shell import shell
from archive_pipeline.web.pages.trouble import explain
from archive_pipeline.web.photos.groups import groups_of
from archive_pipeline.web.photos.photo import photo_of
from archive_pipeline.web.service import Service
from archive_pipeline.web.state import SearchState
from archive_pipeline.web.texts import Texts

_NEAREST = 12


def add_photo_page(service: Service) -> None:

    @ui.page("/photo/{photo_id}", response_timeout=30)
    async def photo(request: Request, photo_id: str) -> Response | None:
        archive = service.archive
        with shell(request, "photos", "") as t:
            try:
                shown = await service.search_lane.run(lambda: photo_of(archive, photo_id))
                n = _NEAREST + len(shown.folded)
                near = await service.search(SearchState(like=(photo_id,), collection=(shown.collection,), limit=n))
            except ArchiveError as error:
                return explain(t, request, error)
            groups = await run.io_bound(groups_of, archive, shown.collection)
            by_id = {group.group_id: group for group in groups.groups} if groups else {}
            _head(t, shown, [by_id[key] for key in shown.groups if key in by_id])
            with tag("div", "ap-split"):
                with tag("section", "ap-panel"):
                    errors = {**t.section("error"), "no_connection": t("player.no_connection")}
                    described = shown.description.description if shown.description else None
                    text = shown.caption or shown.title or described or shown.file
                    known = shown.model_dump(mode="json", include={"found", "description"})
                    PhotoView(shown.photo_id, shown.still, text, known, t.section("part"), errors)
                with tag("aside").style("display: flex; flex-direction: column; gap: .7rem"):
                    show_facts(t, shown)
                    if archive.settings.streetclip:
                        _ask_where(t, service, photo_id)
            if shown.folded:
                tag("h2", text=t("photos.folded"))
                with tag("ul", "ap-grid ap-tiles").props("role=list"):
                    for one in shown.folded:
                        with tag("li"), tag("a", "ap-card ap-tile") as tile:
                            tile.props["href"] = addresses.photo_page(one.photo_id)
                            with tag("div", "ap-screen"):
                                tag("img").props('loading=lazy alt=""').props["src"] = one.still
                            with tag("div", "ap-caption"):
                                tag("span", "name", t(f"photos.{one.kind}"))
            if others := _others(near.shots, shown):
                tag("h2", text=t("photos.nearest"))
                grid = ShotGrid(card_labels(t), marking=False, picking=False)
                grid.show(others)
                for event in ("open", "info"):
                    grid.on(event, lambda one: ui.navigate.to(addresses.photo_page(one.args)))
        return None


def _others(near: Sequence[Shot], shown: PhotoOut) -> list[Shot]:
    """Without what shows the same as the photo itself, or the same moment: that is shown beside it."""
    its_own = {one.photo_id for one in shown.folded}
    return [shot for shot in near if its_own.isdisjoint((shot.id, *shot.copies))][:_NEAREST]


def _head(t: Texts, shown: PhotoOut, groups: Sequence[GroupOut]) -> None:
    with tag("div", "ap-row"):
        link = tag("a", text=t("photos.groups"))
        link.props["href"] = addresses.photos_page(shown.collection)
        for name, alike in groupby(groups, partial(group_name, t)):
            group = next(alike)  # a theme of one group has its name
            tag("span", "ap-soft", "›")
            link = tag("a", text=name)
            link.props["href"] = addresses.photos_page(shown.collection, group=group.group_id)
            link.props["data-group"] = group.group_id
        if shown.certainty is not None and not groups:
            tag("span", "ap-soft", "›")
            link = tag("a", text=t("photos.nowhere"))
            link.props["href"] = addresses.photos_page(shown.collection, show="nowhere")
        tag("span", "ap-soft", "›")
        tag("h1", text=shown.file)
        tag("span", "ap-grow")
        link_button(t("photos.find_this"), "/?" + SearchState(like=(shown.photo_id,)).query(), "search").props(
            "data-find-this"
        )


def _ask_where(t: Texts, service: Service, photo_id: str) -> None:
    """Asked when somebody wants to know: it costs the encoder a picture, and may load a model first."""
    with tag("section", "ap-panel") as panel:
        tag("h2", text=t("photos.where"))
        tag("p", "ap-soft ap-small", t("photos.where_text")).style("margin: .3rem 0 .6rem")
        answer: Element = tag("div")

    async def ask() -> None:
        panel.classes(add="ap-busy")
        try:
            found = await service.places(photo_id)
        except ArchiveError as error:
            answer.clear()
            with answer:
                note(t.error(error.code, error.message), "bad", error.code)
            return
        finally:
            panel.classes(remove="ap-busy")
        answer.clear()
        with answer:
            _show_places(t, found)

    with answer:
        button(t("photos.ask_where"), ask, "public")


def _show_places(t: Texts, found: PlacesOut) -> None:
    for name, places in (("countries", found.countries), ("cities", found.cities)):
        tag("h3", text=t(f"photos.{name}"))
        with tag("table", "ap-table"), tag("tbody") as rows:
            rows.props["data-places"] = name
            for place in places:
                with tag("tr"):
                    tag("td", text=_named(place, t.language))
                    tag("td", "num", f"{100 * place.probability:.1f} %")


def _named(place: PlaceOut, language: str) -> str:
    country = f", {place.country[language]}" if place.country else ""
    return place.label[language] + country
