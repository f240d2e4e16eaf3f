"""What first and second answers will take, by what is published."""

from pathlib import Path

import duckdb
import pytest

from archive_pipeline.collections.model import Collection
from archive_pipeline.warehouse.snapshot import schema_files
from archive_pipeline.web.analysis_costs import UNKNOWN, cost_of, second_cost
from archive_pipeline.web.database import Published

_ANSWER = """
INSERT INTO {table} BY NAME SELECT 'films/a.mp4' AS video_id, md5(i::VARCHAR)::UUID AS shot_id, 'manners' AS policy,
    1 AS policy_version, q AS question, 'flag' AS answer_type, 'ok' AS status, {raised} AS flag, {raised} AS raised,
    [] AS quotes, [] AS frames_s, [] AS shown_s, 0 AS n_words, 'tests' AS model, 'judge 1' AS prompt_version,
    {prompt} AS prompt_tokens, 20 AS completion_tokens, 0.5 AS latency_s, 'f' AS asked
FROM range({n}) AS r(i), (VALUES ('sexism'), ('insult')) AS v(q)
"""


def published(folder: Path, *statements: str) -> Published:
    version = folder / "warehouse" / "archive-000001.duckdb"
    version.parent.mkdir()
    with duckdb.connect(str(version)) as connection:
        for file in schema_files():
            connection.execute(file.read_text())
        connection.execute(
            "INSERT INTO videos BY NAME SELECT 'films/a.mp4' AS video_id, 'films' AS collection, 'a.mp4' AS path, "
            "'ready' AS status, now() AS ingested_at"
        )
        for statement in statements:
            connection.execute(statement)
    link = folder / "archive.duckdb"
    link.symlink_to(version)
    return Published(link, folder / "lake")


@pytest.fixture
def films() -> Collection:
    return Collection(name="films", source=Path("/films"), analyses=("second_opinions",), second_sample=0.1)


def test_second_answers_are_told_by_the_share_that_was_flagged(tmp_path: Path, films: Collection) -> None:
    """Of ten shots three were flagged by any question; twenty are not judged yet."""
    judged = _ANSWER.format(table="findings", raised="i < 3 AND q = 'insult'", prompt=100, n=10)
    known = published(tmp_path, judged)
    first = cost_of(known, "findings", 20, at_once=2)
    assert (first.prompt_tokens, first.completion_tokens, first.seconds) == (2000, 400, 5.0)
    videos = {"films/a.mp4", "films/b.mp4"}
    second = second_cost(known, films, videos, {"films/a.mp4"}, n_requests=20, at_once=2)
    assert second.n_requests == round(3 + 0.1 * 7 + 20 * (0.3 + 0.1 * 0.7)) == 11
    assert (second.prompt_tokens, second.seconds, second.n_drawn) == (1100, 2.75, 0)
    later = second_cost(known, films, videos, set(), n_requests=0, at_once=2)
    assert later.n_requests == 0


def test_what_the_sample_told_is_told(tmp_path: Path, films: Collection) -> None:
    """Shots 3 and 4 were drawn; the second answer flags the latter. Its own requests tell what the next ones take."""
    first = _ANSWER.format(table="findings", raised="i < 3", prompt=100, n=10)
    second = _ANSWER.format(table="second_opinions", raised="i <> 3 AND q = 'insult'", prompt=300, n=5)
    found = second_cost(published(tmp_path, first, second), films, {"films/a.mp4"}, set(), n_requests=10, at_once=1)
    assert (found.n_drawn, found.n_raised) == (2, 1)
    assert found.n_requests == 4
    assert found.prompt_tokens == 1200


def test_before_the_first_answers_nothing_is_made_up(tmp_path: Path, films: Collection) -> None:
    known = published(tmp_path)
    assert cost_of(known, "findings", 20, at_once=2) == UNKNOWN
    second = second_cost(known, films, {"films/a.mp4"}, set(), n_requests=20, at_once=2)
    assert (second.n_requests, second.prompt_tokens, second.sample) == (None, None, 0.1)
