"""What every page has: head, navigation, language, light or dark."""

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import Request
from nicegui import ui

from archive_pipeline.collections.embargo import cleared
from archive_pipeline.web import theme
from archive_pipeline.web.pages.navigation import navigation
from archive_pipeline.web.pages.parts import tag
from archive_pipeline.web.texts import COOKIE, LANGUAGES, Texts, choose_language, texts

_YEAR = "path=/;max-age=31536000;samesite=lax"
_TURN = (
    "() => { const dark = !document.body.classList.contains('body--dark'); Quasar.Dark.set(dark); "
    f"document.cookie = '{theme.COOKIE}=' + (dark ? 'dark' : 'light') + ';{_YEAR}'; }}"
)


def language_of(request: Request) -> Texts:
    """The texts in the language that was chosen or that the browser asks for."""
    return texts(choose_language(request.cookies.get(COOKIE), request.headers.get("accept-language", "")))


@contextmanager
def shell(request: Request, active: str, title: str) -> Iterator[Texts]:
    """The page around the block's content."""
    t = language_of(request)
    ui.page_title(f"{title} · {t('shell.title')}" if title else t("shell.title"))
    ui.add_head_html(
        '<link rel="stylesheet" href="/static/archive.css">'
        f'<script>document.documentElement.lang = "{t.language}"; document.documentElement.dir = "ltr";</script>'
        '<script src="/static/page.js" defer></script>'
    )
    ui.colors(
        primary="#1f6f78", accent="#1f6f78", positive="#2f7d4f", negative="#b03a2e", dark="#1e1f1d", dark_page="#161715"
    )
    ui.dark_mode({"dark": True, "light": False, None: None}[theme.chosen_theme(request)])
    with tag("a", "ap-skip", t("shell.skip")) as skip:
        skip.props["href"] = "#content"
    with tag("header", "ap-top"):
        with tag("a", "ap-brand") as brand:
            brand.props["href"] = "/"
            brand.props["aria-label"] = t("shell.title")
            tag("img").props('src=/static/icon.svg width=22 height=22 alt=""')
            tag("span", text=t("shell.title"))
        navigation(t, active)
        if cleared.get():
            tag("span", "ap-chip", t("shell.embargoed")).props["data-embargoed"] = ""
        with tag("div", "ap-top-right"):
            for code in LANGUAGES:
                choice = tag("button", text=code.upper()).props("type=button")
                choice.props["title"] = texts(code)("language")
                choice.props["data-language"] = code
                choice.props["aria-pressed"] = "true" if code == t.language else "false"
                choice.on(
                    "click", js_handler=f"() => {{ document.cookie = '{COOKIE}={code};{_YEAR}'; location.reload(); }}"
                )
            turn = tag("button").props("type=button")
            turn.props["title"] = turn.props["aria-label"] = t("shell.theme")
            with turn:
                ui.icon("contrast", size="18px")
            turn.on("click", js_handler=_TURN)
    with tag("dialog", "ap-panel ap-keys") as keys:
        keys.props["aria-label"] = t("shell.keys").partition(":")[0]
        for part in t("shell.keys").partition(": ")[2].split(" · "):
            tag("p", text=part)
    with tag("div", "ap-main") as content:  # NiceGUI's own frame is the `main` landmark
        content.props["id"] = "content"
        yield t
