"""The parameters of a search, as `/api/search` documents them."""

from typing import Annotated, Any

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field

from archive_pipeline.errors import RequestError
from archive_pipeline.search.request import Match
from archive_pipeline.suggestions import did_you_mean
from archive_pipeline.web.state import SearchState


async def known_parameters(request: Request) -> None:
    """Raises RequestError `bad_parameter` for what an address says and nobody here would read.

    A coroutine, so that the description is made in the event loop alone: FastAPI caches the fields of models without a
    lock, and threads that describe at once, as after a start, meet each other's fields (KeyError).
    """
    described = request.app.openapi()["paths"].get(request.scope["route"].path_format, {})
    parameters = described.get(request.method.lower(), {}).get("parameters", ())
    known = [parameter["name"] for parameter in parameters if parameter["in"] == "query"]
    for name in request.query_params:
        if name not in known:
            among = f"; there are {', '.join(known)}" if known else ""
            raise RequestError("bad_parameter", f"There is no parameter {name!r}{did_you_mean(name, known)}{among}.")


_Words = Annotated[list[str], Field(max_length=200)]


class SearchParameters(BaseModel):
    """Like the address of a search in the page."""

    model_config = ConfigDict(populate_by_name=True)

    text: str = Field("", description="What is to be seen, in words; at most 500 characters")
    image: str = Field("", description="Name of a picture that was given to /api/pictures")
    weight: float = Field(0.5, description="Share of the text where there is a picture as well, 0 to 1")
    match: Match = Field(
        "all", description="What the text is compared with: the pictures, what is known of shots in words, or both"
    )
    then: str = Field("", description="What is to be seen then, in words: finds pairs of shots of one video")
    within_s: float = Field(
        30.0, description="The second shot of a pair begins at most so many seconds after the first one's end"
    )
    like: _Words = Field([], description="Ids of shots to find more of")
    unlike: _Words = Field([], description="Ids of shots to keep away from")
    collection: _Words = Field([], description="Only these collections")
    video: _Words = Field([], description="Only these videos, by id")
    semantic_class: Annotated[list[int], Field(max_length=200)] = Field(
        [], alias="class", description="Only these semantic classes"
    )
    concept: _Words = Field(
        [], description="Only shots that show this, as vocabulary/concept (see /api/concepts); all of them if several"
    )
    objects: _Words = Field(
        [],
        description="Only shots in which a detector found this (see /api/objects): car, or person>=3 for three and "
        "more; all of them if several",
    )
    keyword: _Words = Field(
        [], description="Only photos that have this keyword (see /api/keywords); all of them if several"
    )
    language: _Words = Field([], description="Only shots in which this is spoken, as en or es; any of them if several")
    where: _Words = Field(
        [],
        description="Only what the archive's list says of a column, as programme:Telediario, rights:TVE; values of one "
        "column are alternatives, columns must all hold",
    )
    dated_from: str = Field(
        "", alias="from", description="Only of that date or later: 1998, 1998-06, 1998-06-15; of photos, when taken"
    )
    dated_to: str = Field(
        "", alias="to", description="Only of that date or earlier, the whole year, month or day included"
    )
    near: str = Field("", description="Only photos taken near a place: latitude,longitude,kilometres")
    box: str = Field("", description="Only photos taken between south,west,north,east, in degrees")
    group: _Words = Field(
        [], description="Only photos and shots of this group of an organised collection, by id; of any if several"
    )
    min_s: float | None = Field(None, description="Shortest shot, in seconds")
    max_s: float | None = Field(None, description="Longest shot, in seconds")
    from_s: float | None = Field(None, description="Only shots that are on after this second of their video")
    to_s: float | None = Field(None, description="Only shots that are on before this second of their video")
    score: float | None = Field(None, description="Lowest score (cosine)")
    by_video: bool = Field(False, description="The best videos, each with its best shots")
    copies: bool = Field(False, description="Every shot of the same footage and copy of a photo, in place of the best")
    rerank: bool = Field(False, description="Order by the best single frame of each shot; slower")
    facets: bool = Field(False, description="Count what the best 200 shots, without a question all, can be narrowed by")
    limit: int = Field(0, description="How many; 0: as many as a page shows; at most 200")
    offset: int = Field(
        0,
        description="How many to leave out, for the pages after the first: of a question up to result 10,000 (500 "
        "videos or pairs), without a question to the end",
    )

    def state(self) -> SearchState:
        values: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value
            for key, value in self.model_dump(exclude={"facets"}).items()
        }
        return SearchState(**values)


class CurveParameters(BaseModel):
    """What a video is compared with."""

    text: str = Field("", description="A phrase, at most 500 characters")
    image: str = Field("", description="Name of a picture that was given to /api/pictures")
    weight: float = Field(0.5, description="Share of the text where there is a picture as well, 0 to 1")

    def state(self) -> SearchState:
        return SearchState(**self.model_dump())
