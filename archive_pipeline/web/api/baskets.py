"""Baskets under /api/baskets: shots that people put together, to cut and hand on."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Body, Query
from pydantic import BaseModel, Field

from archive_pipeline.exports.model import Clip
from archive_pipeline.store.baskets import MOST_TEXT, Basket, Change, Item
from archive_pipeline.web.api.models import Problem
from archive_pipeline.web.service import Service

_PROBLEMS: dict[int | str, dict[str, object]] = {code: {"model": Problem} for code in (404, 422, 503)}


class ItemOut(BaseModel):
    item: str = Field(description="Id of this piece in the basket")
    video_id: str
    shot_id: str
    start_s: float
    end_s: float
    note: str
    timecodes: tuple[str, str] | None = Field(
        description="In and out on the source; null where the video is gone, or its file another one"
    )
    n_frames: int | None


class BasketOut(BaseModel):
    basket: str = Field(description="For the page /basket/… and for basket= of /api/export")
    name: str
    items: list[ItemOut]


class BasketLine(BaseModel):
    basket: str
    name: str
    n_items: int
    changed_at: datetime


class ChangeIn(BaseModel):
    """One thing that is done; see `act` for which of the others count."""

    act: Literal["name", "trim", "note", "move", "remove"] = Field(
        description="name (text), trim (item, start_s, end_s), note (item, text), move (item, to), remove (item)"
    )
    item: str = ""
    start_s: float = 0.0
    end_s: float = 0.0
    text: str = Field("", max_length=MOST_TEXT)
    to: int = 0


def baskets_api(service: Service) -> APIRouter:
    """The routes; all answer errors as `Problem`."""
    router = APIRouter(prefix="/api/baskets", tags=["baskets"], responses=_PROBLEMS)

    @router.get("")
    def recent(limit: Annotated[int, Query(ge=1, le=200)] = 50) -> list[BasketLine]:
        """The baskets of the archive, the last changed first."""
        return [
            BasketLine(basket=one.basket, name=one.name, n_items=len(one.items), changed_at=one.changed_at)
            for one in service.archive.cutting.baskets.recent(limit)
        ]

    @router.post("", status_code=201)
    def create(name: Annotated[str, Body(embed=True, max_length=MOST_TEXT)]) -> BasketOut:
        """A new one."""
        return _shown(service, service.archive.cutting.baskets.create(name))

    @router.get("/{basket}")
    def get(basket: str) -> BasketOut:
        """What is in it, in order."""
        return _shown(service, service.archive.cutting.baskets.get(basket))

    @router.post("/{basket}/shots")
    def put(basket: str, shots: Annotated[list[str], Body(max_length=1000)]) -> BasketOut:
        """Put shots in, at its end."""
        service.archive.cutting.baskets.get(basket)
        return _shown(service, service.archive.cutting.put(basket, shots, ""))

    @router.post("/{basket}")
    def change(basket: str, changes: Annotated[list[ChangeIn], Body(max_length=1000)]) -> BasketOut:
        """Change it; what somebody else took out meanwhile is left alone."""
        done = service.archive.cutting.baskets.change(basket, [Change(**one.model_dump()) for one in changes])
        return _shown(service, done)

    return router


def _shown(service: Service, basket: Basket) -> BasketOut:
    clips = service.archive.selections.of_items(basket.items)
    return BasketOut(basket=basket.basket, name=basket.name, items=list(map(_item, basket.items, clips)))


def _item(item: Item, clip: Clip | None) -> ItemOut:
    return ItemOut(
        item=item.item,
        video_id=item.video_id,
        shot_id=item.shot_id,
        start_s=item.start_s,
        end_s=item.end_s,
        note=item.note,
        timecodes=clip.timecodes if clip else None,
        n_frames=clip.n_frames if clip else None,
    )
