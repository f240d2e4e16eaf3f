"""The REST API of uploads: a single video, sent as it is."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from archive_pipeline.web.api import models
from archive_pipeline.web.upload_line import Phase, Upload
from archive_pipeline.web.uploads import MOST_BYTES, Uploads
from archive_pipeline.web.whole_numbers import whole_number

UPLOADS = "/api/uploads"


class UploadOut(BaseModel):
    collection: str = Field(description="The collection that the video became")
    video_id: str
    phase: Phase = Field(description="waiting, ingesting, describing, done or failed")
    message: str | None = Field(description="Why it failed, or what could not be done")


def uploads_api(uploads: Uploads) -> APIRouter:
    """The routes; all answer errors as `Problem`."""
    problems: dict[int | str, dict[str, object]] = {code: {"model": models.Problem} for code in (404, 413, 415, 503)}
    router = APIRouter(responses=problems, tags=["uploads"])

    @router.put(UPLOADS, status_code=201)
    async def send(
        request: Request,
        name: Annotated[str, Query(max_length=300, description="The file's name")],
        language: Annotated[Literal["", "en", "es"], Query(description="Of speech and answers; empty: detected")] = "",
    ) -> UploadOut:
        """Send a video, the file itself as the body. It becomes a collection of one, is ingested and analysed."""
        size = whole_number(request.headers.get("content-length", ""), MOST_BYTES)
        return _out(await uploads.receive(name, size, language, request.stream()))

    @router.get(UPLOADS + "/{collection}")
    def state(collection: str) -> UploadOut:
        """How far it is."""
        return _out(uploads.get(collection))

    return router


def _out(upload: Upload) -> UploadOut:
    return UploadOut(collection=upload.collection, video_id=upload.video_id, phase=upload.phase, message=upload.message)
