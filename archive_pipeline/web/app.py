"""The application: REST API, media and pages in one, behind its guard rails."""

import logging
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic.warnings import UnsupportedFieldAttributeWarning
from starlette.exceptions import HTTPException

from archive_pipeline.errors import ArchiveError, PassingError, UnknownNameError
from archive_pipeline.settings import Settings
from archive_pipeline.web.api.analyses import analyses_api
from archive_pipeline.web.api.baskets import baskets_api
from archive_pipeline.web.api.corrections import corrections_api
from archive_pipeline.web.api.exports import exports_api
from archive_pipeline.web.api.findings import findings_api
from archive_pipeline.web.api.judgements import judgements_api
from archive_pipeline.web.api.media import media
from archive_pipeline.web.api.photos import photos_api
from archive_pipeline.web.api.policies import policies_api
from archive_pipeline.web.api.routes import api
from archive_pipeline.web.api.saved_searches import saved_searches_api
from archive_pipeline.web.api.uploads import UPLOADS, uploads_api
from archive_pipeline.web.archive import WebArchive
from archive_pipeline.web.pages.mounting import mount_pages
from archive_pipeline.web.problems import status_of
from archive_pipeline.web.security.access import Access
from archive_pipeline.web.security.bodies import BodyBound
from archive_pipeline.web.security.headers import SecurityHeaders
from archive_pipeline.web.security.load import Admission
from archive_pipeline.web.service import Service
from archive_pipeline.web.uploads import MOST_BYTES

_logger = logging.getLogger(__name__)
_RETRY_AFTER_S = "5"
_DESCRIPTION = """Shots of the archive by words, pictures and examples. Every error is a JSON object with a stable
`error_code` and a `message` that says what to do."""


def create_app(settings: Settings, token: str | None, dagster_url: str) -> FastAPI:
    """The application for the archive of `settings`. NiceGUI allows one in a process."""
    silence_parameters()
    archive = WebArchive(settings)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        archive.warm()
        yield
        for one in reversed(service.archives):
            one.close()

    app = FastAPI(
        title="archive_pipeline",
        description=_DESCRIPTION,
        version="1",
        docs_url=None,  # the usual page loads its scripts from elsewhere; ours is at /api/docs
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=life,
    )
    service = Service(archive)
    app.include_router(api(service))
    app.include_router(analyses_api(service))
    app.include_router(baskets_api(service))
    app.include_router(corrections_api(service))
    app.include_router(exports_api(service))
    app.include_router(findings_api(service))
    app.include_router(judgements_api(service))
    app.include_router(photos_api(service))
    app.include_router(policies_api(service))
    app.include_router(saved_searches_api(service))
    app.include_router(uploads_api(archive.uploads))
    app.include_router(media(service))
    _explain_errors(app)
    mount_pages(app, service, dagster_url)
    app.add_middleware(BodyBound, streamed={UPLOADS: MOST_BYTES})
    app.add_middleware(Admission)
    app.add_middleware(Access, token=token, embargo_token=_embargo_token(settings))
    app.add_middleware(SecurityHeaders)
    return app


def silence_parameters() -> None:
    """No warnings of pydantic about the models that FastAPI makes of parameters ('alias' has no effect).

    FastAPI silences them itself, in a block (`catch_warnings`) that another thread's block may undo: what gets through
    as the page starts says nothing of ours.
    """
    warnings.filterwarnings("ignore", category=UnsupportedFieldAttributeWarning)


def _embargo_token(settings: Settings) -> str | None:
    return settings.embargo_token.get_secret_value() if settings.embargo_token else None


def _explain_errors(app: FastAPI) -> None:
    """The asker gets a code and what to do; the log gets what happened."""

    @app.exception_handler(ArchiveError)
    async def archive_error(request: Request, error: ArchiveError) -> JSONResponse:
        status = status_of(error)
        log = _logger.warning if status >= 500 else _logger.info
        log("%s %s: %s", request.method, request.url.path, error)
        near = {"near": list(error.near)} if isinstance(error, UnknownNameError) else {}
        answer = _problem(status, error.code, error.message, **near)
        if isinstance(error, PassingError):
            answer.headers["retry-after"] = _RETRY_AFTER_S
        return answer

    @app.exception_handler(RequestValidationError)
    async def wrong_parameter(_: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"][1:]) or "the request"
        return _problem(422, "bad_parameter", f"{place}: {first['msg']}.")

    @app.exception_handler(HTTPException)
    async def http_error(_: Request, error: HTTPException) -> JSONResponse:
        return _problem(error.status_code, f"http_{error.status_code}", f"{error.detail}.")

    @app.exception_handler(Exception)
    async def bug(request: Request, error: Exception) -> JSONResponse:
        _logger.error("%s %s failed", request.method, request.url.path, exc_info=error)
        return _problem(500, "internal_error", "Something went wrong here, and the log says what. Try again.")


def _problem(status: int, code: str, message: str, **more: object) -> JSONResponse:
    return JSONResponse({"error_code": code, "message": message, **more}, status_code=status)
