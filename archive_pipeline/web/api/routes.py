"""The REST API under /api: search, videos, pictures, curves, maps."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response, UploadFile

from archive_pipeline.search.picture import MOST_PICTURE_BYTES
from archive_pipeline.web.api import convert, models
from archive_pipeline.web.api.parameters import CurveParameters, SearchParameters, known_parameters
from archive_pipeline.web.api.playground import playground
from archive_pipeline.web.cut_outs import cut_out
from archive_pipeline.web.service import Service
from archive_pipeline.web.shared_footage import shared_footage
from archive_pipeline.web.video_lists import list_videos
from archive_pipeline.web.videos_asked import VideosAsked

_PROBLEMS: dict[int | str, dict[str, object]] = {code: {"model": models.Problem} for code in (404, 413, 415, 422, 503)}


def api(service: Service) -> APIRouter:
    """The routes; all answer errors as `Problem`."""
    router = APIRouter(prefix="/api", responses=_PROBLEMS, dependencies=[Depends(known_parameters)])
    _add_search(router, service)
    _add_videos(router, service)
    _add_maps(router, service)
    router.include_router(playground(service))
    return router


def _add_search(router: APIRouter, service: Service) -> None:

    @router.get("/search", tags=["search"])
    async def search(asked: Annotated[SearchParameters, Query()]) -> models.SearchAnswer:
        """Shots by words, by a picture, by both, or by examples. Words are compared with pictures and with what is
        said, described and read in them. Without any of these all that passes the filters, in order of video and time,
        with how many there are."""
        return await service.search(asked.state(), facets=asked.facets)

    @router.post("/pictures", tags=["search"], status_code=201)
    async def give_picture(picture: UploadFile) -> models.PictureOut:
        """Give a picture to search with: JPEG, PNG, WebP or AVIF, at most 25 MB and 50 million pixels. A clean copy is
        kept for a while."""
        data = await picture.read(MOST_PICTURE_BYTES + 1)
        name, clean = await service.pictures_lane.run(lambda: service.archive.pictures.add(data))
        return models.PictureOut(image=name, width=clean.width, height=clean.height)

    @router.post("/pictures/parts", tags=["search"], status_code=201)
    async def give_part(part: models.PartIn) -> models.PictureOut:
        """Take a part of a picture of the archive to search with: of the file where it can be read, else of what is
        stored of it."""
        name, clean = await service.pictures_lane.run(lambda: cut_out(service.archive, part))
        return models.PictureOut(image=name, width=clean.width, height=clean.height)

    @router.get("/pictures/{name}", tags=["search"], response_class=Response)
    def picture(name: str) -> Response:
        """A picture that was given."""
        return Response(service.archive.pictures.get(name).jpeg, media_type="image/jpeg")

    @router.get("/curve/{video_id:path}", tags=["videos"])
    async def curve(video_id: str, asked: Annotated[CurveParameters, Query()]) -> models.CurveOut:
        """How near every frame of a video is to a phrase or a picture, over the programme's time."""
        return await service.curve(video_id, asked.state())


def _add_videos(router: APIRouter, service: Service) -> None:

    @router.get("/collections", tags=["videos"])
    def collections() -> list[models.CollectionOut]:
        """The collections that can be searched."""
        return [models.CollectionOut(collection=name, title=title) for name, title in service.archive.titles().items()]

    @router.get("/concepts", tags=["search"])
    def concepts() -> list[models.OfferedConcept]:
        """The concepts that shots of the published database show, by vocabulary, the most frequent first."""
        return service.archive.concepts.offered()

    @router.get("/objects", tags=["search"])
    def objects() -> list[models.OfferedObject]:
        """What detectors found in shots of the published database, the most frequent first."""
        return service.archive.objects.offered()

    @router.get("/keywords", tags=["search"])
    def keywords() -> list[models.OfferedKeyword]:
        """The keywords that photos of the published database have, the most frequent first."""
        return service.archive.keywords.offered()

    @router.get("/videos", tags=["videos"])
    def videos(asked: Annotated[VideosAsked, Query()]) -> models.Videos:
        """The videos and albums of the published database."""
        return list_videos(service.archive.published, asked)

    @router.get("/shared/{video_id:path}", tags=["videos"])
    def shared(video_id: str) -> list[models.SharedFootageOut]:
        """Where else in the archive footage of the video is seen, in order of time; at most 500 stretches."""
        return shared_footage(service.archive.published, service.archive.programmes.get(video_id).video_id)

    @router.get("/videos/{video_id:path}", tags=["videos"])
    def video(video_id: str) -> models.VideoOut:
        """A video with its shots, scenes and classes, and how to play it."""
        return convert.video(service.archive, service.archive.programmes.get(video_id))


def _add_maps(router: APIRouter, service: Service) -> None:

    @router.get("/maps/frames/{video_id:path}", tags=["maps"])
    async def frame_map(video_id: str) -> models.FrameMap:
        """The frames of a video in two dimensions, near ones near."""
        return await service.maps_lane.run(lambda: convert.frame_map(service.archive.frame_map(video_id)))

    @router.get("/maps/shots/{collection}", tags=["maps"], response_model=models.ShotMap)
    async def shot_map(collection: str) -> Response:
        """The shots of a collection in two dimensions, near ones near. The first time takes a while."""

        def written() -> str:  # here: FastAPI would look at every number once more
            return convert.shot_map(service.archive.collection_map(collection)).model_dump_json()

        return Response(await service.maps_lane.run(written), media_type="application/json")

    @router.get("/shots", tags=["search"])
    async def shots(shot: Annotated[list[str], Query(description="Ids of shots, at most 200")]) -> list[models.Shot]:
        """Shots by id, in that order; those that are not there any more are left out."""
        return await service.shots(shot)
