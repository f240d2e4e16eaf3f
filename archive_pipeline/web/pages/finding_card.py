"""One judged shot on the page of findings: its picture, each finding with its evidence, and the review of it."""

from collections.abc import Awaitable, Callable
from urllib.parse import unquote

from nicegui import run, ui
from nicegui.element import Element

from archive_pipeline.errors import ArchiveError
from archive_pipeline.store.reviews import MOST_NOTE, MOST_REVIEWER, STATES
from archive_pipeline.web.api.finding_models import FindingOut, JudgedShot, Opinion
from archive_pipeline.web.archive import WebArchive
from archive_pipeline.web.finding_names import Names, agreement
from archive_pipeline.web.findings import review
from archive_pipeline.web.pages.parts import clock, tag
from archive_pipeline.web.texts import Texts

Play = Callable[[float], Awaitable[None]]
"""Opens the player at a time, in seconds."""

_COOKIE = "archive_reviewer"
_VALUE = "(event) => emit(event.target.value)"
_REMEMBER = (
    f"(event) => {{ document.cookie = '{_COOKIE}=' + encodeURIComponent(event.target.value) + "
    "';path=/;max-age=31536000;samesite=lax'; }"
)


class ReviewDesk:
    """Keeps what the reviewer says, under the name that the browser remembers."""

    def __init__(self, t: Texts, archive: WebArchive) -> None:
        self._t = t
        self._archive = archive
        self._name = ""

    def name_box(self) -> None:
        cookie = unquote(ui.context.client.request.cookies.get(_COOKIE, ""))[:MOST_REVIEWER]
        self._name = cookie if cookie.isprintable() else ""
        box = tag("input", "ap-input").props(f"maxlength={MOST_REVIEWER}").style("max-width: 260px")
        box.props["placeholder"] = box.props["aria-label"] = self._t("findings.reviewer")
        box.props["value"] = self._name
        box.on("input", lambda event: self._rename(str(event.args)), js_handler=_VALUE)
        box.on("change", js_handler=_REMEMBER)

    async def keep(self, shot: JudgedShot, finding: FindingOut, state: str, note: str) -> bool:
        """Whether the review was kept; says so where it was not."""
        given = {
            "shot_id": shot.shot_id,
            "policy": shot.policy,
            "question": finding.question,
            "state": state,
            "note": note[:MOST_NOTE],
            "reviewer": self._name[:MOST_REVIEWER],
        }
        try:
            await run.io_bound(review, self._archive.published, self._archive.reviews, given)
        except ArchiveError as error:
            ui.notify(self._t.error(error.code, error.message), position="bottom", type="negative")
            return False
        ui.notify(self._t("findings.kept"), position="bottom")
        return True

    def _rename(self, name: str) -> None:
        self._name = name


def finding_card(t: Texts, shot: JudgedShot, names: Names, desk: ReviewDesk, play: Play) -> None:
    """The card; a click on the picture or on a quotation plays the moment."""
    with tag("section", "ap-panel ap-finding") as card:
        card.props["data-shot"] = shot.shot_id
        with tag("button", "ap-finding-still").props("type=button") as still:
            still.props["aria-label"] = t("card.open")
            picture = tag("img").props('alt="" loading=lazy')
            picture.props["src"] = shot.still
        still.on("click", lambda: play(shot.start_s))
        with tag("div", "ap-finding-text"):
            with tag("div", "ap-row"):
                title = tag("a", text=shot.video_id)
                title.props["href"] = shot.page
                tag("span", "ap-soft ap-small ap-mono", shot.start_timecode)
                tag("span", "ap-soft ap-small", names.policy(shot.policy))
            for finding in shot.findings:
                if finding.n_raised:
                    _raised(t, shot, finding, names, desk, play)
            _others(t, shot, names)


def _raised(t: Texts, shot: JudgedShot, finding: FindingOut, names: Names, desk: ReviewDesk, play: Play) -> None:
    with tag("div", "ap-found") as found:
        found.props["data-question"] = finding.question
        with tag("div", "ap-row"):
            tag("strong", text=names.question(shot.policy, finding.question))
            if finding.second:
                mark = tag("span", "ap-tag" if finding.n_raised == 2 else "ap-tag warn", t(agreement(finding)))
                mark.props["data-raised-by"] = str(finding.n_raised)
        for opinion in (finding, finding.second):
            if opinion:
                _opinion(t, opinion, play, is_one_of_two=finding.second is not None)
        _review(t, shot, finding, desk)


def _opinion(t: Texts, opinion: Opinion, play: Play, *, is_one_of_two: bool) -> None:
    """What one model says; of two, whose it is, too."""
    if is_one_of_two or opinion.score is not None or opinion.is_supported is False:
        with tag("div", "ap-row"):
            if is_one_of_two:
                tag("span", "ap-soft ap-small", f"{opinion.model}:")
            if opinion.score is not None:
                tag("span", "ap-mono", f"{opinion.score:.2f}")
            if not opinion.raised:
                tag("span", "ap-soft ap-small", t("findings.not_raised"))
            if opinion.is_supported is False:
                tag("span", "ap-tag warn", t("findings.unsupported")).props["title"] = t("findings.unsupported_title")
    if opinion.justification:
        tag("p", text=opinion.justification)
    for quote in opinion.quotes:
        with tag("p", "ap-quote" if quote.said else "ap-quote unsaid"):
            tag("q", text=quote.words)
            if quote.start_s is not None:
                _moment(t, quote.start_s, play)
            else:
                tag("span", "ap-soft ap-small", t("findings.not_said"))
    if opinion.frames_s:
        with tag("p", "ap-small"):
            tag("span", "ap-soft", t("findings.pictures"))
            for time_s in opinion.frames_s:
                _moment(t, time_s, play)


def _moment(t: Texts, at_s: float, play: Play) -> None:
    when = tag("button", "ap-link", clock(at_s)).props("type=button")
    when.props["aria-label"] = f"{t('card.open')} {clock(at_s)}"
    when.on("click", lambda: play(at_s))


def _review(t: Texts, shot: JudgedShot, finding: FindingOut, desk: ReviewDesk) -> None:
    buttons: dict[str, Element] = {}
    with tag("div", "ap-row"):
        note = tag("input", "ap-input").props(f"maxlength={MOST_NOTE}")
        note.props["placeholder"] = note.props["aria-label"] = t("findings.note")
        note.props["value"] = written = finding.review_note or ""
        texts = {"note": written}
        note.on("input", lambda event: texts.update(note=str(event.args)), js_handler=_VALUE)

        async def decide(state: str) -> None:
            if await desk.keep(shot, finding, state, texts["note"]):
                for name, button in buttons.items():
                    button.props["aria-pressed"] = "true" if name == state else "false"
                    button.update()

        for state in STATES:
            buttons[state] = tag("button", "ap-chip", t(f"findings.{state}")).props("type=button")
            buttons[state].props["data-review"] = state
            buttons[state].props["aria-pressed"] = "true" if finding.review_state == state else "false"
            buttons[state].on("click", lambda _, state=state: decide(state))
        if finding.reviewer:
            tag("span", "ap-soft ap-small", finding.reviewer)


def _others(t: Texts, shot: JudgedShot, names: Names) -> None:
    """Choices and texts, and how many answers raised nothing."""
    for finding in shot.findings:
        label = names.question(shot.policy, finding.question)
        if finding.choice:
            chosen = names.choice(shot.policy, finding.question, finding.choice)
            tag("p", "ap-soft ap-small", f"{label}: {chosen}")
        elif finding.text:
            tag("p", "ap-soft ap-small", f"{label}: {finding.text}")
    n_quiet = sum(finding.n_raised == 0 for finding in shot.findings)
    if n_quiet:
        tag("p", "ap-soft ap-small", t("findings.quiet", n=n_quiet))
