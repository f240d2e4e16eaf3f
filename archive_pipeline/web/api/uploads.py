"""The REST API of uploads: a single video, sent as it is."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from archive_pipeline.web.api import models
from archive_pipeline.web.fetching import MOST_ADDRESS
from archive_pipeline.web.upload_line import Phase, Upload
from archive_pipeline.web.uploads import MOST_BYTES, Uploads
from archive_pipeline.web.whole_numbers import whole_number

UPLOADS = "/api/uploads"


class UploadOut(BaseModel):
    collection: str = Field(description="The collection that the video became")
    video_id: str
    phase: Phase = Field(description="fetching, waiting, ingesting, describing, done or failed")
    message: str | None = Field(description="Why it failed, or what could not be done")
    fetched_from: str = Field(description="Its address, without the query; empty: it was sent")
    fetched_by: str = Field(description="Who asked, as they call themselves")


class FetchIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    address: str = Field(
        max_length=MOST_ADDRESS,
        description="http or https, of the file itself or, with the extra `platforms`, of a page",
    )
    language: Literal["", "en", "es"] = Field("", description="Of speech and answers; empty: detected")
    by: str = Field("", max_length=100, description="Who asks; kept with where it came from")


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

    @router.post(UPLOADS + "/fetched", status_code=202)
    def fetch(asked: FetchIn) -> UploadOut:
        """Have this server fetch a video from an address: a file or, with the extra `platforms`, what is on a page of a
        platform. It comes and goes the way of one that was sent."""
        return _out(uploads.fetch(asked.address, asked.language, asked.by))

    @router.get(UPLOADS + "/{collection}")
    def state(collection: str) -> UploadOut:
        """How far it is."""
        return _out(uploads.get(collection))

    return router


def _out(upload: Upload) -> UploadOut:
    return UploadOut(
        collection=upload.collection,
        video_id=upload.video_id,
        phase=upload.phase,
        message=upload.message,
        fetched_from=upload.fetched_from,
        fetched_by=upload.fetched_by,
    )
