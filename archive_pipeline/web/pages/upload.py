"""The page of a single video: send it, and watch it being ingested and analysed."""

from fastapi import Request
from fastapi.responses import Response
from nicegui import ui

from archive_pipeline.errors import ArchiveError
from archive_pipeline.web import addresses
from archive_pipeline.web.fetching import MOST_ADDRESS
from archive_pipeline.web.pages.parts import link_button, note, tag
from archive_pipeline.web.pages.shell import shell
from archive_pipeline.web.pages.trouble import explain
from archive_pipeline.web.service import Service
from archive_pipeline.web.texts import Texts
from archive_pipeline.web.upload_line import Upload

_EVERY_S = 2.0
_PHASES = ("fetching", "waiting", "ingesting", "describing", "done")


def add_upload_page(service: Service) -> None:
    @ui.page("/upload", response_timeout=30)
    async def upload(request: Request) -> Response | None:
        uploads, collection = service.archive.uploads, request.query_params.get("collection", "")
        with shell(request, "findings", "") as t:
            if not collection:
                _form(t)
                return None
            try:
                known = uploads.get(collection)
            except ArchiveError as error:
                return explain(t, request, error)
            content = tag("section", "ap-panel")

            def renew() -> None:
                content.clear()
                with content:
                    _state(t, uploads.get(known.collection))
                if uploads.get(known.collection).phase in ("done", "failed"):
                    timer.deactivate()

            timer = ui.timer(_EVERY_S, renew, immediate=False)
            renew()
        return None


def _form(t: Texts) -> None:
    ui.add_head_html('<script src="/static/upload.js" defer></script>')
    with tag("section", "ap-panel") as form:
        form.props["data-upload-form"] = True
        form.props["data-lost"] = t("error.no_connection")
        tag("h1", text=t("upload.title"))
        tag("p", "ap-soft", t("upload.about"))
        with tag("div", "ap-row"):
            with tag("select", "ap-input") as language:
                language.props["aria-label"] = t("upload.language")
                for code in ("", "en", "es"):
                    option = tag("option", text=t(f"upload.language_{code or 'any'}"))
                    option.props["value"] = code
            file = tag("input", "ap-input").props("type=file data-upload accept=video/*,.mxf,.ts,.mpg,.mkv,.gxf")
            file.props["aria-label"] = t("upload.choose")
            tag("progress").props("hidden max=1 value=0").style("width: 16rem")
        with tag("div", "ap-row"):
            address = tag("input", "ap-input").props(f"type=url data-fetch maxlength={MOST_ADDRESS}").style("flex: 1")
            address.props["placeholder"] = address.props["aria-label"] = t("upload.address")
            tag("button", "ap-button", t("upload.fetch")).props("type=button data-fetch-now")
        tag("p", "ap-soft").props("role=alert data-said")


def _state(t: Texts, upload: Upload) -> None:
    with tag("div", "ap-row"):
        tag("h1", text=upload.file_name)
    if upload.fetched_from:
        where = tag("p", "ap-soft", t("upload.fetched_from", address=upload.fetched_from))
        where.style("overflow-wrap: anywhere")
    if upload.fetched_by:
        tag("p", "ap-soft", t("upload.fetched_by", name=upload.fetched_by))
    reached = _PHASES.index(upload.phase) if upload.phase in _PHASES else -1
    for number, phase in enumerate(_PHASES):
        if phase == "fetching" and upload.phase != "fetching":
            continue  # it was sent, or has come
        kind = "ready" if number < reached or upload.phase == "done" else "running" if number == reached else ""
        with tag("div"):
            tag("span", f"ap-state {kind}", t(f"upload.{phase}"))
    if upload.phase == "failed":
        note(upload.message or t("upload.failed"), "bad")
    elif upload.message:
        note(upload.message, "warn")
    if upload.phase in ("describing", "done"):
        with tag("div", "ap-row"):
            link_button(t("upload.watch"), addresses.video_page(upload.video_id), "play_arrow")
            of_it = addresses.pairs([("collection", upload.collection)])
            link_button(t("findings.title"), f"/findings?{of_it}", "rate_review")
            link_button(t("upload.search"), f"/?{of_it}", "search")
