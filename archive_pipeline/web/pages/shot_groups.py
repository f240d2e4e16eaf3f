"""What recurs in a collection of videos: its groups of shots as tiles, each a search within it."""

from archive_pipeline.web.api.photo_models import GroupOut, GroupsOut
from archive_pipeline.web.pages.parts import tag
from archive_pipeline.web.pages.photo_tiles import group_name, group_tiles
from archive_pipeline.web.state import SearchState
from archive_pipeline.web.texts import Texts

_MOST_SHOWN = 120
"""Groups; all of them are rows of the view `shot_groups`."""


def show_groups(t: Texts, collection: str, found: GroupsOut) -> None:
    """Themes, the largest first, each with its groups; how to have them looked for where there are none."""
    with tag("section").props("data-groups"):
        tag("h2", text=t("map.groups"))
        if not found.groups:
            tag("p", "ap-soft ap-small", t("map.not_organised")).style("margin: .3rem 0")
            tag("code", "ap-mono", f"archive-pipeline organise {collection}")
            return
        tag("p", "ap-soft ap-small", t("map.groups_text")).style("margin: .3rem 0 .6rem")
        left = _MOST_SHOWN
        for theme in (group for group in found.groups if group.level == 0):
            if left <= 0:
                break
            own = [group for group in found.groups if group.parent == theme.group_id][:left]
            left -= len(own)
            with tag("h3").style("margin: .9rem 0 .4rem"):
                link = tag("a", text=group_name(t, theme))
                link.props["href"] = _within(theme)
                tag("span", "ap-soft ap-small", t("map.selected", n=f"{theme.n_photos:,}")).style("margin-left: .6rem")
            group_tiles(t, own, _within, "map.selected")


def _within(group: GroupOut) -> str:
    return "/?" + SearchState(group=(group.group_id,)).query()
