"""Judgements: kept a line each, a file a run, and what people do wrong said with a code."""

from pathlib import Path
from typing import Any

import pytest

from archive_pipeline.errors import RequestError
from archive_pipeline.store.judgements import Judgement, Judgements
from archive_pipeline.store.lake import Lake

SHOT = "00000000-0000-5000-8000-000000000001"


def judgement(**changes: Any) -> Judgement:
    given: dict[str, Any] = {
        "run": "otoño", "person": "Ána", "collection": "films", "ranking": "all@films", "against": "", "text": "a boat",
        "language": "en", "model": "archive-tiny", "shot_id": SHOT, "video_id": "films/日本.mp4", "rank": 3,
    }  # fmt: skip
    return Judgement(**(given | changes))


def test_what_was_judged_is_kept_as_it_was_said(tmp_path: Path) -> None:
    kept = Judgements(Lake(tmp_path))
    kept.add(judgement())
    kept.add(judgement(rank=0, shot_id="", video_id="", text="una barca\n«roja»"))
    kept.add(judgement(run="../other", collection="news"))
    rows = Judgements(Lake(tmp_path)).of_run("otoño")
    assert rows["rank"].to_list() == [3, 0]
    assert rows["text"].to_list() == ["a boat", "una barca\n«roja»"]
    assert len(list((tmp_path / "judgements").iterdir())) == 2, "a file a run, whatever its name"
    for run, collection in (("nobody's", ""), ("otoño", "news")):
        with pytest.raises(RequestError) as error:
            kept.of_run(run, collection)
        assert error.value.code == "unknown_run"


@pytest.mark.parametrize(
    "changes",
    [{"run": " "}, {"run": "x" * 101}, {"person": "x" * 101}, {"rank": -1}, {"rank": 0}, {"shot_id": ""}],
    ids=str,
)
def test_what_is_no_judgement_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(RequestError) as error:
        judgement(**changes)
    assert error.value.code == "bad_judgement"


def test_a_torn_line_is_passed_over_and_counted(tmp_path: Path) -> None:
    kept = Judgements(Lake(tmp_path))
    kept.add(judgement())
    (file,) = (tmp_path / "judgements").iterdir()
    with file.open("ab") as torn:
        torn.write(b'{"run": "oto\n')
    kept.add(judgement(rank=1))
    assert kept.of_run("otoño")["rank"].to_list() == [3, 1]
    assert list(kept.passed_over().values()) == [1]
