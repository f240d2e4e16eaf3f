"""The documentalists' test under /api/judgements: ask, mark the first right shot or "not there", figures."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from archive_pipeline.exports.spreadsheet import spreadsheet_csv
from archive_pipeline.search.rank_figures import Duel, Figure
from archive_pipeline.stages.judged import Judged, judged, runs
from archive_pipeline.store.judgements import MOST_NAME, MOST_TEXT
from archive_pipeline.web.api import convert, models
from archive_pipeline.web.judging import Question, shown
from archive_pipeline.web.service import Service

_PROBLEMS: dict[int | str, dict[str, object]] = {code: {"model": models.Problem} for code in (404, 422, 503)}


class QuestionIn(BaseModel):
    run: str = Field(max_length=MOST_NAME, description="Name of the run; it begins with its first judgement")
    person: str = Field("", max_length=MOST_NAME)
    text: str = Field(max_length=MOST_TEXT)
    ranking: str = Field(description="all, picture or words, +rerank if you like, @collection: all@films")
    against: str = Field("", description="A ranking to be mixed into it, blind")


class QuestionOut(BaseModel):
    question: str = Field(description="To judge it by")
    shots: list[models.Shot] = Field(description="At most 50, in order; nothing says which ranking one is of")


class JudgementIn(BaseModel):
    shot_id: str = Field("", description="The first right shot; empty: it is not there")


class JudgementOut(BaseModel):
    rank: int = Field(description="From 1; 0: not there")
    credited: str = Field(description="Of two rankings, the one that it came from")


class RunOut(BaseModel):
    run: str
    n: int
    people: list[str]
    last: datetime


class FigureOut(BaseModel):
    metric: str = Field(description="r_at_1 … r_at_50, mrr, not_there")
    value: float
    low: float = Field(description="With `high`, the bounds of 95 % confidence")
    high: float
    n: int


class DuelOut(BaseModel):
    first: int
    second: int
    p: float = Field(description="Two-sided sign test")


class JudgedOut(BaseModel):
    ranking: str
    against: str
    model: str
    person: str | None = Field(description="null: everybody")
    language: str | None = Field(description="null: all")
    figures: list[FigureOut]
    duel: DuelOut | None


def judgements_api(service: Service) -> APIRouter:
    """The routes; all answer errors as `Problem`."""
    router = APIRouter(prefix="/api/judgements", tags=["judgements"], responses=_PROBLEMS)

    @router.post("/questions", status_code=201)
    async def ask(asked: QuestionIn) -> QuestionOut:
        """Ask as usual."""

        def work() -> QuestionOut:
            question = service.archive.judging.ask(asked.run, asked.person, asked.text, asked.ranking, asked.against)
            return QuestionOut(question=question.question, shots=shots_of(service, question))

        return await service.search_lane.run(work)

    @router.post("/questions/{question}", status_code=201)
    def judge(question: str, judged: JudgementIn) -> JudgementOut:
        """Say which shot is the first right one. A question is judged once."""
        kept = service.archive.judging.judge(question, judged.shot_id)
        return JudgementOut(rank=kept.rank, credited=kept.credited)

    @router.get("/runs")
    def every_run() -> list[RunOut]:
        """The runs, the last judged first."""
        return [RunOut.model_validate(run) for run in runs(service.archive.judging.judgements.all()).to_dicts()]

    @router.get("/figures")
    def figures(run: Annotated[str, Query(max_length=MOST_NAME)]) -> list[JudgedOut]:
        """What a run came to: all of it, then by person, then by language, for every ranking and encoder."""
        return [_judged(one) for one in judged(service.archive.judging.judgements.of_run(run))]

    @router.get("/csv", response_class=Response)
    def csv(run: Annotated[str, Query(max_length=MOST_NAME)]) -> Response:
        """The judgements of a run, in the order in which they were made."""
        archive = service.archive
        made = archive.judging.judgements.of_run(run)
        table = spreadsheet_csv(made.filter([archive.allows(video_id) for video_id in made["video_id"]]))
        headers = {"content-disposition": 'attachment; filename="judgements.csv"'}
        return Response(table, media_type="text/csv; charset=utf-8", headers=headers)

    return router


def shots_of(service: Service, question: Question) -> list[models.Shot]:
    """As cards, in the order in which they are shown, without anything that tells two rankings apart."""
    plain = (
        replace(
            found, rank=0, score=0.0, model="", best_frame_s=None, by_picture=False, by_words=False, texts=(), copies=()
        )
        for found in shown(question)
    )
    return [card for card in (convert.shot(service.archive, found) for found in plain) if card]


def _judged(found: Judged) -> JudgedOut:
    return JudgedOut(
        ranking=found.ranking,
        against=found.against,
        model=found.model,
        person=found.person,
        language=found.language,
        figures=[_figure(one) for one in found.figures],
        duel=_duel(found.duel) if found.duel else None,
    )


def _figure(found: Figure) -> FigureOut:
    return FigureOut(metric=found.metric, value=found.value, low=found.low, high=found.high, n=found.n)


def _duel(found: Duel) -> DuelOut:
    return DuelOut(first=found.first, second=found.second, p=found.p)
