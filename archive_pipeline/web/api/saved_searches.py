"""Saved searches under /api/saved: kept on the server, with how many shots are new in them since the last look."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Body
from pydantic import BaseModel, Field

from archive_pipeline.store.saved_searches import MOST_NAME, MOST_QUERY, MOST_WEBHOOK, SavedSearch
from archive_pipeline.web import webhooks
from archive_pipeline.web.api.models import Problem
from archive_pipeline.web.service import Service

_PROBLEMS: dict[int | str, dict[str, object]] = {code: {"model": Problem} for code in (404, 422, 503)}


class SavedIn(BaseModel):
    name: str = Field(max_length=MOST_NAME)
    query: str = Field(max_length=MOST_QUERY, description="What /api/search takes: text=boat&collection=films")
    by: str = Field("", max_length=MOST_NAME, description="Who saves it")


class SavedOut(BaseModel):
    saved: str = Field(description="Id; the page /saved/… opens it and counts as a look")
    name: str
    query: str
    by: str
    looked_at: datetime
    n_new: int = Field(
        description="Shots of videos that were ingested or whose embargo ended since the last look, when it was last "
        "counted: those among its first 100 that were not then; without a question all of them. From 100 on there may "
        "be more"
    )
    webhook: str = Field(description="Scheme and host of the address; the rest of it is never shown")
    trouble: str = Field(description="Why the webhook could not be told")


def saved_searches_api(service: Service) -> APIRouter:
    """The routes; all answer errors as `Problem`."""
    router = APIRouter(prefix="/api/saved", tags=["saved searches"], responses=_PROBLEMS)

    @router.get("")
    def every() -> list[SavedOut]:
        """All, by name, as they were last counted: after publications, or when somebody asked."""
        return [_out(one) for one in service.archive.watching.searches.all()]

    @router.post("", status_code=201)
    async def save(given: SavedIn) -> SavedOut:
        """Save a search; it counts as looked at."""
        return _out(
            await service.search_lane.run(lambda: service.archive.watching.save(given.name, given.query, given.by))
        )

    @router.get("/{saved}")
    def get(saved: str) -> SavedOut:
        """As it was last counted."""
        return _out(service.archive.watching.searches.get(saved))

    @router.post("/{saved}/count")
    async def count(saved: str) -> SavedOut:
        """Count it now, which is one search where anything was published since it was counted last."""
        return _out(
            await service.search_lane.run(
                lambda: service.archive.watching.count(service.archive.watching.searches.get(saved))
            )
        )

    @router.post("/{saved}/look")
    async def look(saved: str) -> SavedOut:
        """Say that somebody has looked: what is new is new from now on."""
        return _out(await service.search_lane.run(lambda: service.archive.watching.look(saved)))

    @router.put("/{saved}/webhook")
    def set_webhook(saved: str, address: Annotated[str, Body(embed=True, max_length=MOST_WEBHOOK)]) -> SavedOut:
        """Where JSON is posted when shots are new: event, delivery (the same for every try), saved, name, page, n_new,
        shots (the first 10: id, video_id, start_s, end_s). http or https, no private network; empty: nowhere."""
        return _out(service.archive.watching.set_webhook(saved, address))

    @router.delete("/{saved}", status_code=204)
    def remove(saved: str) -> None:
        """It is not shown any more."""
        service.archive.watching.remove(saved)

    return router


def _out(search: SavedSearch) -> SavedOut:
    return SavedOut(
        saved=search.saved,
        name=search.name,
        query=search.query,
        by=search.by,
        looked_at=search.looked_at,
        n_new=search.n_new,
        webhook=webhooks.shown(search.webhook),
        trouble=search.trouble,
    )
