"""The first requests after a start come at once, and all are answered."""

import sys
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated

import pytest
from fastapi import APIRouter, Depends, FastAPI, Query
from fastapi.testclient import TestClient
from pydantic import Field, TypeAdapter

from archive_pipeline.web.api.parameters import SearchParameters, known_parameters
from archive_pipeline.web.app import silence_parameters

_ROUTES = range(12)


@pytest.fixture
def threads_that_change_often() -> Iterator[None]:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.filterwarnings("ignore:The 'alias' attribute")
@pytest.mark.usefixtures("threads_that_change_often")
def test_requests_that_come_at_once_to_a_page_that_has_just_started_are_all_answered() -> None:
    router = APIRouter(prefix="/api", dependencies=[Depends(known_parameters)])
    for n in _ROUTES:
        router.get(f"/asked/{n}")(_answer_to(type(f"Asked{n}", (SearchParameters,), {"__module__": __name__})))
    app = FastAPI()
    app.include_router(router)
    with TestClient(app, raise_server_exceptions=False) as client, ThreadPoolExecutor(len(_ROUTES)) as askers:
        answers = list(askers.map(lambda n: client.get(f"/api/asked/{n}?text=boat").status_code, _ROUTES))
    assert answers == [200 for _ in _ROUTES]


def _answer_to(model: type[SearchParameters]) -> Callable[..., str]:
    def answer(asked: SearchParameters) -> str:
        return asked.text

    answer.__annotations__["asked"] = Annotated[model, Query()]
    return answer


def test_parameters_are_described_without_a_warning_whatever_other_threads_do_to_filters() -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")  # as FastAPI's own filter is gone where another thread left its block
        silence_parameters()
        TypeAdapter(Annotated[str, Field(alias="language")])
    assert told == []
