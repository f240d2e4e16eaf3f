"""The status page: what is ready, running, failed and why."""

from fastapi import Request
from nicegui import run, ui

from archive_pipeline.store.catalogue import Entry, Hold
from archive_pipeline.web import addresses
from archive_pipeline.web.pages.parts import clock, empty, link_button, tag
from archive_pipeline.web.pages.shell import shell
from archive_pipeline.web.service import Service
from archive_pipeline.web.status import EVERY_S, Line, Report, StatusBoard
from archive_pipeline.web.texts import Texts

_MOST_RUNNING = 20
_COUNTS = ("ready", "running", "waiting", "failed", "shots", "hours", "last")


def add_status_page(service: Service, dagster_url: str) -> None:
    boards = {archive: StatusBoard(archive) for archive in service.archives}

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

            board = boards[service.archive]

            async def renew() -> None:
                report = await run.io_bound(board.report)
                if report is not None:
                    content.clear()
                    with content:
                        _show(t, report)

            await renew()
            ui.timer(EVERY_S, renew, immediate=False)


def _show(t: Texts, report: Report) -> None:
    if not report.lines:
        empty(t("search.nothing_yet"), t("search.nothing_yet_text"), "archive-pipeline ingest ~/films")
        return
    with tag("section", "ap-panel"):
        _collections(t, report.lines)
        when = f"{report.published.astimezone():%Y-%m-%d %H:%M:%S}" if report.published else None
        said = t("status.published", when=when) if when else t("status.not_published")
        tag("p", "ap-soft ap-small", f"{said} · {t('status.refreshed')}").style("margin: .8rem 0 0")
    if report.holds:
        with tag("section", "ap-panel"):
            tag("h2", text=t("status.held"))
            _holds(t, report.holds)
    with tag("section", "ap-panel"):
        tag("h2", text=t("status.in_work"))
        if not report.running:
            tag("p", "ap-soft", t("status.nothing_in_work")).style("margin: .4rem 0 0")
        for video_id in report.running[:_MOST_RUNNING]:
            with tag("div"):
                tag("span", "ap-state running", video_id)
    with tag("section", "ap-panel"):
        tag("h2", text=t("status.failures"))
        _failures(t, report.failures, sum(line.failed for line in report.lines))


def _collections(t: Texts, lines: list[Line]) -> None:
    names = [t("status.collection"), *(t(f"status.{name}") for name in _COUNTS)]
    with tag("table", "ap-table stacked"):
        _head(names, n_texts=1)
        with tag("tbody"):
            for line in lines:
                with tag("tr"):
                    with tag("td"):
                        named = tag("a", text=line.title)
                        named.props["href"] = "/videos?" + addresses.pairs([("collection", line.name)])
                    photos = t("status.photos", photos=f"{line.total.photos:,}", albums=f"{line.total.albums:,}")
                    numbers = (
                        f"{line.ready:,}",
                        str(line.running),
                        str(line.waiting),
                        str(line.failed),
                        photos if line.total.albums else f"{line.total.shots:,}",
                        "–" if line.total.albums else clock(line.total.seconds, hours=True),
                        f"{line.last.astimezone():%Y-%m-%d %H:%M}" if line.last else t("status.never"),
                    )
                    for name, number in zip(names[1:], numbers, strict=True):
                        tag("td", "num", number).props["data-name"] = name


def _head(names: list[str], n_texts: int) -> None:
    """Headings, of which the first `n_texts` stand over text and the others over numbers."""
    with tag("thead"), tag("tr"):
        for place, name in enumerate(names):
            tag("th", "" if place < n_texts else "num", name)


def _holds(t: Texts, holds: list[Hold]) -> None:
    names = [t(f"status.{name}") for name in ("collection", "work", "code", "why", "since")]
    with tag("table", "ap-table stacked"):
        _head(names, n_texts=5)
        with tag("tbody"):
            for hold in holds:
                with tag("tr"):
                    tag("td", text=hold.collection)
                    tag("td", "whole", hold.work).props["data-name"] = names[1]
                    tag("td", "whole ap-mono", hold.error_code).props["data-name"] = names[2]
                    tag("td", text=t.failure(hold.error_code, hold.message))
                    tag("td", "whole", f"{hold.since.astimezone():%Y-%m-%d %H:%M}").props["data-name"] = names[4]


def _failures(t: Texts, failures: list[Entry], n: int) -> None:
    if not failures:
        tag("p", "ap-soft", t("status.no_failures")).style("margin: .4rem 0 0")
        return
    names = [t(f"status.{name}") for name in ("video", "stage", "code", "why", "attempts")]
    with tag("table", "ap-table stacked"):
        _head(names, n_texts=4)
        with tag("tbody"):
            for entry in failures:
                with tag("tr"):
                    tag("td", text=entry.name.video_id)
                    tag("td", "whole", entry.stage or "").props["data-name"] = names[1]
                    tag("td", "whole ap-mono", entry.error_code or "").props["data-name"] = names[2]
                    tag("td", text=t.failure(entry.error_code, entry.message))
                    tag("td", "num", str(entry.attempts)).props["data-name"] = names[4]
    if n > len(failures):
        tag("p", "ap-soft ap-small", t("status.more", n=n - len(failures)))
