"""Real pictures against what a person reads in them (`footage.json`): titles, credits, a burned-in timecode."""

import json
from pathlib import Path

import pytest

from archive_pipeline.evaluation.truth import TrueLine
from archive_pipeline.evaluation.writings import Read, compare, distance, scores_of
from archive_pipeline.language.visible_text import get_reader
from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.media.moments import Moment, sample_moments
from archive_pipeline.media.probe import probe
from archive_pipeline.stages.visible_text import READING
from archive_pipeline_tests.language.visible_text.shots import read_file

TRUTH = json.loads((Path(__file__).parent / "footage.json").read_text(encoding="utf-8"))
SINTEL, BUNNY = "sintel_trailer_480p.mp4", "bbb_timecode_1.mp4"


def lines_of(name: str) -> list[TrueLine]:
    return [TrueLine(**line) for line in TRUTH[name]]


def timecode_of(time_s: float) -> str:
    """Of the clip, whose pictures count thousandths of a second from the end of the first one on."""
    return f"00:00:{23 + (round(time_s * 24) + 1) / 24:06.3f}"


@pytest.mark.parametrize(("name", "time_s"), [(SINTEL, 48.0), (SINTEL, 49.5), (BUNNY, 10.0)])
def test_a_picture_is_read_letter_by_letter(footage: Path, name: str, time_s: float) -> None:
    file = footage / name
    (sample,) = sample_moments(file, probe(file), READING, find_ffmpeg(None), [Moment(time_s, time_s, 0)])
    read = [line.text for line in get_reader().read(sample.jpeg)]
    if name == BUNNY:
        assert timecode_of(sample.pts_s) in read
        return
    true = [line.text for line in lines_of(name) if line.start_s <= time_s < line.end_s]
    wrong = sum(min(distance(text, other) for other in read) for text in true)
    assert wrong <= 0.03 * sum(map(len, true))


@pytest.mark.verify
def test_titles_credits_and_timecode_of_whole_films(footage: Path) -> None:
    judged: list[Read] = []
    for name in (SINTEL, BUNNY):
        rows, n_read, n_shots = read_file(footage / name, get_reader(), find_ffmpeg(None))
        print(f"{name}: {n_read} pictures read in {n_shots} shots\n{rows}")
        own = compare([line for line in lines_of(name) if line.kind != "timecode"], rows)
        for row in rows.filter(kind="timecode").iter_rows(named=True):
            own += compare([TrueLine("timecode", timecode_of(row["read_s"]), row["pts_s"], row["end_s"])], rows)
        for one in own:
            print(one.wrong, one.line.kind, one.row and one.row["kind"], one.line.text, one.row and one.row["text"])
        judged += own
    scores = {score.label: score.value for score in scores_of(judged)}
    print(scores)
    assert {one.line.kind for one in judged} == {"title", "credit", "timecode"}
    assert scores["visible_texts/found"] >= 0.95
    assert scores["visible_texts/character_error"] <= 0.03
    assert scores["visible_texts/kind_right"] >= 0.9
