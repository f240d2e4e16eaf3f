"""NiceGUI's pages inside the application."""

from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.staticfiles import StaticFiles
from nicegui import app as nicegui_app
from nicegui import ui
from nicegui.client import Client
from nicegui.page import page

import archive_pipeline.web
from archive_pipeline.web.pages.analysis import add_analysis_page
from archive_pipeline.web.pages.api_docs import add_api_page
from archive_pipeline.web.pages.baskets import add_basket_pages
from archive_pipeline.web.pages.findings import add_findings_page
from archive_pipeline.web.pages.judging import add_judging_page
from archive_pipeline.web.pages.map import add_map_page
from archive_pipeline.web.pages.photo import add_photo_page
from archive_pipeline.web.pages.photos import add_photos_page
from archive_pipeline.web.pages.playground import add_playground_page
from archive_pipeline.web.pages.policies import add_policies_page
from archive_pipeline.web.pages.saved_searches import add_saved_pages
from archive_pipeline.web.pages.search import add_search_page
from archive_pipeline.web.pages.shell import shell
from archive_pipeline.web.pages.status import add_status_page
from archive_pipeline.web.pages.trouble import not_found
from archive_pipeline.web.pages.upload import add_upload_page
from archive_pipeline.web.pages.video import add_video_page
from archive_pipeline.web.pages.videos import add_videos_page
from archive_pipeline.web.security.headers import PagePolicy
from archive_pipeline.web.security.load import PagesInTurn
from archive_pipeline.web.security.upgrades import WebsocketsOnly
from archive_pipeline.web.service import Service

_STATIC = Path(archive_pipeline.web.__file__).parent / "static"
_PATIENCE_S = 20.0  # a laptop that slept for a moment finds its page as it left it


def mount_pages(app: FastAPI, service: Service, dagster_url: str) -> None:
    """Add all pages and what they load; NiceGUI answers everything that no other route does."""
    add_search_page(service)
    add_videos_page(service)
    add_video_page(service)
    add_photos_page(service)
    add_photo_page(service)
    add_map_page(service)
    add_basket_pages(service)
    add_saved_pages(service)
    add_findings_page(service)
    add_analysis_page(service)
    add_policies_page(service)
    add_judging_page(service)
    add_upload_page(service)
    add_playground_page(service)
    add_status_page(service, dagster_url)
    add_api_page(app)
    nicegui_app.add_exception_handler(404, _page_not_found)
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    nicegui_app.add_middleware(PagePolicy)
    nicegui_app.add_middleware(GZipMiddleware, minimum_size=1000)  # outside: it packs what the policy has marked
    nicegui_app.add_middleware(PagesInTurn)
    nicegui_app.add_middleware(WebsocketsOnly)
    ui.run_with(
        app,
        title="Archive",
        favicon=_STATIC / "icon.svg",
        dark=None,
        tailwind=False,
        reconnect_timeout=_PATIENCE_S,
        gzip_middleware_factory=None,
        show_welcome_message=False,
    )


async def _page_not_found(request: Request, _: Exception) -> Response:
    with Client(page(""), request=request) as client, shell(request, "", "404") as t:
        not_found(t)
    return client.build_response(request, 404)
