"""The photos of a collection, by the groups that were found in them."""

from collections.abc import Sequence
from functools import partial

from fastapi import Request
from fastapi.responses import Response
from nicegui import run, ui

from archive_pipeline.errors import ArchiveError, RequestError
from archive_pipeline.store.group_names import MOST_NAME, MOST_NAMED_BY
from archive_pipeline.web import addresses
from archive_pipeline.web.api.photo_models import GroupOut, GroupsOut
from archive_pipeline.web.pages.parts import button, empty, link_button, page_links, tag
from archive_pipeline.web.pages.photo_map import PhotoMap
from archive_pipeline.web.pages.photo_tiles import group_name, group_tiles, photo_tiles
from archive_pipeline.web.pages.shell import shell
from archive_pipeline.web.pages.trouble import explain
from archive_pipeline.web.photos.asked import PhotosAsked
from archive_pipeline.web.photos.groups import groups_of, list_photos, rename
from archive_pipeline.web.service import Service
from archive_pipeline.web.state import SearchState
from archive_pipeline.web.texts import Texts


def add_photos_page(service: Service) -> None:

    @ui.page("/photos", response_timeout=30)
    async def photos(request: Request) -> Response | None:
        archive = service.archive
        with shell(request, "photos", "") as t:
            titles = await run.io_bound(archive.photo_titles) or {}
            asked = PhotosAsked.of(request.query_params)
            if asked.collection and asked.collection not in titles:
                wrong = f"There is no collection {asked.collection!r} of photos."
                return explain(t, request, RequestError("unknown_collection", wrong))
            if not titles:
                empty(t("photos.none_yet"), t("photos.none_yet_text"), "archive-pipeline ingest ~/photos")
                return None
            asked = asked.with_(collection=asked.collection or next(iter(titles)))
            groups = await run.io_bound(groups_of, archive, asked.collection) or _NOTHING
            try:
                listed = None if asked.show == "map" else await run.io_bound(list_photos, archive, asked)
            except RequestError as error:
                return explain(t, request, error)
            _head(t, titles, asked, groups)
            by_id = {group.group_id: group for group in groups.groups}
            if asked.group in by_id:
                _group(t, service, asked, by_id)
            below = _below(groups.groups, asked.group or None)
            if asked.show == "map":
                PhotoMap(service, t, asked.collection, groups)
                return None
            if not groups.n_photos:
                command = f"archive-pipeline organise {asked.collection}"
                empty(t("photos.not_organised"), t("photos.not_organised_text"), command)
            shows_groups = bool(below) and not asked.show and not asked.album
            if shows_groups:
                group_tiles(
                    t,
                    below,
                    lambda group: addresses.photos_page(asked.collection, group=group.group_id),
                    "photos.n_photos",
                )
            if listed and (asked.group or not shows_groups):
                _above_tiles(t, asked, groups, listed.total)
                photo_tiles(t, listed.photos)
                _pages(t, asked, listed.total)
        return None


_NOTHING = GroupsOut(groups=[], n_photos=0, n_nowhere=0, n_uncertain=0)


def _below(groups: Sequence[GroupOut], parent: str | None) -> list[GroupOut]:
    """The groups that a group consists of; where it is a single one, those of that one."""
    found = [group for group in groups if group.parent == parent]
    return _below(groups, found[0].group_id) if len(found) == 1 and parent else found


def _above_tiles(t: Texts, asked: PhotosAsked, groups: GroupsOut, total: int) -> None:
    """How many photos are shown and how many are folded behind them, and what kind of photos these are."""
    sizes = {group.group_id: group.n_photos for group in groups.groups}
    whole = {"nowhere": groups.n_nowhere, "uncertain": groups.n_uncertain}.get(asked.show) or sizes.get(asked.group, 0)
    with tag("div", "ap-row"):
        of_album = f"{asked.album} · " if asked.album else ""
        tag("h2", text=of_album + t("photos.n_photos", n=f"{total:,}"))
        if whole > total and not asked.album:
            tag("span", "ap-soft ap-small", t("photos.n_folded", n=f"{whole - total:,}")).props("data-n-folded")
    if asked.show in ("nowhere", "uncertain"):
        tag("p", "ap-soft ap-small", t(f"photos.{asked.show}_text")).style("margin: 0")


def _head(t: Texts, titles: dict[str, str], asked: PhotosAsked, groups: GroupsOut) -> None:
    with tag("div", "ap-row"):
        tag("h1", text=t("photos.title"))
        with tag("div", "ap-chips"):
            for name, title in titles.items():
                _chip(title, addresses.photos_page(name), name == asked.collection)
    shown = (
        ("", t("photos.groups"), None),
        ("map", t("photos.map"), None),
        ("nowhere", t("photos.nowhere"), groups.n_nowhere),
        ("uncertain", t("photos.uncertain"), groups.n_uncertain),
    )
    with tag("div", "ap-chips"):
        for show, text, n in shown:
            if n is None or n:
                address = addresses.photos_page(asked.collection, show=show)
                _chip(text if n is None else f"{text} ({n:,})", address, show == asked.show, show or "groups")


def _chip(text: str, address: str, is_on: bool, name: str = "") -> None:
    chip = tag("a", "ap-chip", text)
    chip.props["href"] = address
    if is_on:
        chip.props["aria-current"] = "true"
    if name:
        chip.props["data-show"] = name


def _group(t: Texts, service: Service, asked: PhotosAsked, by_id: dict[str, GroupOut]) -> None:
    """Where this group is among the others, its name, and how to give it another one."""
    group = by_id[asked.group]
    above = by_id.get(group.parent or "")
    with tag("div", "ap-row"):
        with tag("nav", "ap-row").style("width: auto"):
            link = tag("a", text=t("photos.groups"))
            link.props["href"] = addresses.photos_page(asked.collection)
            for one in filter(None, (by_id.get(above.parent or "") if above else None, above)):
                tag("span", "ap-soft", "›")
                link = tag("a", text=group_name(t, one))
                link.props["href"] = addresses.photos_page(asked.collection, group=one.group_id)
            tag("span", "ap-soft", "›")
        tag("h2", text=group_name(t, group)).props("data-name")
        tag("span", "ap-soft ap-small", t("photos.n_photos", n=f"{group.n_photos:,}"))
        if group.named_by == "person":
            tag("span", "ap-soft ap-small", t("photos.by_person"))
        tag("span", "ap-grow")
        within = "/?" + SearchState(group=(group.group_id,)).query()
        link_button(t("photos.search_within"), within, "search").props("data-search-within")
        button(t("photos.rename"), partial(_rename, t, service, asked, group), "edit")
        link_button("CSV", "/api/photos.csv?" + addresses.pairs([("group", group.group_id)]), "download", download=True)


def _rename(t: Texts, service: Service, asked: PhotosAsked, group: GroupOut) -> None:
    with ui.dialog(value=True) as dialog, ui.card().classes("ap-dialog").style("max-width: 34rem"):
        tag("h2", text=t("photos.rename"))
        name = ui.input(t("photos.name"), value=group.name[t.language])
        name.props(f"outlined maxlength={MOST_NAME} data-new-name")
        person = ui.input(t("photos.person")).props(f"outlined maxlength={MOST_NAMED_BY}")
        tag("p", "ap-soft ap-small", t("photos.rename_text")).style("margin: 0")

        async def keep() -> None:
            try:
                await run.io_bound(rename, service.archive, group.group_id, name.value or "", person.value or "")
            except ArchiveError as error:
                ui.notify(t.error(error.code, error.message), position="bottom")
                return
            ui.navigate.to(addresses.photos_page(asked.collection, group=group.group_id))

        with tag("div", "ap-row"):
            button(t("photos.keep"), keep, classes="main")
            button(t("search.close"), dialog.close)


def _pages(t: Texts, asked: PhotosAsked, total: int) -> None:
    pages = asked.pages(total)
    with tag("div", "ap-row"):
        tag("span", "ap-soft ap-small", t("photos.page", page=asked.page, pages=pages, total=f"{total:,}"))
        page_links(t, asked.page, pages, lambda other: asked.with_(page=other).address)
