"""The documentalists' test: ask as usual, mark the first right shot or "not there", next; what the run came to."""

from itertools import groupby
from typing import get_args

from fastapi import Request
from nicegui import run, ui

from archive_pipeline.errors import ArchiveError
from archive_pipeline.search.request import Match
from archive_pipeline.stages.judged import Judged, judged
from archive_pipeline.store.judgements import MOST_NAME, MOST_TEXT
from archive_pipeline.web import addresses
from archive_pipeline.web.api.judgements import shots_of
from archive_pipeline.web.api.models import Shot
from archive_pipeline.web.components import ShotGrid
from archive_pipeline.web.judging import Ranking
from archive_pipeline.web.pages.figure_plot import figure_plot
from archive_pipeline.web.pages.parts import button, card_labels, empty, link_button, note, tag
from archive_pipeline.web.pages.player_dialog import PlayerDialog
from archive_pipeline.web.pages.shell import shell
from archive_pipeline.web.service import Service
from archive_pipeline.web.texts import Texts

_METRICS = ("r_at_1", "r_at_2", "r_at_5", "r_at_10", "r_at_20", "r_at_50", "mrr", "not_there_share")


def add_judging_page(service: Service) -> None:
    @ui.page("/test", response_timeout=30)
    async def test(request: Request) -> None:
        with shell(request, "test", "") as t:
            titles = await run.io_bound(service.archive.titles) or {}
            tag("h1", text=t("test.title"))
            tag("p", "ap-soft", t("test.text"))
            if not titles:
                empty(t("search.nothing_yet"), t("search.nothing_yet_text"), "archive-pipeline ingest ~/films")
                return
            rankings = [str(Ranking(match, False, name)) for name in titles for match in reversed(get_args(Match))]
            rankings = sorted(rankings, key=lambda one: not one.startswith("all@"))
            page = JudgingPage(service, t, request.query_params.get("run", "")[:MOST_NAME], rankings)
            await page.show_figures()


class JudgingPage:
    """One open page. What is asked, and where it came from, is kept by the server until it is judged."""

    def __init__(self, service: Service, t: Texts, name: str, rankings: list[str]) -> None:
        self._service = service
        self._judging = service.archive.judging
        self._t = t
        self._question = ""
        self._shots: dict[str, Shot] = {}
        with tag("section", "ap-panel"):
            with tag("div", "ap-row"):
                self._run = self._field("run", name)
                self._person = self._field("person", "")
                self._ranking = self._choice("ranking", rankings)
                self._against = self._choice("against", ["", *rankings])
            with tag("form", "ap-search").style("margin-top: .8rem") as form, tag("div", "ap-searchbox"):
                form.props["role"] = "search"
                self._text = ui.input(placeholder=t("search.placeholder")).props(
                    f"outlined clearable autofocus maxlength={MOST_TEXT} data-search"
                )
                self._text.props["aria-label"] = t("search.placeholder")
                tag("button", "ap-button main", t("search.go")).props("type=submit").style("padding: 0 1.4rem")
            form.on("submit.prevent", self._ask)
        self._said = tag("div", "ap-row")
        self._said.props["aria-live"] = "polite"
        self._asked = tag("div")
        self._figures = tag("div")
        self._dialog = PlayerDialog(t, lambda: None, lambda _: None)

    def _field(self, what: str, value: str) -> ui.input:
        field = ui.input(label=self._t(f"test.{what}"), value=value).props(f"outlined dense maxlength={MOST_NAME}")
        field.props[f"data-{what}"] = True
        return field

    def _choice(self, what: str, rankings: list[str]) -> ui.select:
        names = {one: self._name(one) for one in rankings}
        choice = ui.select(names, label=self._t(f"test.{what}"), value=rankings[0]).props("outlined dense")
        choice.props[f"data-{what}"] = True
        return choice.style("min-width: 14rem")

    def _name(self, ranking: str) -> str:
        if not ranking:
            return self._t("test.alone")
        match, _, collection = ranking.partition("@")
        return f"{self._t(f'search.match_{match}')} · {collection}"

    async def _ask(self) -> None:
        asked = (self._run.value or "", self._person.value or "", self._text.value or "")
        rankings = (str(self._ranking.value), str(self._against.value))

        def work() -> tuple[str, list[Shot]]:
            question = self._judging.ask(*asked, *rankings)
            return question.question, shots_of(self._service, question)

        self._said.clear()
        self._asked.clear()
        try:
            self._question, shots = await self._service.search_lane.run(work)
        except ArchiveError as error:
            self._tell(error)
            return
        self._shots = {shot.id: shot for shot in shots}
        with self._asked:
            with tag("div", "ap-row").style("margin-bottom: .8rem"):
                tag("span", "ap-soft", self._t("test.mark", n=len(shots)))
                button(self._t("test.not_there"), lambda: self._judge(""), "search_off").props("data-not-there")
            grid = ShotGrid(card_labels(self._t), marking=False, picking=False, judging=True)
            grid.show(shots)
            grid.on("right", lambda event: self._judge(event.args))
            grid.on("open", lambda event: self._dialog.open(self._shots[event.args], True))
            grid.on("info", lambda event: self._dialog.open(self._shots[event.args], False))

    async def _judge(self, shot_id: str) -> None:
        try:
            kept = await run.io_bound(self._judging.judge, self._question, shot_id)
        except ArchiveError as error:
            self._tell(error)
            return
        if kept is None:  # the server is going down
            return
        self._asked.clear()
        self._said.clear()
        with self._said:
            said = self._t("test.kept", rank=kept.rank) if kept.rank else self._t("test.kept_not_there")
            note(f"{said} {self._t('test.next')}").props("data-kept")
        self._text.value = ""
        self._text.run_method("focus")
        await self.show_figures()

    def _tell(self, error: ArchiveError) -> None:
        self._said.clear()
        with self._said:
            note(self._t.error(error.code, error.message), "bad", error.code)

    async def show_figures(self) -> None:
        """Those of the run that is named, if it has any; else the runs there are."""
        t, name = self._t, (self._run.value or "").strip()
        every = await run.io_bound(self._judging.judgements.all)
        self._figures.clear()
        if every is None or every.is_empty():
            return
        with self._figures:
            mine = every.filter(every["run"] == name)
            if mine.is_empty():
                with tag("div", "ap-chips"):
                    tag("span", "ap-soft", t("test.runs"))
                    for other in every["run"].unique(maintain_order=True).to_list():
                        chip = tag("a", "ap-chip", other)
                        chip.props["href"] = "/test?" + addresses.pairs([("run", other)])
                return
            found = judged(mine)
            with tag("div", "ap-row"):
                tag("h2", text=t("test.figures", run=name, n=mine.height))
                tag("span", "ap-grow")
                link_button("CSV", "/api/judgements/csv?" + addresses.pairs([("run", name)]), "download", download=True)
            for _, group in groupby(found, lambda one: (one.ranking, one.against, one.model)):
                with tag("section", "ap-panel").style("margin: .6rem 0 1rem"):
                    self._group(list(group))

    def _group(self, judged_ones: list[Judged]) -> None:
        """What one ranking, or two that were mixed, came to with one encoder: as a plot of all, and in figures."""
        t, found = self._t, judged_ones[0]
        tag("h3", text=f"{self._title(found)} · {found.model}")
        figure_plot(found.figures, [t(f"test.{name}") for name in _METRICS], t("test.plot"))
        if found.duel:
            duel = found.duel
            tag(
                "p",
                text=t(
                    "test.duel",
                    first=self._name(found.ranking),
                    n_first=duel.first,
                    second=self._name(found.against),
                    n_second=duel.second,
                    p=f"{duel.p:.3f}",
                ),
            ).props("data-duel")
        self._table(judged_ones)

    def _title(self, found: Judged) -> str:
        return " | ".join(self._name(one) for one in (found.ranking, found.against) if one)

    def _table(self, judged_ones: list[Judged]) -> None:
        t = self._t
        with tag("div").style("overflow-x: auto"), tag("table", "ap-table"):
            with tag("thead"), tag("tr"):
                for heading in ("", *(t(f"test.{metric}") for metric in _METRICS), "n"):
                    tag("th", "num" if heading else "", heading)
            with tag("tbody"):
                for one in judged_ones:
                    with tag("tr"):
                        whose = one.person if one.person is not None else one.language
                        tag("td", "", t("test.everything") if whose is None else whose or t("test.nobody"))
                        for figure in one.figures:
                            with tag("td", "num").props(f"data-metric={figure.metric}"):
                                tag("div", text=f"{figure.value:.3f}")
                                tag("div", "ap-soft ap-small", f"{figure.low:.2f} – {figure.high:.2f}")
                        tag("td", "num", str(one.figures[0].n))
