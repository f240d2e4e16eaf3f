"""The REST API of findings and their reviews."""

from dataclasses import asdict, replace
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from archive_pipeline.web import findings
from archive_pipeline.web.api import models
from archive_pipeline.web.api.finding_models import Findings, ReviewIn, ReviewOut
from archive_pipeline.web.findings_report import ReportKind, as_csv, as_html, collect
from archive_pipeline.web.service import Service
from archive_pipeline.web.texts import texts


def _asked(
    collection: Annotated[str, Query(max_length=64)] = "",
    policy: Annotated[str, Query(max_length=64)] = "",
    question: Annotated[str, Query(max_length=64)] = "",
    min_score: Annotated[
        float | None, Query(ge=0, le=1, description="Of scores and flags; without it, what the policy raises")
    ] = None,
    state: Annotated[Literal["", "open", "confirmed", "dismissed", "unsure"], Query()] = "",
    answers: Annotated[
        Literal["", "differ", "agree"], Query(description="Of two that were asked: they differ, or both raise it")
    ] = "",
) -> findings.FindingsAsked:
    return findings.FindingsAsked(collection, policy, question, min_score, state, answers)


_Asked = Annotated[findings.FindingsAsked, Depends(_asked)]


def findings_api(service: Service) -> APIRouter:
    """The routes; all answer errors as `Problem`."""
    problems: dict[int | str, dict[str, object]] = {code: {"model": models.Problem} for code in (404, 422, 503)}
    router = APIRouter(prefix="/api", responses=problems, tags=["findings"])

    @router.get("/findings")
    def list_findings(
        asked: _Asked,
        limit: Annotated[int, Query(ge=1, le=200)] = findings.AT_A_TIME,
        offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    ) -> Findings:
        """Shots with what was found in them and how people reviewed it, the strongest first."""
        wanted = replace(asked, limit=limit, offset=offset)
        return findings.list_findings(service.archive.published, service.archive.reviews, wanted)

    @router.get("/findings/report/{kind}", response_class=Response)
    async def report(
        request: Request,
        kind: ReportKind,
        asked: _Asked,
        language: Annotated[Literal["en", "es"], Query()] = "en",
    ) -> Response:
        """The first 500 shots of the same as a file to hand on: `html` with their pictures, or `csv`."""
        t, archive = texts(language), service.archive

        def write() -> bytes:
            collected = collect(archive, asked, t)
            if kind == "csv":
                return as_csv(collected)
            return as_html(collected, archive, t, str(request.base_url).rstrip("/"))

        content = await service.exports_lane.run(write)
        name = f"findings.{kind}"
        headers = {"content-disposition": f'attachment; filename="{name}"'}
        return Response(content, media_type=f"text/{kind}; charset=utf-8", headers=headers)

    @router.post("/reviews", status_code=201)
    def review(given: ReviewIn) -> ReviewOut:
        """Say what a finding is. Reviews are kept one after the other; the latest counts."""
        return ReviewOut(
            **asdict(findings.review(service.archive.published, service.archive.reviews, given.model_dump()))
        )

    return router
