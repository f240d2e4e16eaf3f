"""The status page: what is ready, running, failed and why."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import Request
from nicegui import run, ui

from archive_pipeline.store.catalogue import Entry
from archive_pipeline.web import addresses
from archive_pipeline.web.archive import WebArchive
from archive_pipeline.web.pages.parts import clock, empty, link_button, tag
from archive_pipeline.web.pages.shell import shell
from archive_pipeline.web.service import Service
from archive_pipeline.web.texts import Texts
from archive_pipeline.web.video_lists import Total, published_at, totals

_EVERY_S = 5.0
_MOST_FAILURES = 200
_MOST_RUNNING = 20


@dataclass(frozen=True)
class _Line:
    """One collection."""

    name: str
    title: str
    ready: int
    failed: int
    running: int
    waiting: int
    total: Total
    last: datetime | None


@dataclass(frozen=True)
class _Report:
    lines: list[_Line]
    running: list[str]
    failures: list[Entry]
    published: datetime | None


def add_status_page(service: Service, dagster_url: str) -> None:
    @ui.page("/status", response_timeout=30)
    async def status(request: Request) -> None:
        with shell(request, "status", "") as t:
            with tag("div", "ap-row"):
                tag("h1", text=t("status.title"))
                tag("span", "ap-grow")
                link = link_button(t("status.dagster"), dagster_url, "open_in_new")
                link.props["target"], link.props["rel"] = "_blank", "noreferrer"
                link.tooltip(t("status.dagster_hint"))
            content = tag("div").style("display: flex; flex-direction: column; gap: 1rem")

            async def renew() -> None:
                report = await run.io_bound(report_of, service.archive)
                if report is not None:
                    content.clear()
                    with content:
                        _show(t, report)

            await renew()
            ui.timer(_EVERY_S, renew, immediate=False)


def report_of(archive: WebArchive) -> _Report:
    published = totals(archive.published)
    lines, running, failures = [], [], []
    for name, title in archive.titles().items():
        entries = archive.entries(name)
        busy = archive.running(entries)
        failed = [entry for entry in entries if entry.status == "failed"]
        lines.append(
            _Line(
                name=name,
                title=title,
                ready=sum(entry.status == "ready" for entry in entries),
                failed=len(failed),
                running=len(busy),
                waiting=sum(entry.pending for entry in entries) - len(busy),
                total=published.get(name, Total(0.0, 0)),
                last=max((entry.finished_at for entry in entries if entry.finished_at), default=None),
            )
        )
        running += sorted(busy)
        failures += failed
    failures.sort(key=lambda entry: entry.finished_at.timestamp() if entry.finished_at else 0.0, reverse=True)
    return _Report(lines, running, failures, published_at(archive.published))


def _show(t: Texts, report: _Report) -> None:
    if not report.lines:
        empty(t("search.nothing_yet"), t("search.nothing_yet_text"), "archive-pipeline ingest ~/films")
        return
    with tag("section", "ap-panel"):
        _collections(t, report.lines)
        when = f"{report.published.astimezone():%Y-%m-%d %H:%M:%S}" if report.published else None
        said = t("status.published", when=when) if when else t("status.not_published")
        tag("p", "ap-soft ap-small", f"{said} · {t('status.refreshed')}").style("margin: .8rem 0 0")
    with tag("section", "ap-panel"):
        tag("h2", text=t("status.in_work"))
        if not report.running:
            tag("p", "ap-soft", t("status.nothing_in_work")).style("margin: .4rem 0 0")
        for video_id in report.running[:_MOST_RUNNING]:
            with tag("div"):
                tag("span", "ap-state running", video_id)
    with tag("section", "ap-panel"):
        tag("h2", text=t("status.failures"))
        _failures(t, report.failures)


def _collections(t: Texts, lines: list[_Line]) -> None:
    with tag("table", "ap-table"):
        with tag("thead"), tag("tr"):
            tag("th", text=t("status.collection"))
            for name in ("ready", "running", "waiting", "failed", "shots", "hours", "last"):
                tag("th", "num", t(f"status.{name}"))
        with tag("tbody"):
            for line in lines:
                with tag("tr"):
                    with tag("td"):
                        named = tag("a", text=line.title)
                        named.props["href"] = "/videos?" + addresses.pairs([("collection", line.name)])
                    tag("td", "num", f"{line.ready:,}")
                    tag("td", "num", str(line.running))
                    tag("td", "num", str(line.waiting))
                    tag("td", "num", str(line.failed))
                    tag("td", "num", f"{line.total.shots:,}")
                    tag("td", "num", clock(line.total.seconds))
                    last = f"{line.last.astimezone():%Y-%m-%d %H:%M}" if line.last else t("status.never")
                    tag("td", "num", last)


def _failures(t: Texts, failures: list[Entry]) -> None:
    if not failures:
        tag("p", "ap-soft", t("status.no_failures")).style("margin: .4rem 0 0")
        return
    with tag("table", "ap-table"):
        with tag("thead"), tag("tr"):
            for name in ("video", "stage", "code", "why"):
                tag("th", text=t(f"status.{name}"))
            tag("th", "num", t("status.attempts"))
        with tag("tbody"):
            for entry in failures[:_MOST_FAILURES]:
                with tag("tr"):
                    tag("td", text=entry.name.video_id)
                    tag("td", "whole", entry.stage or "")
                    tag("td", "whole ap-mono", entry.error_code or "")
                    tag("td", text=entry.message or "")
                    tag("td", "num", str(entry.attempts))
    if len(failures) > _MOST_FAILURES:
        tag("p", "ap-soft ap-small", t("status.more", n=len(failures) - _MOST_FAILURES))
