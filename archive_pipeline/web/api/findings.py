"""The REST API of findings and their reviews."""

from dataclasses import asdict
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from archive_pipeline.web import findings
from archive_pipeline.web.api import models
from archive_pipeline.web.api.finding_models import Findings, ReviewIn, ReviewOut
from archive_pipeline.web.service import Service


def findings_api(service: Service) -> APIRouter:
    """The routes; all answer errors as `Problem`."""
    problems: dict[int | str, dict[str, object]] = {code: {"model": models.Problem} for code in (404, 422, 503)}
    router = APIRouter(prefix="/api", responses=problems, tags=["findings"])
    archive = service.archive

    @router.get("/findings")
    def list_findings(
        collection: Annotated[str, Query(max_length=64)] = "",
        policy: Annotated[str, Query(max_length=64)] = "",
        question: Annotated[str, Query(max_length=64)] = "",
        min_score: Annotated[
            float | None, Query(ge=0, le=1, description="Of scores and flags; without it, what the policy raises")
        ] = None,
        state: Annotated[Literal["", "open", "confirmed", "dismissed", "unsure"], Query()] = "",
        limit: Annotated[int, Query(ge=1, le=200)] = findings.AT_A_TIME,
        offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    ) -> Findings:
        """Shots with what was found in them and how people reviewed it, the strongest first."""
        asked = findings.FindingsAsked(collection, policy, question, min_score, state, limit, offset)
        return findings.list_findings(archive.published, archive.reviews, asked)

    @router.post("/reviews", status_code=201)
    def review(given: ReviewIn) -> ReviewOut:
        """Say what a finding is. Reviews are kept one after the other; the latest counts."""
        return ReviewOut(**asdict(findings.review(archive.published, archive.reviews, given.model_dump())))

    return router
