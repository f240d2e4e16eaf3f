"""Tiles: groups of photos by the picture that stands for each, and photos."""

from collections.abc import Callable, Sequence

from nicegui.element import Element

from archive_pipeline.web import addresses
from archive_pipeline.web.api.photo_models import GroupOut, PhotoLine
from archive_pipeline.web.pages.parts import tag
from archive_pipeline.web.texts import Texts


def group_name(t: Texts, group: GroupOut) -> str:
    return group.name[t.language] or t("photos.unnamed")


def group_tiles(t: Texts, groups: Sequence[GroupOut], address: Callable[[GroupOut], str], counted: str) -> None:
    """`counted`: the text that says how many pictures, `n`, are in a group."""
    with tag("ul", "ap-grid ap-tiles").props("role=list"):
        for group in groups:
            with tag("li"):
                tile = _tile(address(group), group.still)
                tile.props["data-group"] = group.group_id
                with tile:
                    _caption(group_name(t, group), t(counted, n=f"{group.n_photos:,}"))


def photo_tiles(t: Texts, photos: Sequence[PhotoLine]) -> None:
    with tag("ul", "ap-grid ap-tiles").props("role=list"):
        for photo in photos:
            with tag("li"):
                tile = _tile(addresses.photo_page(photo.photo_id), photo.still)
                tile.props["data-photo"] = photo.photo_id
                with tile:
                    more = t("photos.and_more", n=photo.n_folded) if photo.n_folded else ""
                    _caption(photo.path.rpartition("/")[2], more, photo.path)


def _tile(address: str, picture: str) -> Element:
    tile = tag("a", "ap-card ap-tile")
    tile.props["href"] = address
    with tile, tag("div", "ap-screen"):
        image = tag("img").props('loading=lazy alt=""')
        image.props["src"] = picture
    return tile


def _caption(name: str, said: str, hint: str = "") -> None:
    with tag("div", "ap-caption"):
        named = tag("span", "name", name)
        named.props["title"] = hint or name
        if said:
            tag("div", "times", said)
