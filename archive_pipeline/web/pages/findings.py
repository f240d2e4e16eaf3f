"""The page of findings: what models found under a policy, what it rests on, and what people say of it."""

from collections.abc import Mapping
from functools import partial

from fastapi import Request
from nicegui import run, ui

from archive_pipeline.errors import ArchiveError
from archive_pipeline.language.findings.policy_files import load_policies
from archive_pipeline.web.api.finding_models import Findings, JudgedShot
from archive_pipeline.web.finding_names import Names
from archive_pipeline.web.findings import (
    AT_A_TIME,
    OPINIONS,
    REVIEW_STATES,
    FindingsAsked,
    asked_questions,
    list_findings,
)
from archive_pipeline.web.findings_report import REPORTS, report_address
from archive_pipeline.web.pages.finding_card import ReviewDesk, finding_card
from archive_pipeline.web.pages.parts import choice, empty, link_button, page_links, tag
from archive_pipeline.web.pages.player_dialog import PlayerDialog
from archive_pipeline.web.pages.shell import shell
from archive_pipeline.web.service import Service
from archive_pipeline.web.texts import Texts


def add_findings_page(service: Service) -> None:
    @ui.page("/findings", response_timeout=30)
    async def findings(request: Request) -> None:
        archive = service.archive
        asked = FindingsAsked.of(request.query_params)
        with shell(request, "findings", "") as t:
            policies, _ = await run.io_bound(load_policies, archive.settings.own_policies) or ({}, [])
            known = await run.io_bound(asked_questions, archive.published) or {}
            titles = await run.io_bound(archive.titles) or {}
            found = await run.io_bound(list_findings, archive.published, archive.reviews, asked)
            names = Names(t, policies)
            _filters(t, asked, titles, known, names)
            tag("p", "ap-soft ap-small", t("findings.about")).style("margin: 0")
            with tag("div", "ap-row"):
                if found and found.shots:
                    for kind in REPORTS:
                        link = link_button(t(f"report.{kind}"), report_address(asked, kind, t.language), "download")
                        link.props["data-report"] = kind
                link_button(t("analysis.title"), "/analysis", "playlist_play")
                link_button(t("upload.title"), "/upload", "upload")
            if found is None or not found.shots:
                empty(t("findings.nothing"), t("findings.nothing_text"), "archive-pipeline describe COLLECTION")
                return
            dialog = PlayerDialog(t, lambda: None, lambda _: None)
            desk = ReviewDesk(t, archive)
            _shots(t, service, found, names, dialog, desk)
            _pages(t, asked, found.total)


def _filters(
    t: Texts, asked: FindingsAsked, titles: Mapping[str, str], known: Mapping[str, list[str]], names: Names
) -> None:
    """A form whose address is the question; choosing asks at once."""
    with tag("form", "ap-row").props("method=get action=/findings"):
        tag("h1", text=t("findings.title"))
        choice("collection", t("findings.collection"), asked.collection, {"": t("findings.all_collections"), **titles})
        policies = {name: names.policy(name) for name in known}
        choice("policy", t("findings.policy"), asked.policy, {"": t("findings.all_policies"), **policies})
        questions = {
            question: names.question(policy, question)
            for policy, asked_of in known.items()
            for question in asked_of
            if asked.policy in ("", policy)
        }
        choice("question", t("findings.question"), asked.question, {"": t("findings.all_questions"), **questions})
        states = {state: t(f"findings.{state}") for state in REVIEW_STATES}
        choice("state", t("findings.state"), asked.state, {"": t("findings.all_states"), **states})
        answers = {opinion: t(f"findings.{opinion}") for opinion in OPINIONS}
        choice("answers", t("findings.answers"), asked.answers, {"": t("findings.all_answers"), **answers})
        box = tag("input", "ap-input").props("name=min_score type=number min=0 max=1 step=0.05")
        named = box.props["placeholder"] = box.props["aria-label"] = t("findings.min_score")
        box.style(f"width: calc({len(named)}ch + 3rem)")  # no narrower than its name and the padding, in any language
        box.props["value"] = "" if asked.min_score is None else f"{asked.min_score:g}"
        tag("button", "ap-button", t("search.go")).props("type=submit")


def _shots(t: Texts, service: Service, found: Findings, names: Names, dialog: PlayerDialog, desk: ReviewDesk) -> None:
    async def play(shot: JudgedShot, at_s: float) -> None:
        try:
            found = await service.shots([shot.shot_id])
            there = found[0] if found else await service.shot_on(shot.video_id, at_s)
        except ArchiveError as error:
            ui.notify(t.error(error.code, error.message), position="bottom")
            return
        if there:
            dialog.open(there.model_copy(update={"best_frame_s": at_s}), autoplay=True)
        else:
            ui.notify(t("findings.gone"), position="bottom")

    desk.name_box()
    for shot in found.shots:
        finding_card(t, shot, names, desk, partial(play, shot))


def _pages(t: Texts, asked: FindingsAsked, total: int) -> None:
    page, pages = asked.offset // AT_A_TIME + 1, -(-total // AT_A_TIME)
    with tag("div", "ap-row"):
        tag("span", "ap-soft ap-small", t("findings.page", page=page, pages=pages, total=total)).props("data-found")
        page_links(t, page, pages, lambda other: "/findings?" + asked.query(other))
