"""The page of mass analysis: what putting a collection to its policies costs, started, watched and ended."""

from collections.abc import Callable
from functools import partial

from fastapi import Request
from fastapi.responses import Response
from nicegui import run, ui

from archive_pipeline.errors import ArchiveError
from archive_pipeline.language.findings.policy_files import load_policies
from archive_pipeline.web import addresses
from archive_pipeline.web.analysis_costs import SecondCost
from archive_pipeline.web.finding_names import Names
from archive_pipeline.web.mass_analysis import MassAnalyses, MassAnalysis
from archive_pipeline.web.pages.parts import button, choice, clock, link_button, note, tag
from archive_pipeline.web.pages.shell import shell
from archive_pipeline.web.pages.trouble import explain
from archive_pipeline.web.service import Service
from archive_pipeline.web.texts import Texts

_EVERY_S = 3.0


def add_analysis_page(service: Service) -> None:
    @ui.page("/analysis", response_timeout=30)
    async def analysis(request: Request) -> Response | None:
        archive = service.archive
        collection = request.query_params.get("collection", "")
        with shell(request, "findings", "") as t:
            titles = await run.io_bound(archive.titles) or {}
            collection = collection or next(iter(titles), "")
            _choice(t, collection, titles)
            if not collection:
                return None
            policies, _ = await run.io_bound(load_policies, archive.settings.own_policies) or ({}, [])
            try:
                first = await run.io_bound(archive.analysis, collection)
            except ArchiveError as error:
                return explain(t, request, error)
            if first is None:
                return None
            content = tag("section", "ap-panel")
            names = Names(t, policies)

            async def act(what: Callable[[str], None]) -> None:
                try:
                    await run.io_bound(what, collection)
                except ArchiveError as error:
                    ui.notify(t.error(error.code, error.message), position="bottom", type="negative")
                await renew()

            async def renew() -> None:
                now = await run.io_bound(archive.analysis, collection)
                if now is not None:
                    show(now)

            def show(now: MassAnalysis) -> None:
                content.clear()
                with content:
                    _show(t, now, names, archive.analyses, act)

            show(first)
            ui.timer(_EVERY_S, renew, immediate=False)
        return None


def _choice(t: Texts, collection: str, titles: dict[str, str]) -> None:
    with tag("form", "ap-row").props("method=get action=/analysis"):
        tag("h1", text=t("analysis.title"))
        choice("collection", t("findings.collection"), collection, titles)
        link_button(t("policies.title"), "/analysis/policies?" + addresses.pairs([("collection", collection)]), "rule")
    tag("p", "ap-soft ap-small", t("analysis.about")).style("margin: 0")


def _show(t: Texts, now: MassAnalysis, names: Names, analyses: MassAnalyses, act: Callable[..., object]) -> None:
    with tag("div", "ap-row"):
        state = tag("span", f"ap-state {_KINDS.get(now.phase, '')}", t(f"analysis.{now.phase}"))
        state.props["data-phase"] = now.phase
        tag("span", "ap-soft ap-small", ", ".join(names.policy(name) for name in now.policies))
    bar = tag("progress").style("width: 100%")
    bar.props["max"], bar.props["value"] = str(max(now.n_videos, 1)), str(now.n_done)
    bar.props["aria-label"] = t("analysis.title")
    tag("p", text=t("analysis.reached", done=now.n_done, videos=now.n_videos, failed=now.n_failed))
    if now.message:
        note(now.message, "bad" if now.phase == "failed" else "warn")
    if now.n_requests:
        tag("p", text=t("analysis.cost", shots=now.n_shots, requests=now.n_requests)).props["data-cost"] = True
        if now.prompt_tokens is None or now.completion_tokens is None or now.seconds is None:
            tag("p", "ap-soft ap-small", t("analysis.unmeasured"))
        else:
            facts = {"prompt": f"{now.prompt_tokens:,}", "completion": f"{now.completion_tokens:,}"}
            tag("p", "ap-soft ap-small", t("analysis.estimate", time=clock(now.seconds, hours=True), **facts))
    if now.second:
        _second(t, now.second)
    with tag("div", "ap-row"):
        if now.phase == "running":
            button(t("analysis.end"), partial(act, analyses.end), "stop")
        elif now.n_requests or (now.second and now.second.n_requests):
            button(t("analysis.go_on" if now.n_done else "analysis.start"), partial(act, analyses.start), "play_arrow")
        of_it = addresses.pairs([("collection", now.collection)])
        link_button(t("findings.title"), f"/findings?{of_it}", "rate_review")


def _second(t: Texts, second: SecondCost) -> None:
    sample = f"{100 * second.sample:g}"
    if second.n_requests is None:
        tag("p", text=t("analysis.second_unmeasured", sample=sample)).props["data-second"] = True
    elif second.n_requests:
        requests = f"{second.n_requests:,}"
        tag("p", text=t("analysis.second", requests=requests, sample=sample)).props["data-second"] = True
        if second.prompt_tokens is not None and second.completion_tokens is not None and second.seconds is not None:
            facts = {"prompt": f"{second.prompt_tokens:,}", "completion": f"{second.completion_tokens:,}"}
            tag("p", "ap-soft ap-small", t("analysis.estimate", time=clock(second.seconds, hours=True), **facts))
    if second.n_drawn:
        told = t("analysis.drawn", drawn=f"{second.n_drawn:,}", raised=f"{second.n_raised:,}")
        tag("p", text=told).props["data-drawn"] = True


_KINDS = {"running": "running", "done": "ready", "failed": "failed"}
