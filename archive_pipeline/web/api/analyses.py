"""The REST API of mass analyses: a whole collection put to its policies."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from archive_pipeline.web.api import models
from archive_pipeline.web.mass_analysis import Phase
from archive_pipeline.web.service import Service


class SecondCostOut(BaseModel):
    n_requests: int | None = Field(description="By the share flagged so far; null where nothing was judged yet")
    prompt_tokens: int | None
    completion_tokens: int | None
    seconds: float | None
    sample: float = Field(description="Share of the shots that are not flagged of which it is asked")
    n_drawn: int = Field(description="Shots that were not flagged and asked about again, so far")
    n_raised: int = Field(description="Of these, those in which the second answer raises something")


class MassAnalysisOut(BaseModel):
    collection: str
    phase: Phase = Field(description="waiting (nobody has started it), running, ended (by a person), done or failed")
    message: str | None = Field(description="Why it failed, or what it could not do")
    policies: list[str]
    n_videos: int = Field(description="Videos that are published")
    n_done: int = Field(description="Of these, judged by today's policies, or by former ones")
    n_failed: int
    n_shots: int = Field(description="Shots of the others")
    n_requests: int = Field(description="To the server, for them")
    prompt_tokens: int | None = Field(description="An estimate by former requests; null where there are none")
    completion_tokens: int | None
    seconds: float | None
    second: SecondCostOut | None = Field(description="Where its file asks for second opinions: what these take then")


def analyses_api(service: Service) -> APIRouter:
    """The routes; all answer errors as `Problem`."""
    problems: dict[int | str, dict[str, object]] = {code: {"model": models.Problem} for code in (404, 422, 503)}
    router = APIRouter(prefix="/api/analyses", responses=problems, tags=["findings"])

    @router.get("/{collection}")
    def state(collection: str) -> MassAnalysisOut:
        """What it costs, and how far it is."""
        return _out(service, collection)

    @router.post("/{collection}", status_code=202)
    def start(collection: str) -> MassAnalysisOut:
        """Start it, or go on with it. One is at work at a time."""
        service.archive.analyses.start(collection)
        return _out(service, collection)

    @router.delete("/{collection}")
    def end(collection: str) -> MassAnalysisOut:
        """End it. What was answered is kept."""
        service.archive.analyses.end(collection)
        return _out(service, collection)

    return router


def _out(service: Service, collection: str) -> MassAnalysisOut:
    return MassAnalysisOut.model_validate(service.archive.analysis(collection), from_attributes=True)
