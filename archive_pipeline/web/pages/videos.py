"""The videos of the archive, by name."""

from fastapi import Request
from nicegui import run, ui

from archive_pipeline.web import addresses
from archive_pipeline.web.pages.parts import clock, empty, link_button, tag
from archive_pipeline.web.pages.shell import shell
from archive_pipeline.web.service import Service
from archive_pipeline.web.video_lists import list_videos
from archive_pipeline.web.whole_numbers import whole_number

_PAGE = 50


def add_videos_page(service: Service) -> None:
    @ui.page("/videos", response_timeout=30)
    async def videos(request: Request) -> None:
        asked = request.query_params
        collection, contains = asked.get("collection", ""), asked.get("contains", "")[:200]
        page = whole_number(asked.get("page", ""), 100_000) or 1
        archive = service.archive
        with shell(request, "videos", "") as t:
            titles = await run.io_bound(archive.titles) or {}
            found = await run.io_bound(
                list_videos, archive.published, collection, "", contains, _PAGE, (page - 1) * _PAGE
            )
            with tag("form", "ap-row").props("method=get action=/videos"):
                tag("h1", text=t("videos.title"))
                with tag("select", "ap-input").props("name=collection") as choice:
                    choice.props["aria-label"] = t("map.choose")
                    for name, title in {"": t("videos.all"), **titles}.items():
                        option = tag("option", text=title)
                        option.props["value"] = name
                        if name == collection:
                            option.props["selected"] = True
                choice.on("change", js_handler="(event) => event.target.form.submit()")
                box = tag("input", "ap-input").props("name=contains data-search")
                box.props["placeholder"] = box.props["aria-label"] = t("videos.contains")
                box.props["value"] = contains
                tag("button", "ap-button", t("search.go")).props("type=submit")
            if found is None or not found.videos:
                empty(t("videos.nothing"), t("videos.nothing_text"))
                return
            with tag("section", "ap-panel"), tag("table", "ap-table"):
                with tag("thead"), tag("tr"):
                    for name, kind in (("video", ""), ("state", ""), ("length", "num"), ("shots", "num")):
                        tag("th", kind, t(f"videos.{name}"))
                with tag("tbody"):
                    for video in found.videos:
                        with tag("tr"):
                            with tag("td"):
                                named = tag("a" if video.status == "ready" else "span", text=video.video_id)
                                if video.status == "ready":
                                    named.props["href"] = addresses.video_page(video.video_id)
                                if video.error:
                                    tag("div", "ap-soft ap-small", f"{video.error} ({video.error_code})")
                            with tag("td"):
                                tag("span", f"ap-state {video.status}", t(f"videos.{video.status}"))
                            tag("td", "num", clock(video.duration_s) if video.duration_s is not None else "–")
                            tag("td", "num", str(video.n_shots) if video.n_shots is not None else "–")
            pages = -(-found.total // _PAGE)
            with tag("div", "ap-row"):
                tag("span", "ap-soft ap-small", t("videos.page", page=page, pages=pages, total=found.total))
                for name, other in (("previous", page - 1), ("more", page + 1)):
                    if 1 <= other <= pages:
                        values = [("collection", collection), ("contains", contains), ("page", str(other))]
                        link_button(t(f"videos.{name}"), "/videos?" + addresses.pairs(values))
