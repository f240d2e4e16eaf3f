"""The page of policies: read, edited, tried on a few shots before they are adopted."""

from collections.abc import Mapping

from fastapi import Request
from fastapi.responses import Response
from nicegui import run, ui
from nicegui.element import Element

from archive_pipeline.collections.collection_files import find_collection
from archive_pipeline.errors import ArchiveError
from archive_pipeline.language.concepts.texts import said
from archive_pipeline.language.findings.drafts import MOST_TEXT, written_policy
from archive_pipeline.language.findings.policy_files import load_policies
from archive_pipeline.language.findings.rows import Row
from archive_pipeline.stages.policy_trial import TriedShot
from archive_pipeline.web import addresses
from archive_pipeline.web.api.playground import vlm_models
from archive_pipeline.web.finding_names import Names
from archive_pipeline.web.pages.parts import button, choice, clock, link_button, note, tag
from archive_pipeline.web.pages.policy_form import PolicyForm
from archive_pipeline.web.pages.shell import shell
from archive_pipeline.web.pages.trouble import explain
from archive_pipeline.web.policy_desk import Draft, Trial, adopted, tried
from archive_pipeline.web.service import Service
from archive_pipeline.web.texts import Texts


def add_policies_page(service: Service) -> None:
    @ui.page("/analysis/policies", response_timeout=30)
    async def policies(request: Request) -> Response | None:
        archive, own = service.archive, service.archive.settings.own_policies
        with shell(request, "findings", "") as t:
            titles = await run.io_bound(archive.titles) or {}
            collection = request.query_params.get("collection", "") or next(iter(titles), "")
            known, problems = await run.io_bound(load_policies, own) or ({}, [])
            names = {name: said(policy.title, t.language) for name, policy in known.items()}
            names |= {one.file.stem: one.file.stem for one in problems}
            policy = request.query_params.get("policy", "") or next(iter(names), "")
            try:
                text, is_own = await run.io_bound(written_policy, policy, own) or ("", True)
            except ArchiveError as error:
                return explain(t, request, error)
            with tag("form", "ap-row").props("method=get action=/analysis/policies"):
                tag("h1", text=t("policies.title"))
                choice("collection", t("findings.collection"), collection, titles)
                choice("policy", t("findings.policy"), policy, names)
                tag("span", "ap-tag", t("policies.own" if is_own else "policies.shipped"))
                of_it = addresses.pairs([("collection", collection)])
                link_button(t("analysis.title"), f"/analysis?{of_it}", "playlist_play")
            tag("p", "ap-soft ap-small", t("policies.about")).style("margin: 0")
            for problem in problems:
                note(str(problem), "bad")
            desk = _Desk(service, t, collection, policy, text, titles)
        client = ui.context.client
        await client.connected()  # the page is there before a server that may be slow has told its models
        if not client.is_deleted:
            await desk.offer_models()
        return None


class _Desk:
    """One open page: a draft, and what came of it when it was last tried."""

    def __init__(
        self, service: Service, t: Texts, collection: str, policy: str, text: str, titles: Mapping[str, str]
    ) -> None:
        self._service, self._archive, self._t = service, service.archive, t
        self._collection = collection if collection in titles else ""
        self._draw = 0
        with tag("section", "ap-panel ap-stack"):
            self._edited(text)
            with tag("div", "ap-row"):
                self._name = self._field("name", policy, 64)
                self._language = self._field("language", "", 2)
                self._model = ui.select({"": t("policies.model_of_runs")}, label=t("policies.model"), value="")
                self._model.props("outlined dense").style("min-width: 14rem")
            self._shots = self._field("shots", "", 4000).style("width: 100%")
            with tag("div", "ap-row"):
                button(t("policies.try"), self._try, "science", "main").props("data-try")
                button(t("policies.other"), self._try_others, "casino")
                button(t("policies.adopt"), self._adopt, "check").props("data-adopt")
            if self._collection:
                self._tell_what_is_asked()
        self._said = tag("div").props("aria-live=polite")
        self._shown = tag("div", "ap-stack")

    def _edited(self, text: str) -> None:
        """One document in two tabs; what is written in either stands in the other."""
        t = self._t
        with ui.tabs().props("dense no-caps align=left") as tabs:
            form = ui.tab("form", t("policies.form"))
            ui.tab("yaml", "YAML")
        with ui.tab_panels(tabs, value=form, animated=False).classes("w-full bg-transparent") as panels:
            with ui.tab_panel("form").style("padding: 0"):
                self._form = PolicyForm(t, self._formed)
            with ui.tab_panel("yaml").style("padding: 0"):
                self._text = ui.textarea(label=t("policies.text"), value=text).classes("ap-mono")
                self._text.props(f'outlined maxlength={MOST_TEXT} spellcheck=false input-style="height: 24rem"')
                self._text.style("width: 100%")
        self._form.show(text)
        panels.on_value_change(lambda event: self._form.show(self._text.value or "") if event.value == "form" else None)

    def _formed(self, text: str) -> None:
        self._text.value = text

    def _field(self, what: str, value: str, most: int) -> ui.input:
        return ui.input(label=self._t(f"policies.{what}"), value=value).props(f"outlined dense maxlength={most}")

    def _tell_what_is_asked(self) -> None:
        try:
            described = find_collection(self._collection, self._archive.settings.collection_folders)
        except ArchiveError as error:
            note(self._t.error(error.code, error.message), "bad")
            return
        facts = {"policies": ", ".join(described.policies), "language": described.language or "–"}
        tag("p", "ap-soft ap-small", self._t("policies.file", collection=self._collection, **facts))

    async def offer_models(self) -> None:
        settings = self._archive.settings
        try:
            offered = await self._service.playground_lane.run(lambda: vlm_models(settings))
        except ArchiveError as error:
            self._tell(error)
            return
        self._model.set_options({"": self._t("policies.model_of_runs"), **{name: name for name in offered}})

    async def _try_others(self) -> None:
        self._draw += 1
        self._shots.value = ""
        await self._try()

    async def _try(self) -> None:
        draft = Draft(
            self._name.value or "",
            self._text.value or "",
            self._collection,
            str(self._model.value or ""),
            (self._language.value or "").strip().lower(),
            self._shots.value or "",
            self._draw,
        )
        self._said.clear()
        self._shown.clear()
        with self._said:
            ui.spinner()
        try:
            trial = await self._service.playground_lane.run(lambda: tried(self._archive, draft))
        except ArchiveError as error:
            self._tell(error)
            return
        self._said.clear()
        with self._shown:
            _show(self._t, trial)

    async def _adopt(self) -> None:
        name, text = self._name.value or "", self._text.value or ""
        self._said.clear()
        try:
            found = await run.io_bound(adopted, self._archive, name, text)
        except ArchiveError as error:
            self._tell(error)
            return
        if found is None:
            return
        policy, file, collections = found
        with self._said:
            note(self._t("policies.adopted", name=policy.name, version=policy.version, file=file)).props("data-adopted")
            due = self._t("policies.judges", collections=", ".join(collections)) if collections else ""
            tag("p", "ap-small", due or self._t("policies.judges_none", name=policy.name))

    def _tell(self, error: ArchiveError) -> None:
        self._said.clear()
        with self._said:
            note(self._t.error(error.code, error.message), "bad", error.code)


def _show(t: Texts, trial: Trial) -> None:
    names = Names(t, {trial.policy.name: trial.policy})
    models = sorted({str(row["model"]) for shot in trial.shots for row in shot.rows if row["model"]})
    with tag("section", "ap-panel ap-stack"):
        tag("p", text=t("policies.tried", model=", ".join(models) or "–", n=len(trial.shots)))
        facts = {"prompt": f"{trial.prompt_tokens:,}", "completion": f"{trial.completion_tokens:,}"}
        cost = t("policies.cost", shots=f"{trial.n_shots:,}", time=clock(trial.seconds, hours=True), **facts)
        tag("p", "ap-small", cost).props("data-cost")
    for shot in trial.shots:
        _shot(t, shot, trial.policy.name, names)


def _shot(t: Texts, shot: TriedShot, policy: str, names: Names) -> None:
    with tag("section", "ap-panel ap-finding") as card:
        card.props["data-shot"] = shot.shot_id
        with tag("div", "ap-tried-stills"):
            for time_s in shot.rows[0]["shown_s"] or (shot.span.keyframe_s,):
                picture = tag("img").props('alt="" loading=lazy')
                picture.props["src"] = addresses.still(shot.video_id, time_s)
        with tag("div", "ap-finding-text"):
            title = tag("a", text=f"{shot.video_id} {clock(shot.span.start_s)}")
            title.props["href"] = addresses.video_page(shot.video_id, at_s=shot.span.keyframe_s)
            others: dict[str, list[str]] = {}
            for row in shot.rows:
                if row["status"] == "ok" and row["raised"] is not False:
                    _answer(t, row, policy, names)
                else:
                    others.setdefault(_why_not(t, row), []).append(names.question(policy, row["question"] or ""))
            for why, questions in others.items():
                tag("p", "ap-soft ap-small", f"{why}: {', '.join(filter(None, questions))}".removesuffix(": "))


def _why_not(t: Texts, row: Row) -> str:
    if row["status"] == "ok":
        return t("policies.quiet")
    if row["status"] == "nothing_to_judge":
        return t("policies.nothing_said")
    return f"{t('policies.no_answer')} ({row['reason'] or row['status']})"


def _answer(t: Texts, row: Row, policy: str, names: Names) -> None:
    label = names.question(policy, row["question"])
    if not row["raised"]:
        text = names.choice(policy, row["question"], row["choice"]) if row["choice"] else row["text"] or ""
        tag("p", "ap-small", f"{label}: {text}")
        return
    with tag("div", "ap-found") as found:
        found.props["data-question"] = row["question"]
        _heading(t, label, row)
        if row["justification"]:
            tag("p", text=row["justification"])
        for quote in row["quotes"]:
            with tag("p", "ap-quote" if quote["said"] else "ap-quote unsaid"):
                tag("q", text=quote["words"])


def _heading(t: Texts, label: str, row: Row) -> Element:
    with tag("div", "ap-row") as heading:
        tag("strong", text=label)
        if row["score"] is not None:
            tag("span", "ap-mono", f"{row['score']:.2f}")
        if row["is_supported"] is False:
            tag("span", "ap-tag warn", t("findings.unsupported"))
    return heading
