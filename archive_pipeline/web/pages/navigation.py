"""The way from page to page: what is used most in a row, the rest in one menu; all of it there where room is short."""

from nicegui import ui

from archive_pipeline.web.pages.parts import tag
from archive_pipeline.web.texts import Texts

_MOST_USED = (
    ("search", "/"),
    ("videos", "/videos"),
    ("photos", "/photos"),
    ("map", "/map"),
    ("findings", "/findings"),
)
_MORE = (
    ("baskets", "/baskets"),
    ("saved", "/saved"),
    ("test", "/test"),
    ("playground", "/playground"),
    ("status", "/status"),
    ("api", "/api/docs"),
)


def navigation(t: Texts, active: str) -> None:
    """`active`: the entry that is shown as current; "" for none."""
    in_menu = active in dict(_MORE)
    with tag("nav", "ap-nav") as nav:
        nav.props["aria-label"] = t("shell.pages")
        for name, address in _MOST_USED:
            _entry(t, name, address, active, "ap-wide")
        with tag("details", "ap-menu ap-more"):
            with tag("summary") as summary:
                if in_menu:
                    summary.props["data-active"] = ""
                tag("span", "ap-wide", t(f"shell.{active}" if in_menu else "shell.more"))
                tag("span", "ap-narrow", t(f"shell.{active}" if active else "shell.more"))
                ui.icon("expand_more", size="18px")
            with tag("div", "ap-menu-list"):
                for name, address in _MOST_USED:
                    _entry(t, name, address, active, "ap-narrow")
                for name, address in _MORE:
                    _entry(t, name, address, active, "")


def _entry(t: Texts, name: str, address: str, active: str, classes: str) -> None:
    item = tag("a", classes, t(f"shell.{name}"))
    item.props["href"] = address
    if name == active:
        item.props["aria-current"] = "page"
