"""What putting shots to policies will take, by what it took so far: first answers, then second ones."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import duckdb

from archive_pipeline.collections.model import Collection
from archive_pipeline.web.database import Published

_EXPERIENCE = """
SELECT count(*) AS n, avg(prompt) AS prompt, avg(completion) AS completion, avg(latency_s) AS latency_s FROM (
    SELECT any_value(prompt_tokens) AS prompt, any_value(completion_tokens) AS completion,
           any_value(latency_s) AS latency_s
    FROM {table} WHERE model IS NOT NULL GROUP BY shot_id, policy
)
"""
_FLAGGED = """
SELECT video_id, count(*) AS n, count(*) FILTER (raised) AS flagged FROM (
    SELECT video_id, coalesce(bool_or(raised), false) AS raised FROM findings WHERE status = 'ok'
    GROUP BY video_id, shot_id, policy
) GROUP BY video_id
"""
_DRAWN = """
SELECT collection, sum(n_drawn)::BIGINT AS n_drawn, sum(n_raised)::BIGINT AS n_raised
FROM unflagged_samples GROUP BY collection
"""


@dataclass(frozen=True)
class Cost:
    """Of some requests; None where none was ever made here."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    seconds: float | None = None


UNKNOWN = Cost()


@dataclass(frozen=True)
class SecondCost(Cost):
    """What second opinions will take, and what those that were drawn at random have told."""

    n_requests: int | None = None
    """By the share that was flagged so far; None where nothing was judged yet."""
    sample: float = 0.0
    """Share of the shots that are not flagged of which it is asked."""
    n_drawn: int = 0
    """Shots so far that were not flagged and asked about again."""
    n_raised: int = 0
    """Of these, those in which the second answer raises something."""


def cost_of(published: Published, table: str, n_requests: int, at_once: int) -> Cost:
    """Of requests whose answers are rows of `table`, so many of them under way at once."""
    known = (published.counted(table, _EXPERIENCE.format(table=table)) or [{}])[0]
    if not known.get("n"):
        return UNKNOWN
    prompt, completion, latency_s = (known[name] * n_requests for name in ("prompt", "completion", "latency_s"))
    return Cost(round(prompt), round(completion), latency_s / at_once)


def second_cost(
    published: Published,
    described: Collection,
    videos: AbstractSet[str],
    once: AbstractSet[str],
    n_requests: int,
    at_once: int,
) -> SecondCost:
    """`once`: of the published `videos` of the collection those that were judged once; `n_requests` will judge the
    others."""
    counted = published.counted("findings", _FLAGGED)
    flagged = {row["video_id"]: (row["n"], row["flagged"]) for row in counted}
    own = {video_id: counts for video_id, counts in flagged.items() if video_id in videos} or flagged
    n, n_flagged = (sum(counts[place] for counts in own.values()) for place in (0, 1))
    sample, (n_drawn, n_raised) = described.second_sample, _drawn(published, described.name)
    if n_requests and not n:
        return SecondCost(sample=sample, n_drawn=n_drawn, n_raised=n_raised)
    known = [flagged.get(video_id, (0, 0)) for video_id in once]
    to_come = sum(raised + sample * (answered - raised) for answered, raised in known)
    share = n_flagged / n if n else 0.0
    asked = round(to_come + n_requests * (share + sample * (1 - share)))
    cost = cost_of(published, "second_opinions", asked, at_once)
    if cost == UNKNOWN:
        cost = cost_of(published, "findings", asked, at_once)
    return SecondCost(cost.prompt_tokens, cost.completion_tokens, cost.seconds, asked, sample, n_drawn, n_raised)


def _drawn(published: Published, collection: str) -> tuple[int, int]:
    try:
        rows = published.counted("second_opinions", _DRAWN)
    except duckdb.CatalogException:  # published by an older version, and soon anew
        return 0, 0
    return next(((row["n_drawn"], row["n_raised"]) for row in rows if row["collection"] == collection), (0, 0))
