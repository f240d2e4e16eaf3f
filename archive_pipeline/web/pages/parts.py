"""Small parts that pages are put together from."""

from collections.abc import Callable, Mapping
from typing import Any

from nicegui import ui
from nicegui.element import Element

from archive_pipeline.web.texts import Texts


def tag(name: str, classes: str = "", text: str = "") -> Element:
    """An HTML element; `text` is shown as it is, never as markup."""
    element = ui.element(name).classes(classes)
    if text:
        with element:
            ui.label(text) if name in ("div", "header") else _plain(element, text)
    return element


def _plain(element: Element, text: str) -> None:
    element._text = text  # NiceGUI's own way for labels and buttons; escaped on its way out


def button(text: str, on_click: Callable[..., Any], icon: str = "", classes: str = "") -> Element:
    element = ui.element("button").classes(f"ap-button {classes}").props("type=button")
    with element:
        if icon:
            ui.icon(icon)
        if text:
            tag("span", text=text)
    element.on("click", on_click)
    return element


def link_button(text: str, address: str, icon: str = "", download: bool = False) -> Element:
    element = ui.element("a").classes("ap-button")
    element.props["href"] = address
    if download:
        element.props["download"] = True
    with element:
        if icon:
            ui.icon(icon)
        tag("span", text=text)
    return element


def page_links(t: Texts, page: int, n_pages: int, address: Callable[[int], str]) -> None:
    """To the page before and the one behind, where there is one; `address` tells each page's, counted from 1."""
    for name, other in (("previous", page - 1), ("more", page + 1)):
        if 1 <= other <= n_pages:
            link_button(t(f"videos.{name}"), address(other))


def choice(name: str, label: str, value: str, options: Mapping[str, str]) -> None:
    """A choice of a form, which is sent as soon as one is made."""
    with tag("select", "ap-input") as select:
        select.props["name"] = name
        select.props["aria-label"] = label
        for key, text in options.items():
            option = tag("option", text=text)
            option.props["value"] = key
            if key == value:
                option.props["selected"] = True
    select.on("change", js_handler="(event) => event.target.form.submit()")


def note(text: str, kind: str = "", code: str = "") -> Element:
    """A line that says something: `kind` is "", warn or bad."""
    element = ui.element("div").classes(f"ap-note {kind}")
    if kind == "bad":
        element.props("role=alert")
    with element:
        tag("span", text=text)
        if code:
            tag("code", text=code)
    return element


def empty(title: str, text: str, command: str = "") -> Element:
    """What stands where there is nothing to show."""
    element = ui.element("div").classes("ap-empty")
    with element:
        tag("h2", text=title)
        tag("p", text=text)
        if command:
            tag("code", "ap-mono", command)
    return element


def card_labels(t: Texts) -> dict[str, object]:
    """The texts of a card of a shot."""
    return {**t.section("card"), "language": t.language}


def clock(seconds: float, *, hours: bool = False) -> str:
    """1:02:03, or 2:03 under an hour, where no `hours` are expected."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}" if hours or minutes >= 60 else f"{minutes}:{rest:02d}"
