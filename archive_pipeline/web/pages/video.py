"""The page of a video: player and timeline, a phrase over time, its classes as a map, statistics."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from nicegui import run, ui
from nicegui.element import Element

from archive_pipeline.errors import ArchiveError
from archive_pipeline.web import addresses
from archive_pipeline.web.class_names import class_names
from archive_pipeline.web.components import ProgrammePlayer, Scatter
from archive_pipeline.web.descriptions import Described
from archive_pipeline.web.pages.current_basket import CurrentBasket
from archive_pipeline.web.pages.export_menu import export_menu
from archive_pipeline.web.pages.parts import clock, link_button, tag
from archive_pipeline.web.pages.player_dialog import player_labels
from archive_pipeline.web.pages.shell import shell
from archive_pipeline.web.pages.trouble import explain
from archive_pipeline.web.pages.video_concepts import show_concepts, shown_concepts
from archive_pipeline.web.pages.video_shared import show_shared
from archive_pipeline.web.programme import Programme
from archive_pipeline.web.service import Service
from archive_pipeline.web.shared_footage import shared_footage
from archive_pipeline.web.state import SearchState
from archive_pipeline.web.texts import Texts
from archive_pipeline.web.whole_numbers import whole_number

_LONGEST_S = 1e7


def add_video_page(service: Service) -> None:
    @ui.page("/video/{video_id:path}", response_timeout=30)
    async def video(request: Request, video_id: str) -> Response | None:
        with shell(request, "videos", video_id) as t:
            try:
                programme = await run.io_bound(service.archive.programmes.get, video_id)
            except ArchiveError as error:
                return explain(t, request, error)
            if programme is None:  # the server is going down
                return None
            described = await run.io_bound(service.archive.descriptions.of, programme.name)
            if described is None:
                return None
            basket = CurrentBasket(service, t, request)
            await basket.load()
            player = _show(
                t,
                programme,
                basket,
                described,
                request.query_params.get("shot", ""),
                _moment(request.query_params.get("t", "")),
                request.query_params.getlist("phrase")[:4],
            )
            shared = await run.io_bound(shared_footage, service.archive.published, video_id)
            if shared:
                show_shared(t, shared, player.go)
            shown = await run.io_bound(shown_concepts, programme, service.archive.concepts)
            if shown:
                show_concepts(t, programme, shown)
        return None


def _moment(text: str) -> float | None:
    """Seconds in an address; None where there are none that a video could have."""
    try:
        at_s = float(text)
    except ValueError:
        return None
    return at_s if abs(at_s) < _LONGEST_S else None  # neither infinite nor no number


def _show(
    t: Texts,
    programme: Programme,
    basket: CurrentBasket,
    described: Described,
    shot: str,
    at_s: float | None,
    phrases: list[str],
) -> ProgrammePlayer:
    with tag("div", "ap-row"):
        tag("h1", text=programme.title)
        tag("span", "ap-soft ap-small", f"{programme.name.collection} · {clock(programme.duration_s)}")
        tag("span", "ap-grow")
        query = SearchState(video=(programme.video_id,)).query()
        link_button(t("video.similar"), f"/?{query}", "search")
        export_menu(t, t("export.video"), video=programme.video_id)
    if described.whole and described.whole["summary"]:
        _summary(t, described.whole)
    number = whole_number(shot, programme.shots.height - 1)
    player = ProgrammePlayer(
        programme.video_id,
        player_labels(t),
        shot=number,
        at_s=at_s,
        details=True,
        phrases=phrases,
        autoplay=number is not None and at_s is None,
        putting=True,
    )
    player.on("put", lambda event: basket.toggle(event.args))
    page = addresses.video_page(programme.video_id, number, at_s)
    player.on("asked", lambda event: _keep_phrases(page, event.args))
    tag("p", "ap-soft ap-small", t("video.keys")).style("margin: 0")
    with tag("div", "ap-split"):
        with tag("section", "ap-panel"):
            tag("h2", text=t("video.class_map"))
            tag("p", "ap-soft ap-small", t("video.class_map_text")).style("margin: .2rem 0 .7rem")
            labels = {**t.section("map_labels"), **t.section("class_map_labels"), "errors": t.section("error")}
            address = f"/api/maps/frames/{addresses.escaped(programme.video_id)}"
            dots = Scatter(address, "frames", labels, 360, programme.video_id)
            dots.on("time", lambda event: player.go(float(event.args)))
        with tag("section", "ap-panel"):
            tag("h2", text=t("video.statistics"))
            _statistics(t, programme)
            _classes(t, programme, described)
    return player


def _summary(t: Texts, summary: Mapping[str, Any]) -> None:
    """Written by a model: shown as text, never as markup."""
    with tag("section", "ap-panel ap-told") as panel:
        panel.props["data-summary"] = True
        tag("h2", text=summary["title"] or t("video.summary"))
        tag("p", text=summary["summary"])
        tag("p", "ap-soft ap-small", f"{t('player.by_a_model')} {summary['model'] or ''}")


def _keep_phrases(page: str, phrases: list[str]) -> None:
    """The phrases that are shown become part of the address."""
    query = addresses.pairs([("phrase", phrase) for phrase in phrases])
    ui.navigate.history.replace(page + (("&" if "?" in page else "?") + query if query else ""))


def _statistics(t: Texts, programme: Programme) -> None:
    known = programme.statistics
    rows: list[tuple[str, Any]] = [
        (t("video.duration"), clock(programme.duration_s)),
        (t("video.size"), f"{programme.bytes / 1e6:,.1f} MB"),
    ]
    if known:
        rows += [(t(f"video.{name}"), known[name]) for name in ("n_cuts", "n_classes", "n_scenes", "n_shots")]
        rows += [
            (t("video.frames"), known["n_frames"]),
            (t("video.mean_shot"), f"{known['mean_shot_s']:.1f} s"),
            (t("video.per_minute"), f"{known['shots_per_minute']:.1f}"),
            (t("video.unclustered"), f"{100 * known['unclustered_share']:.0f} %"),
            (t("video.speed"), t("video.times_real_time", factor=f"{known['realtime_factor']:.1f}")),
        ]
    with tag("dl", "ap-facts"):
        for name, value in rows:
            tag("dt", text=name)
            tag("dd", text=str(value))


def _classes(t: Texts, programme: Programme, described: Described) -> None:
    names = class_names(t, programme, described)
    with tag("table", "ap-table").style("margin-top: .8rem"):
        with tag("thead"), tag("tr"):
            for name, kind in (("class", ""), ("share", "num"), ("screen_time", "num")):
                tag("th", kind, t(f"video.{name}"))
        with tag("tbody"):
            for row in programme.classes.sort("share", descending=True).head(12).iter_rows(named=True):
                with tag("tr"):
                    name = names[row["class"]]
                    _named_class(programme, row["class"], name if row["class"] < 0 else f"{t('video.class')} {name}")
                    tag("td", "num", f"{100 * row['share']:.0f} %")
                    tag("td", "num", clock(row["duration_s"]))


def _named_class(programme: Programme, number: int, name: str) -> Element:
    """A cell with the colour of a class; its name leads to a search in it."""
    hue = (number * 137.508 + 190) % 360  # as in static/shared.js
    shade = "hsl(60 3% 58%)" if number < 0 else f"hsl({hue:.1f} 48% {62 if number % 2 else 50}%)"
    with tag("td") as cell:
        tag("span", "ap-swatch").style(f"background: {shade}")
        link = tag("a", text=name)
        query = SearchState(video=(programme.video_id,), semantic_class=(number,)).query()
        link.props["href"] = f"/?{query}"
    return cell
