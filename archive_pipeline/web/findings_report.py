"""Findings as a report to hand on: what was found, what it rests on, what people say of it, and the pictures."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any, Literal, get_args

import jinja2
import polars as pl

from archive_pipeline.errors import RequestError
from archive_pipeline.exports.spreadsheet import spreadsheet_csv
from archive_pipeline.language.findings.policy_files import load_policies
from archive_pipeline.timecode import format_timecode
from archive_pipeline.web import addresses
from archive_pipeline.web.api.finding_models import FindingOut, JudgedShot, Opinion
from archive_pipeline.web.archive import WebArchive
from archive_pipeline.web.finding_names import Names, agreement
from archive_pipeline.web.findings import FindingsAsked, list_findings
from archive_pipeline.web.texts import Texts

ReportKind = Literal["html", "csv"]
REPORTS: tuple[ReportKind, ...] = get_args(ReportKind)
MOST_SHOTS = 500
"""With a picture each: some 15 MB."""
_SAID = """
SELECT s.shot_id::VARCHAR AS shot_id, t.start_s, t.speaker, t.text
FROM shots AS s
JOIN transcripts_corrected AS t ON t.video_id = s.video_id AND t.start_s < s.end_s AND t.end_s > s.start_s
WHERE s.shot_id IN (SELECT unnest(?::UUID[])) ORDER BY s.shot_id, t.segment
"""


@dataclass(frozen=True)
class Report:
    """Shots, what matters most first; texts of models and people are not escaped yet."""

    asked: FindingsAsked
    shots: Sequence[JudgedShot]
    total: int
    """Shots that fit; more than are told where there are more than MOST_SHOTS."""
    said: Mapping[str, Sequence[Mapping[str, Any]]]
    """Segments of the transcript (start_s, speaker, text), as people put it right, that a shot touches, by its id."""
    names: Names
    made_at: datetime


def report_address(asked: FindingsAsked, kind: ReportKind, language: str) -> str:
    """Of the report of all that is asked for, whatever page of it is shown."""
    return f"/api/findings/report/{kind}?{asked.query()}&" + addresses.pairs([("language", language)])


def collect(archive: WebArchive, asked: FindingsAsked, t: Texts) -> Report:
    """Raises RequestError `nothing_found` where nothing fits."""
    found = list_findings(archive.published, archive.reviews, replace(asked, limit=MOST_SHOTS, offset=0))
    if not found.shots:
        raise RequestError("nothing_found", "No finding fits these filters: there is nothing to report.")
    policies, _ = load_policies(archive.settings.own_policies)
    said: dict[str, list[Mapping[str, Any]]] = {}
    for row in archive.published.rows(_SAID, [[shot.shot_id for shot in found.shots]]):
        said.setdefault(row["shot_id"], []).append(row)
    return Report(asked, found.shots, found.total, said, Names(t, policies), datetime.now(UTC))


def as_html(report: Report, archive: WebArchive, t: Texts, address: str) -> bytes:
    """One file that needs nothing beside it, to read and to print. `address`: where the archive's pages are."""

    def still(shot: JudgedShot) -> str:
        try:
            jpeg = archive.still(shot.video_id, shot.keyframe_s).jpeg
        except RequestError:  # none is kept
            return ""
        return "data:image/jpeg;base64," + base64.b64encode(jpeg).decode()

    raised = [finding for shot in report.shots for finding in shot.findings if finding.n_raised]
    page = _template().render(
        t=t, report=report, address=address, still=still, names=report.names, clock=format_timecode,
        answer=partial(_answer, report.names), agreement=agreement,
        counted=_counted(report, raised), filters=_filters(report, t),
    )  # fmt: skip
    return page.encode("utf-8", "replace")


def as_csv(report: Report) -> bytes:
    """A row for each answer that raises something or that is a choice or a text."""
    rows = [
        {
            "video_id": shot.video_id, "shot": shot.shot, "shot_id": shot.shot_id,
            "start": shot.start_timecode, "start_s": shot.start_s, "end_s": shot.end_s,
            "policy": report.names.policy(shot.policy), "policy_version": finding.policy_version,
            "question": report.names.question(shot.policy, finding.question),
            "answer": _answer(report.names, shot.policy, finding.question, finding), "raised": finding.raised,
            "justification": finding.justification, "quotes": " | ".join(quote.words for quote in finding.quotes),
            "is_supported": finding.is_supported, "model": finding.model, "asked": finding.n_asked,
            "raised_by": finding.n_raised, **_second(report.names, shot.policy, finding),
            "review": finding.review_state, "note": finding.review_note, "reviewer": finding.reviewer,
            "said": " ".join(str(one["text"]) for one in report.said.get(shot.shot_id, ())),
        }
        for shot in report.shots
        for finding in shot.findings
        if finding.n_raised != 0
    ]  # fmt: skip
    return spreadsheet_csv(pl.DataFrame(rows, schema=_COLUMNS))


_COLUMNS = {
    "video_id": pl.String, "shot": pl.Int64, "shot_id": pl.String,
    "start": pl.String, "start_s": pl.Float64, "end_s": pl.Float64,
    "policy": pl.String, "policy_version": pl.Int64, "question": pl.String, "answer": pl.String, "raised": pl.Boolean,
    "justification": pl.String, "quotes": pl.String, "is_supported": pl.Boolean, "model": pl.String,
    "asked": pl.Int64, "raised_by": pl.Int64, "second_model": pl.String, "second_answer": pl.String,
    "second_justification": pl.String, "review": pl.String, "note": pl.String, "reviewer": pl.String, "said": pl.String,
}  # fmt: skip


def _answer(names: Names, policy: str, question: str, opinion: Opinion) -> str:
    if opinion.choice is not None:
        return names.choice(policy, question, opinion.choice)
    if opinion.score is not None:
        return f"{opinion.score:.2f}"
    return opinion.text or ""


def _second(names: Names, policy: str, finding: FindingOut) -> dict[str, str | None]:
    if finding.second is None:
        return {}
    answer = _answer(names, policy, finding.question, finding.second) or str(finding.second.raised).lower()
    why = finding.second.justification
    return {"second_model": finding.second.model, "second_answer": answer, "second_justification": why}


def _counted(report: Report, raised: Sequence[FindingOut]) -> list[tuple[str, int, dict[str, int]]]:
    """Label, shots and states of the reviews of each question that raised something, the most frequent first."""
    policies = {finding.question: shot.policy for shot in report.shots for finding in shot.findings}
    found: dict[str, dict[str, int]] = {}
    for finding in raised:
        states = found.setdefault(finding.question, {})
        states[finding.review_state] = states.get(finding.review_state, 0) + 1
    labelled = [
        (report.names.question(policies[question], question), sum(states.values()), states)
        for question, states in found.items()
    ]
    return sorted(labelled, key=lambda one: -one[1])


def _filters(report: Report, t: Texts) -> list[tuple[str, str]]:
    """What the report is limited to, in words."""
    asked, names = report.asked, report.names
    chosen = [
        ("collection", asked.collection),
        ("policy", asked.policy and names.policy(asked.policy)),
        ("question", asked.question and names.question(asked.policy, asked.question)),
        ("min_score", "" if asked.min_score is None else f"{asked.min_score:g}"),
        ("state", asked.state and t(f"findings.{asked.state}")),
        ("answers", asked.answers and t(f"findings.{asked.answers}")),
    ]
    return [(t(f"findings.{name}"), value) for name, value in chosen if value]


@cache
def _template() -> jinja2.Template:
    """All that is put into it is escaped."""
    loader = jinja2.PackageLoader("archive_pipeline.web")
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    return environment.get_template("findings_report.html.jinja")
