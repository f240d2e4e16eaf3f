"""Pictures, sources with HTTP ranges, and clips, by the id of a video or photo."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import FileResponse

from archive_pipeline.errors import RequestError
from archive_pipeline.web.media.playable import media_type
from archive_pipeline.web.media.ranges import RangedFile
from archive_pipeline.web.service import Service
from archive_pipeline.web.sources import source_file

_A_WHILE = {"cache-control": "private, max-age=3600"}
_Number = Annotated[int, Query(ge=0, le=10_000_000)]


def media(service: Service) -> APIRouter:
    """The routes under /media."""
    router = APIRouter(prefix="/media", tags=["media"])

    @router.get("/stills/{video_id:path}", response_class=Response)
    def still(video_id: str, at: Annotated[float, Query(ge=-1e7, le=1e7, allow_inf_nan=False)]) -> Response:
        """The kept picture nearest to a time of the video."""
        found = service.archive.still(video_id, at)
        return Response(found.jpeg, media_type="image/jpeg", headers=_A_WHILE | {"x-time-s": f"{found.pts_s:.6f}"})

    @router.get("/photos/{photo_id}", response_class=Response)
    def photo(photo_id: str) -> Response:
        """The picture of a photo, upright, in sRGB, shortest side at most 336 pixels."""
        return Response(service.archive.photo(photo_id), media_type="image/jpeg", headers=_A_WHILE)

    @router.head("/sources/{video_id:path}", include_in_schema=False)
    @router.get("/sources/{video_id:path}", response_class=FileResponse)
    def source(video_id: str) -> RangedFile:
        """The file itself, whole or in ranges, where browsers play it."""
        programme = service.archive.programmes.get(video_id)
        kind = media_type(programme.facts)
        if kind is None:
            raise RequestError(
                "not_playable", f"Browsers do not play {programme.title}: take its clips (/media/clips)."
            )
        entry = service.archive.programmes.entry(video_id)
        return RangedFile(source_file(entry, service.archive.settings.collection_folders), media_type=kind)

    @router.get("/clips/{video_id:path}", response_class=Response)
    async def clip(video_id: str, number: _Number) -> Response:
        """Some seconds of the source, made for a browser on demand; see `clips` of /api/videos."""
        made = await service.clips_lane.run(lambda: service.archive.clip(video_id, number))
        return Response(made.content, media_type=made.mime, headers=_A_WHILE | {"x-from-s": f"{made.from_s:.6f}"})

    return router
