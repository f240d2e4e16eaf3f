"""Handing on under /api/export: the same files that the menus of the pages and `archive-pipeline export` give."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Query, Request, Response

from archive_pipeline.errors import RequestError
from archive_pipeline.exports.formats import FORMATS, FormatName, written
from archive_pipeline.exports.model import Selection
from archive_pipeline.exports.text import file_name
from archive_pipeline.web.api.models import Problem
from archive_pipeline.web.api.parameters import known_parameters
from archive_pipeline.web.archive import WebArchive
from archive_pipeline.web.service import Service

_PROBLEMS: dict[int | str, dict[str, object]] = {code: {"model": Problem} for code in (404, 422, 503)}


@dataclass(frozen=True)
class _Asked:
    """What is to be handed on: one of the three."""

    shots: Sequence[str]
    video: str
    basket: str

    def selection(self, archive: WebArchive, kind: FormatName, address: str) -> Selection:
        if sum(map(bool, (self.shots, self.video, self.basket))) > 1:
            raise RequestError("bad_parameter", "Name shots, a video or a basket, and one of these only.")
        if self.video:
            return archive.selections.of_video(self.video, address)
        if FORMATS[kind].needs_record:
            raise RequestError("bad_parameter", f"{kind} is of a whole video: name it with video=.")
        if self.basket:
            return archive.selections.of_basket(archive.cutting.baskets.get(self.basket))
        return archive.selections.of_shots(self.shots, "selection")


def exports_api(service: Service) -> APIRouter:
    """The routes; a format that holds fewer clips than there are comes as several files in a zip."""
    router = APIRouter(
        prefix="/api/export", tags=["export"], responses=_PROBLEMS, dependencies=[Depends(known_parameters)]
    )

    @router.get("/{kind}", response_class=Response)
    async def export(
        request: Request,
        kind: FormatName,
        shot: Annotated[list[str], Query(description="Ids of shots, in the order of the list")] = [],  # noqa: B006
        video: Annotated[str, Query(description="All shots of this video, by its id, and what is known of it")] = "",
        basket: Annotated[str, Query(description="What is in this basket, as it was trimmed and ordered")] = "",
    ) -> Response:
        """Shots in their order, a whole video, or a basket, as one of the formats. `chapters`, `subtitles`, `eaf`,
        `ebucore` and `iiif` are of a whole video. The header `x-left-out` counts photos, and what is not in the archive
        any more."""
        return await _answer(service, request, kind, _Asked(shot, video, basket))

    @router.post("/{kind}", response_class=Response)
    async def export_many(
        request: Request,
        kind: FormatName,
        shots: Annotated[str, Form(description="Ids of shots with blanks between them")] = "",
        video: Annotated[str, Form()] = "",
        basket: Annotated[str, Form()] = "",
    ) -> Response:
        """The same for more shots than an address can name, from a form."""
        return await _answer(service, request, kind, _Asked(shots.split(), video, basket))

    return router


async def _answer(service: Service, request: Request, kind: FormatName, asked: _Asked) -> Response:
    form, address = FORMATS[kind], str(request.base_url)

    def make() -> Response:
        selection = asked.selection(service.archive, kind, address)
        name, files = file_name(selection.title), written(form, selection)
        if len(files) == 1:
            answer = _file(files[0], form.media_type, name + form.suffix)
        else:
            answer = _file(_zipped(files, name, form.suffix), "application/zip", f"{name}{form.suffix}.zip")
        answer.headers["x-left-out"] = str(selection.n_left_out)
        return answer

    return await service.exports_lane.run(make)


def _zipped(files: Sequence[bytes], name: str, suffix: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, content in enumerate(files, start=1):
            archive.writestr(f"{name}-{number}{suffix}", content)
    return packed.getvalue()


def _file(content: bytes, media_type: str, name: str) -> Response:
    headers = {"content-disposition": f"attachment; filename*=utf-8''{quote(name, safe='')}"}
    return Response(content, media_type=media_type, headers=headers)
