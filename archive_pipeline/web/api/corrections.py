"""Corrections under /api/corrections: what people put right of a video."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from archive_pipeline.web.api.correction_models import (
    CorrectionIn,
    CorrectionOut,
    SegmentOut,
    TakenBack,
    correction_out,
)
from archive_pipeline.web.api.models import Problem
from archive_pipeline.web.api.parameters import known_parameters
from archive_pipeline.web.service import Service

_PROBLEMS: dict[int | str, dict[str, object]] = {code: {"model": Problem} for code in (404, 422, 503)}
_VideoId = Annotated[str, Query(max_length=5000, description="The video")]


def corrections_api(service: Service) -> APIRouter:
    """The routes; all answer errors as `Problem`."""
    router = APIRouter(
        prefix="/api", tags=["corrections"], responses=_PROBLEMS, dependencies=[Depends(known_parameters)]
    )

    @router.get("/corrections")
    def all_of(video_id: _VideoId) -> list[CorrectionOut]:
        """All that were ever made of a video, in their order, and where each stands now."""
        return [correction_out(row) for row in service.archive.correcting.of(video_id).rows.iter_rows(named=True)]

    @router.post("/corrections", status_code=204)
    def correct(given: CorrectionIn) -> None:
        """Put something right. All are kept, the latest counts; search has it seconds later."""
        service.archive.correcting.correct(given.video_id, given.field, given.target, given.value, given.by)

    @router.post("/corrections/taken_back", status_code=204)
    def take_back(given: TakenBack) -> None:
        """Take a correction back, also one without a place."""
        service.archive.correcting.take_back(given.video_id, given.correction, given.by)

    @router.get("/transcripts")
    def transcript(video_id: _VideoId) -> list[SegmentOut]:
        """What is said in a video, in order of time, as people put it right."""
        said, right = service.archive.correcting.transcript(video_id)
        return [
            SegmentOut(
                **{name: row[name] for name in ("segment", "start_s", "end_s", "text", "speaker", "language")},
                machine_text=machine["text"],
                machine_speaker=machine["speaker"],
                corrected=[correction_out(one) for one in right.of_segment(row["segment"]).values()],
            )
            for row, machine in zip(right.transcript(said).to_dicts(), said.to_dicts(), strict=True)
        ]

    return router
