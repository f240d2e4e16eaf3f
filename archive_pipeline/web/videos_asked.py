"""Which videos are listed, and in which order: the address of the page Videos, and what `/api/videos` takes."""

from datetime import UTC, date, datetime, timedelta
from typing import Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field

from archive_pipeline.search.dates import period
from archive_pipeline.web import addresses
from archive_pipeline.web.state import Parameters
from archive_pipeline.web.whole_numbers import whole_number

Sort = Literal["title", "date", "duration", "newest"]
Status = Literal["", "ready", "failed"]
AT_A_TIME = 60
_MOST_PAGES = 100_000
_MOST_DATE = 20
_DAY_0 = datetime(1970, 1, 1, tzinfo=UTC)


class VideosAsked(BaseModel):
    """The field names are the names in the address, but for `from` and `to`."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    collection: str = Field("", max_length=64, description="Only this collection")
    status: Status = Field("", description="Only these")
    contains: str = Field("", max_length=200, description="Part of the id, title, programme or tape")
    dated_from: str = Field(
        "",
        alias="from",
        max_length=_MOST_DATE,
        description="Of that date or later, in the archive's list: 1987, 1987-12-31",
    )
    dated_to: str = Field(
        "", alias="to", max_length=_MOST_DATE, description="Of that date or earlier, in the archive's list"
    )
    sort: Sort = Field("title", description="Titles from A; dates from the oldest, the longest and the newest first")
    limit: int = Field(100, ge=1, le=1000)
    offset: int = Field(0, ge=0, le=10_000_000)

    @classmethod
    def of(cls, parameters: Parameters) -> Self:
        """A page, read from an address; what cannot be meant is passed over, but for dates, which `days` tells of."""

        def last(key: str) -> str:
            return (parameters.getlist(key) or [""])[-1]

        page = max(whole_number(last("page"), _MOST_PAGES) or 1, 1)
        return cls(
            collection=last("collection")[:64],
            status=next((one for one in get_args(Status) if one == last("status")), ""),
            contains=last("contains")[:200],
            dated_from=last("from").strip()[:_MOST_DATE],
            dated_to=last("to").strip()[:_MOST_DATE],
            sort=next((one for one in get_args(Sort) if one == last("sort")), "title"),
            limit=AT_A_TIME,
            offset=(page - 1) * AT_A_TIME,
        )

    @property
    def days(self) -> tuple[date | None, date | None]:
        """First day, and the one after the last. Raises RequestError `bad_filter`."""
        asked = period(self.dated_from, self.dated_to)
        bounds = (asked.from_s, asked.before_s)
        first, behind = (None if at is None else (_DAY_0 + timedelta(seconds=at)).date() for at in bounds)
        return first, behind

    @property
    def page(self) -> int:
        """From 1."""
        return self.offset // self.limit + 1

    def address(self, page: int) -> str:
        """Of the page Videos."""
        usual = VideosAsked()
        written = {
            "collection": "collection", "status": "status", "contains": "contains", "dated_from": "from",
            "dated_to": "to", "sort": "sort",
        }  # fmt: skip
        changed = [
            (key, getattr(self, name)) for name, key in written.items() if getattr(self, name) != getattr(usual, name)
        ]
        return "/videos?" + addresses.pairs([*changed, ("page", str(page))])
