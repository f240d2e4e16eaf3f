"""The REST API of photos and their groups."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from archive_pipeline.web.api import models
from archive_pipeline.web.api.parameters import known_parameters
from archive_pipeline.web.api.photo_models import (
    GroupsOut,
    Keywording,
    NameIn,
    PhotoLines,
    PhotoOut,
    PlacesOut,
    Selection,
    SidecarsOut,
)
from archive_pipeline.web.photos.asked import PhotosAsked
from archive_pipeline.web.photos.dots import dots_of
from archive_pipeline.web.photos.groups import groups_of, list_photos, members, rename
from archive_pipeline.web.photos.photo import photo_of, photo_rows
from archive_pipeline.web.photos.sidecars import write_sidecars
from archive_pipeline.web.photos.table import photo_table
from archive_pipeline.web.service import Service

_Collection = Annotated[str, Query(max_length=64, description="A collection of photos")]


def photos_api(service: Service) -> APIRouter:
    """The routes; all answer errors as `Problem`."""
    problems: dict[int | str, dict[str, object]] = {code: {"model": models.Problem} for code in (404, 422, 503)}
    router = APIRouter(prefix="/api", responses=problems, tags=["photos"], dependencies=[Depends(known_parameters)])

    @router.get("/groups")
    def groups(collection: _Collection) -> GroupsOut:
        """The groups that were found in a collection, of every level (archive-pipeline organise)."""
        return groups_of(service.archive, collection)

    @router.put("/groups/{group_id}/name", status_code=204)
    def name_group(group_id: str, given: NameIn) -> None:
        """Give a group a name. It is kept when the collection is organised anew; an empty one takes it back."""
        rename(service.archive, group_id, given.name, given.person)

    @router.get("/photos")
    def photos(asked: Annotated[PhotosAsked, Query()]) -> PhotoLines:
        """Photos of a collection, of a group or of an album; copies and bursts are folded into the one that stands for
        them."""
        return list_photos(service.archive, asked)

    @router.get("/photos.csv", response_class=Response)
    def group_table(group: Annotated[str, Query(max_length=64, description="Id of a group")]) -> Response:
        """All photos of a group as CSV."""
        return _csv(photo_table(photo_rows(service.archive, members(service.archive, group))))

    @router.post("/photos.csv", response_class=Response)
    def table(selected: Selection) -> Response:
        """Photos as CSV, with what their files say."""
        return _csv(photo_table(photo_rows(service.archive, selected.photos)))

    @router.post("/photos/sidecars")
    def sidecars(asked: Keywording) -> SidecarsOut:
        """Write keywords for photos, as XMP files in a folder of their own: the photos are not touched."""
        folder = service.archive.settings.home / "sidecars"
        rows = photo_rows(service.archive, asked.photos)
        return SidecarsOut(n_written=write_sidecars(folder, rows, asked.keywords), folder=str(folder))

    @router.get("/photos/{photo_id}")
    def photo(photo_id: str) -> PhotoOut:
        """A photo with what its file says and where it belongs."""
        return photo_of(service.archive, photo_id)

    @router.get("/photos/{photo_id}/places")
    async def places(photo_id: str) -> PlacesOut:
        """Where it may have been taken, as the model of ARCHIVE_STREETCLIP guesses: ten countries and ten cities."""
        return await service.places(photo_id)

    @router.get("/maps/photos/{collection}", response_class=Response)
    async def photo_map(collection: str) -> Response:
        """The photos of a collection in two dimensions, near ones alike, as numbers (little-endian): how many there are
        (uint32), x and y of each (float32) within −1 … 1, the place of its group among those on top in /api/groups
        (int32; −1: none), and the 16 bytes of its id."""
        dots = await service.maps_lane.run(lambda: dots_of(service.archive, collection))
        return Response(dots, media_type="application/octet-stream")

    return router


def _csv(text: bytes) -> Response:
    headers = {"content-disposition": 'attachment; filename="photos.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)
