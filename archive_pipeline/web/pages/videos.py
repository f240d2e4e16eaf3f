"""The videos and albums of the archive: a picture and some facts of each."""

from typing import get_args

from fastapi import Request
from nicegui import run, ui

from archive_pipeline.errors import RequestError
from archive_pipeline.web import addresses
from archive_pipeline.web.api.models import VideoLine
from archive_pipeline.web.pages.parts import choice, clock, empty, note, page_links, tag
from archive_pipeline.web.pages.shell import shell
from archive_pipeline.web.service import Service
from archive_pipeline.web.texts import Texts
from archive_pipeline.web.video_lists import list_videos
from archive_pipeline.web.videos_asked import AT_A_TIME, Sort, Status, VideosAsked


def add_videos_page(service: Service) -> None:
    @ui.page("/videos", response_timeout=30)
    async def videos(request: Request) -> None:
        asked = VideosAsked.of(request.query_params)
        archive = service.archive
        with shell(request, "videos", "") as t:
            titles = await run.io_bound(archive.titles) or {}
            _form(t, asked, titles)
            try:
                found = await run.io_bound(list_videos, archive.published, asked)
            except RequestError as error:
                note(t.error(error.code, error.message), "bad", error.code)
                return
            if found is None or not found.videos:
                empty(t("videos.nothing"), t("videos.nothing_text"))
                return
            with tag("ul", "ap-grid").props("role=list"):
                for video in found.videos:
                    with tag("li"), tag("article", "ap-card"):
                        _card(t, video)
            pages = -(-found.total // AT_A_TIME)
            with tag("div", "ap-row"):
                tag(
                    "span", "ap-soft ap-small", t("videos.page", page=asked.page, pages=pages, total=f"{found.total:,}")
                )
                page_links(t, asked.page, pages, asked.address)


def _form(t: Texts, asked: VideosAsked, titles: dict[str, str]) -> None:
    with tag("form", "ap-row").props("method=get action=/videos"):
        tag("h1", text=t("videos.title"))
        box = tag("input", "ap-input ap-grow").props("name=contains type=search data-search").style("min-width: 12rem")
        box.props["placeholder"] = box.props["aria-label"] = t("videos.contains")
        box.props["value"] = asked.contains
        choice("collection", t("map.choose"), asked.collection, {"": t("videos.all"), **titles})
        for name, value in (("from", asked.dated_from), ("to", asked.dated_to)):
            box = tag("input", "ap-input").props(f"name={name} maxlength=20 size=12")
            box.props["aria-label"] = t(f"search.dated_{name}")
            box.props["placeholder"] = t(f"search.dated_{name}")
            box.props["title"] = t(f"search.dated_{name}_like")
            box.props["value"] = value
        states = {one: t(f"videos.{one or 'any'}") for one in get_args(Status)}
        choice("status", t("videos.state"), asked.status, states)
        choice("sort", t("videos.sort"), asked.sort, {one: t(f"videos.by_{one}") for one in get_args(Sort)})
        tag("button", "ap-button", t("search.go")).props("type=submit")


def _card(t: Texts, video: VideoLine) -> None:
    """One link a card, so that a keyboard goes from video to video."""
    is_ready = video.status == "ready"
    title = video.title or (video.path or video.video_id).rstrip("/").rpartition("/")[2]
    with tag("a" if is_ready else "div", "ap-poster") as link:
        if is_ready:
            link.props["href"] = (
                addresses.video_page(video.video_id)
                if video.n_photos is None
                else addresses.photos_page(video.collection, album=video.video_id)
            )
        with tag("div", "ap-screen"):
            if video.poster:
                picture = tag("img").props('alt="" loading=lazy')
                picture.props["src"] = video.poster
            if video.duration_s is not None:
                tag("span", "ap-badge right", clock(video.duration_s))
        with tag("div", "ap-caption"):
            tag("strong", "name", title).props["title"] = video.video_id
            n = video.n_shots if video.n_photos is None else video.n_photos
            counted = t(f"videos.{'n_shots' if video.n_photos is None else 'photos'}", n=f"{n:,}") if n else ""
            for told in ((video.date, video.programme), (counted, video.rights), (video.tape,)):
                if any(told):
                    tag("div", "times", " · ".join(filter(None, told)))
            if not is_ready:
                tag("span", f"ap-state {video.status}", t(f"videos.{video.status}"))
                tag("div", "ap-soft ap-small", f"{t.failure(video.error_code, video.error)} ({video.error_code})")
