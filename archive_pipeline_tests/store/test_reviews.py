"""Reviews: added by many at once, never lost, the latest counts, published when they are made."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from archive_pipeline.errors import RequestError
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.reviews import Review, Reviews
from archive_pipeline_tests.warehouse.archive import Archive, query, video
from archive_pipeline_tests.warehouse.synthetic import Content

SHOT = "00000000-0000-5000-8000-000000000001"


def review(**changes: Any) -> Review:
    given = {"video_id": "films/a.mp4", "shot_id": SHOT, "policy": "p", "question": "q", "state": "unsure"}
    return Review(**{**given, **changes})  # type: ignore[arg-type]


def test_all_are_kept_and_the_latest_of_a_finding_counts(tmp_path: Path) -> None:
    reviews = Reviews(Lake(tmp_path))
    for state in ("unsure", "confirmed", "dismissed"):
        reviews.add(review(state=state))
    reviews.add(review(question="other", state="confirmed", note="ñ\n\u2028<b>", reviewer="Ána"))
    assert reviews.all()["state"].to_list() == ["unsure", "confirmed", "dismissed", "confirmed"]
    latest = {row["question"]: row for row in reviews.latest().iter_rows(named=True)}
    assert (latest["q"]["state"], latest["other"]["note"]) == ("dismissed", "ñ\n\u2028<b>")


def test_processes_add_at_the_same_time_and_nothing_is_lost(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from archive_pipeline.store.lake import Lake; "
        "from archive_pipeline.store.reviews import Review, Reviews\n"
        f"for n in range(50): Reviews(Lake(Path(sys.argv[1]))).add("
        f"Review('films/a.mp4', '{SHOT}', 'p', sys.argv[2] + str(n), 'confirmed', 'x' * 1900))"
    )
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda who: subprocess.run([sys.executable, "-c", code, tmp_path, who], check=True), "ab"))
    assert Reviews(Lake(tmp_path)).all()["question"].n_unique() == 100


def test_a_torn_line_costs_that_line_only(tmp_path: Path) -> None:
    reviews = Reviews(Lake(tmp_path))
    reviews.add(review(question="first"))
    file = tmp_path / "reviews" / "films.jsonl"
    file.write_bytes(file.read_bytes() + b'{"review": "torn", "video_')
    reviews.add(review(question="second"))
    file.write_bytes(file.read_bytes() + b"null\n[]\n{}\n\xff\xfe\n")
    assert Reviews(Lake(tmp_path)).all()["question"].to_list() == ["first", "second"]


@pytest.mark.parametrize(
    "changes",
    [{"state": "deleted"}, {"note": "x" * 2001}, {"reviewer": "x" * 101}, {"shot_id": "../../etc"}],
)
def test_an_impossible_review_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises(RequestError, match="bad_review"):
        review(**changes)


@pytest.mark.parametrize("video_id", ["../../etc/passwd", "Films/a.mp4", "", "a b/c.mp4"])
def test_a_review_of_an_impossible_video_writes_nowhere(tmp_path: Path, video_id: str) -> None:
    with pytest.raises(RequestError, match="unknown_video"):
        Reviews(Lake(tmp_path / "lake")).add(review(video_id=video_id))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_publication_is_due_when_somebody_reviewed_and_a_removed_video_keeps_its_reviews(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    tape = video("tape.mp4")
    archive.ready(tape, Content(1))
    archive.publish()
    assert archive.is_published()
    archive.reviewed(tape, "sexism", "confirmed")
    assert not archive.is_published()
    archive.publish()
    state = "SELECT review_state FROM findings_reviewed WHERE question = 'sexism' AND shot = 0"
    assert query(archive.link, state) == [("confirmed",)]
    archive.removed(tape)
    archive.publish()
    assert query(archive.link, state) == []
    assert query(archive.link, "SELECT state, reviewer FROM reviews") == [("confirmed", "Ana")]
    archive.publish(full=True)
    assert query(archive.link, "SELECT state, reviewer FROM reviews") == [("confirmed", "Ana")]
