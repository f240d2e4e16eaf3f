"""Which photos of a collection are wanted: the address of the page Photos, and what `/api/photos` takes."""

from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from archive_pipeline.web import addresses
from archive_pipeline.web.state import Parameters
from archive_pipeline.web.whole_numbers import whole_number

Show = Literal["", "map", "nowhere", "uncertain"]
AT_A_TIME, MOST_AT_ONCE = 60, 200
_MOST_PAGES = 100_000


class PhotosAsked(BaseModel):
    """The field names are the names in the address."""

    model_config = ConfigDict(frozen=True)

    collection: str = Field("", max_length=64, description="A collection of photos")
    group: str = Field("", max_length=64, description="Only photos of this group, by id")
    album: str = Field("", max_length=2000, description="Only photos of this album, by id")
    show: Show = Field("", description="nowhere: only photos of no group; uncertain: only those of which it is unsure")
    page: int = Field(1, ge=1, le=_MOST_PAGES, description="Which page of so many")
    limit: int = Field(AT_A_TIME, ge=1, le=MOST_AT_ONCE, description="Photos of a page")

    @classmethod
    def of(cls, parameters: Parameters) -> "PhotosAsked":
        """Read from an address; what cannot be meant is passed over."""

        def last(key: str, most: int = 64) -> str:
            return (parameters.getlist(key) or [""])[-1][:most]

        show = next((one for one in get_args(Show) if one == last("show")), "")
        page = max(whole_number(last("page"), _MOST_PAGES) or 1, 1)
        return cls(collection=last("collection"), group=last("group"), album=last("album", 2000), show=show, page=page)

    def with_(self, **changes: object) -> "PhotosAsked":
        return self.model_copy(update=changes)

    def pages(self, total: int) -> int:
        return max(1, -(-total // self.limit))

    @property
    def address(self) -> str:
        """Of the page that shows them."""
        page = str(self.page) if self.page > 1 else ""
        return addresses.photos_page(self.collection, group=self.group, album=self.album, show=self.show, page=page)
