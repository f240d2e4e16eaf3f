"""Pages that say what is wrong, with the right status."""

from fastapi import Request
from fastapi.responses import Response
from nicegui import ui

from archive_pipeline.errors import ArchiveError
from archive_pipeline.web.pages.parts import empty, link_button, note, tag
from archive_pipeline.web.problems import status_of
from archive_pipeline.web.texts import Texts


def explain(t: Texts, request: Request, error: ArchiveError) -> Response:
    """Finish the page that is being built with the error, and answer with its status."""
    with tag("div", "ap-empty"):
        tag("h1", text=t("error.title"))
        note(t.error(error.code, error.message), "bad", error.code).style("margin: 1.5rem auto; max-width: 640px")
        link_button(t("error.home"), "/", "search")
    return ui.context.client.build_response(request, status_of(error))


def not_found(t: Texts) -> None:
    with empty(t("error.not_found"), t("error.not_found_text")):
        link_button(t("error.home"), "/", "search")
