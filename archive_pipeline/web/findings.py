"""Findings of the published database, with the reviews that were made since, and which of them are asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, get_args

import duckdb
import polars as pl

from archive_pipeline.errors import RequestError
from archive_pipeline.store.reviews import Review, Reviews, State
from archive_pipeline.web import addresses
from archive_pipeline.web.api.finding_models import FindingOut, Findings, JudgedShot
from archive_pipeline.web.database import Published
from archive_pipeline.web.state import Parameters
from archive_pipeline.web.whole_numbers import whole_number

OPEN = "open"
OPINIONS = ("differ", "agree")
REVIEW_STATES = (OPEN, *get_args(State))
AT_A_TIME = 20
"""Shots; each with a picture and all its answers."""

_NOW = """
WITH fresh AS (
    SELECT unnest(?::VARCHAR[]) AS key, unnest(?::VARCHAR[]) AS state, unnest(?::VARCHAR[]) AS note,
           unnest(?::VARCHAR[]) AS reviewer
),
now AS (
    SELECT f.* REPLACE (
               coalesce(fresh.state, review_state) AS review_state,
               coalesce(fresh.note, review_note) AS review_note,
               coalesce(fresh.reviewer, f.reviewer) AS reviewer
           )
    FROM findings_reviewed AS f
    LEFT JOIN fresh ON fresh.key = concat_ws('|', shot_id, policy, question)
)
"""
_WANTED = """
    (? = '' OR collection = ?) AND (? = '' OR policy = ?) AND (? = '' OR question = ?)
    AND CASE WHEN ? AND answer_type IN ('choice', 'text') THEN true
             WHEN ?::DOUBLE IS NULL THEN {raised}
             ELSE answer_type IN ('flag', 'score') AND strength >= ? END
    AND (? = '' OR review_state = ?)
    AND {answers}
"""
_ANSWERED = {"": "true", "differ": "differs", "agree": "n_asked = 2 AND n_raised = 2"}
"""By `n_asked` DuckDB sees that only pairs are wanted and joins no others: 0.57 processor seconds instead of 0.75, of
3.4 million answers and 680,000 second ones."""
_SHOTS = """
SELECT video_id, shot, shot_id, policy, start_s, end_s, start_timecode, keyframe_s, max(strength) AS strongest,
       max(coalesce(n_raised, 0)) AS agreed, count(*) OVER () AS total
FROM now WHERE {wanted}
GROUP BY ALL ORDER BY strongest DESC, agreed DESC, video_id, shot, policy LIMIT ? OFFSET ?
"""
_ANSWERS = f"""{_NOW}
SELECT * FROM now WHERE shot_id IN (SELECT unnest(?::UUID[])) ORDER BY n_raised DESC NULLS LAST, strength DESC, question
"""


_SECOND = "SELECT * FROM second_opinions WHERE status = 'ok' AND shot_id IN (SELECT unnest(?::UUID[]))"
_OF_AN_ANSWER = ("shot_id", "policy", "question", "policy_version")
_OF_A_SHOT = ("video_id", "shot", "policy", "start_s", "end_s", "start_timecode", "keyframe_s")


@dataclass(frozen=True)
class FindingsAsked:
    """Which findings are wanted; the field names are the names in the address."""

    collection: str = ""
    policy: str = ""
    question: str = ""
    min_score: float | None = None
    """Of flags (which have 1 or 0) and scores; None: what a policy raises."""
    state: str = ""
    """Of the review; "": any."""
    answers: str = ""
    """`differ`: two were asked, and they disagree; `agree`: both raise it; "": any."""
    limit: int = AT_A_TIME
    offset: int = 0

    @classmethod
    def of(cls, parameters: Parameters) -> "FindingsAsked":
        """Read from an address; what cannot be meant is passed over."""

        def last(key: str) -> str:
            return (parameters.getlist(key) or [""])[-1][:200]

        try:
            score = min(max(float(last("min_score")), 0.0), 1.0)
        except ValueError:
            score = float("nan")
        page = whole_number(last("page"), 99_999) or 1
        state = last("state") if last("state") in REVIEW_STATES else ""
        answers = last("answers") if last("answers") in OPINIONS else ""
        known = cls(
            last("collection"), last("policy"), last("question"), None if score != score else score, state, answers
        )
        return replace(known, offset=(max(page, 1) - 1) * AT_A_TIME)

    def query(self, page: int | None = None) -> str:
        """As the query of an address, at a page or of all of them."""
        named = ("collection", "policy", "question", "min_score", "state", "answers")
        values = [(name, str(getattr(self, name))) for name in named if getattr(self, name) not in ("", None)]
        return addresses.pairs(values if page is None else [*values, ("page", str(page))])


def list_findings(published: Published, reviews: Reviews, asked: FindingsAsked) -> Findings:
    """Shots with what was found in them, the strongest first. Reviews count at once, published or not."""
    fresh = _fresh(reviews, published)
    pairs = [value for value in (asked.collection, asked.policy, asked.question) for _ in range(2)]
    scores = [bool(asked.question), asked.min_score, asked.min_score]
    wanted = [*pairs, *scores, asked.state, asked.state]
    try:
        shots = published.rows(_shots_query(asked), [*fresh, *wanted, asked.limit, asked.offset])
        ids = [str(shot["shot_id"]) for shot in shots]
        answers = published.rows(_ANSWERS, [*fresh, ids]) if shots else []
        second = {_key(row): row for row in published.rows(_SECOND, [ids])} if shots else {}
    except (duckdb.CatalogException, duckdb.BinderException):  # published by an older version, and soon anew
        return Findings(shots=[], total=0)
    return Findings(
        shots=[_judged(shot, [row for row in answers if _same(row, shot)], second) for shot in shots],
        total=shots[0]["total"] if shots else 0,
    )


def _shots_query(asked: FindingsAsked) -> str:
    """Second answers are joined only where they tell of other shots: flagged by the first run they are all. Of 3.4
    million answers and 680,000 second ones that took a fifth of the processor time."""
    raised = "coalesce(n_raised, 0) > 0" if asked.question or asked.answers else "coalesce(raised, false)"
    wanted = _WANTED.format(raised=raised, answers=_ANSWERED[asked.answers])
    return _NOW + _SHOTS.format(wanted=wanted)


def review(published: Published, reviews: Reviews, given: Mapping[str, Any]) -> Review:
    """Keep a review of a finding that is published. Raises RequestError `unknown_finding`, `bad_review`."""
    known = published.rows(
        "SELECT video_id FROM findings WHERE shot_id = try_cast(? AS UUID) AND policy = ? AND question = ?",
        [given["shot_id"], given["policy"], given["question"]],
    )
    if not known:
        raise RequestError("unknown_finding", "There is no such finding (any more).")
    made = Review(known[0]["video_id"], **given)
    reviews.add(made)
    return made


def asked_questions(published: Published) -> dict[str, list[str]]:
    """The questions that there are answers to, by policy."""
    try:
        rows = published.rows("SELECT DISTINCT policy, question FROM findings WHERE question IS NOT NULL ORDER BY ALL")
    except duckdb.CatalogException:
        return {}
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["policy"], []).append(row["question"])
    return found


def _fresh(reviews: Reviews, published: Published) -> list[list[str]]:
    """Columns key, state, note, reviewer of the reviews that the published database does not have yet."""
    latest = reviews.latest()
    known = {row["review"] for row in published.rows("SELECT review FROM reviews")} if latest.height else set()
    unknown = latest.filter(~pl.col("review").is_in(known)) if known else latest
    keys = unknown.select(pl.concat_str("shot_id", "policy", "question", separator="|")).to_series()
    return [keys.to_list(), *(unknown[name].to_list() for name in ("state", "note", "reviewer"))]


def _same(row: Mapping[str, Any], shot: Mapping[str, Any]) -> bool:
    return bool(row["shot_id"] == shot["shot_id"] and row["policy"] == shot["policy"])


def _key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in _OF_AN_ANSWER)


def _judged(
    shot: Mapping[str, Any], answers: list[dict[str, Any]], second: Mapping[tuple[Any, ...], dict[str, Any]]
) -> JudgedShot:
    video_id = shot["video_id"]
    return JudgedShot(
        **{name: shot[name] for name in _OF_A_SHOT},
        shot_id=str(shot["shot_id"]),
        still=addresses.still(video_id, shot["keyframe_s"]),
        page=addresses.video_page(video_id, at_s=shot["keyframe_s"]),  # where boundaries were put right numbers differ
        findings=[
            FindingOut.model_validate(row | {"second": second.get(_key(row))}, extra="ignore") for row in answers
        ],
    )
