"""The REST API under /api: search, videos, pictures, curves, maps, cut lists."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response, UploadFile

from archive_pipeline.errors import RequestError
from archive_pipeline.search.picture import MOST_PICTURE_BYTES
from archive_pipeline.web.api import convert, models
from archive_pipeline.web.api.parameters import CurveParameters, SearchParameters, known_parameters
from archive_pipeline.web.api.playground import playground
from archive_pipeline.web.archive import WebArchive
from archive_pipeline.web.cutlist.edl import MOST_EVENTS, edl
from archive_pipeline.web.cutlist.spans import Span, span_of
from archive_pipeline.web.cutlist.table import csv_table
from archive_pipeline.web.service import Service
from archive_pipeline.web.video_lists import list_videos

_PROBLEMS: dict[int | str, dict[str, object]] = {code: {"model": models.Problem} for code in (404, 413, 415, 422, 503)}

_Shots = Annotated[list[str], Query(description="Ids of shots, in the order of the list; at most 999")]
_Video = Annotated[str, Query(description="Instead of shots: all those of this video, by its id")]


def api(service: Service) -> APIRouter:
    """The routes; all answer errors as `Problem`."""
    router = APIRouter(prefix="/api", responses=_PROBLEMS, dependencies=[Depends(known_parameters)])
    _add_search(router, service)
    _add_videos(router, service)
    _add_maps(router, service)
    _add_cut_lists(router, service)
    router.include_router(playground(service))
    return router


def _add_search(router: APIRouter, service: Service) -> None:
    archive = service.archive

    @router.get("/search", tags=["search"])
    async def search(asked: Annotated[SearchParameters, Query()]) -> models.SearchAnswer:
        """Shots by words, by a picture, by both, or by examples. Words are compared with pictures and with what is
        said, described and read in them."""
        return await service.search(asked.state())

    @router.post("/pictures", tags=["search"], status_code=201)
    async def give_picture(picture: UploadFile) -> models.PictureOut:
        """Give a picture to search with: JPEG, PNG, WebP or AVIF, at most 25 MB and 50 million pixels. A clean copy is
        kept for a while."""
        data = await picture.read(MOST_PICTURE_BYTES + 1)
        name, clean = await service.pictures_lane.run(lambda: archive.pictures.add(data))
        return models.PictureOut(image=name, width=clean.width, height=clean.height)

    @router.get("/pictures/{name}", tags=["search"], response_class=Response)
    def picture(name: str) -> Response:
        """A picture that was given."""
        return Response(archive.pictures.get(name).jpeg, media_type="image/jpeg")

    @router.get("/curve/{video_id:path}", tags=["videos"])
    async def curve(video_id: str, asked: Annotated[CurveParameters, Query()]) -> models.CurveOut:
        """How near every frame of a video is to a phrase or a picture, over the programme's time."""
        return await service.curve(video_id, asked.state())


def _add_videos(router: APIRouter, service: Service) -> None:
    archive = service.archive

    @router.get("/collections", tags=["videos"])
    def collections() -> list[models.CollectionOut]:
        """The collections that can be searched."""
        return [models.CollectionOut(collection=name, title=title) for name, title in archive.titles().items()]

    @router.get("/concepts", tags=["search"])
    def concepts() -> list[models.OfferedConcept]:
        """The concepts that shots of the published database show, by vocabulary, the most frequent first."""
        return archive.concepts.offered()

    @router.get("/objects", tags=["search"])
    def objects() -> list[models.OfferedObject]:
        """What detectors found in shots of the published database, the most frequent first."""
        return archive.objects.offered()

    @router.get("/videos", tags=["videos"])
    def videos(
        collection: str = "",
        status: Annotated[str, Query(description="ready or failed")] = "",
        contains: Annotated[str, Query(max_length=200, description="Part of the id")] = "",
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
        offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    ) -> models.Videos:
        """The videos of the published database, sorted by id."""
        return list_videos(archive.published, collection, status, contains, limit, offset)

    @router.get("/videos/{video_id:path}", tags=["videos"])
    def video(video_id: str) -> models.VideoOut:
        """A video with its shots, scenes and classes, and how to play it."""
        return convert.video(archive, archive.programmes.get(video_id))


def _add_maps(router: APIRouter, service: Service) -> None:
    archive = service.archive

    @router.get("/maps/frames/{video_id:path}", tags=["maps"])
    async def frame_map(video_id: str) -> models.FrameMap:
        """The frames of a video in two dimensions, near ones near."""
        return await service.maps_lane.run(lambda: convert.frame_map(archive.frame_map(video_id)))

    @router.get("/maps/shots/{collection}", tags=["maps"], response_model=models.ShotMap)
    async def shot_map(collection: str) -> Response:
        """The shots of a collection in two dimensions, near ones near. The first time takes a while."""

        def written() -> str:  # here: FastAPI would look at every number once more
            return convert.shot_map(archive.collection_map(collection)).model_dump_json()

        return Response(await service.maps_lane.run(written), media_type="application/json")

    @router.get("/shots", tags=["search"])
    async def shots(shot: Annotated[list[str], Query(description="Ids of shots, at most 200")]) -> list[models.Shot]:
        """Shots by id, in that order; those that are not there any more are left out."""
        return await service.shots(shot)


def _add_cut_lists(router: APIRouter, service: Service) -> None:
    @router.get("/cutlist.csv", tags=["cut lists"], response_class=Response)
    def as_csv(shot: _Shots = [], video: _Video = "") -> Response:  # noqa: B006 (FastAPI copies it)
        """The shots as CSV, with source timecodes."""
        spans = _spans_of(service.archive, video) if video else _spans(service.archive, shot)
        return _file(csv_table(spans), "text/csv; charset=utf-8", "cutlist.csv")

    @router.get("/cutlist.edl", tags=["cut lists"], response_class=Response)
    def as_edl(shot: _Shots = [], video: _Video = "") -> Response:  # noqa: B006
        """The shots as a CMX3600 edit decision list, with source timecodes; at most 999."""
        spans = _spans_of(service.archive, video) if video else _spans(service.archive, shot)
        _check_length(spans)
        return _file(edl(spans, "ARCHIVE SELECTION"), "text/plain; charset=utf-8", "cutlist.edl")


def _spans(archive: WebArchive, ids: list[str]) -> list[Span]:
    _check_length(ids)
    placed = archive.shots(ids)
    if not placed:
        raise RequestError("unknown_shots", "None of these shots is in the archive any more.")
    return [span_of(programme, programme.shot(found.shot.shot)) for found, programme in placed]


def _spans_of(archive: WebArchive, video_id: str) -> list[Span]:
    programme = archive.programmes.get(video_id)
    return [span_of(programme, shot) for shot in programme.shots.iter_rows(named=True)]


def _check_length(shots: Sequence[object]) -> None:
    if len(shots) > MOST_EVENTS:
        raise RequestError("bad_limit", f"A cut list holds at most {MOST_EVENTS} shots, these are {len(shots)}.")


def _file(text: str, kind: str, name: str) -> Response:
    return Response(text, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'})
