"""What is said in simulated programmes: subtitles that another reader understands, words apart from the pictures."""

from pathlib import Path

import polars as pl
import pysubs2
import pytest

from archive_pipeline.search.words.terms import query_terms
from archive_pipeline.simulator.speech import speech_of
from archive_pipeline.simulator.topics import TOPICS, TOWNS
from archive_pipeline.simulator.truth import SCHEMAS, Truth, read_truth, write_truth
from archive_pipeline.simulator.world import LANGUAGES, every_phrase

SHOTS = [{"shot": n, "start_s": 4.0 * n, "end_s": 4.0 * n + 4} for n in range(200)]


def test_subtitles_beside_each_video_say_what_the_truth_says(archive: Path, truth: Truth) -> None:
    for (path,), spoken in truth.speech.partition_by("path", as_dict=True).items():
        [file] = (archive / "videos").glob(f"{Path(str(path)).stem}.*.vtt")
        assert file.suffixes[-2] == f".{spoken['language'][0]}"
        cues = pysubs2.load(str(file))
        assert [cue.text for cue in cues] == spoken["text"].to_list()
        assert [cue.start / 1000 for cue in cues] == pytest.approx(spoken["start_s"].to_list(), abs=0.001)
        assert [cue.end / 1000 for cue in cues] == pytest.approx(spoken["end_s"].to_list(), abs=0.001)


def test_a_sentence_lies_in_its_shot_but_for_a_moment(truth: Truth) -> None:
    placed = truth.speech.join(truth.shots, on=["path", "shot"], suffix="_shot")
    assert placed.height == truth.speech.height > 0
    assert (placed["start_s"] > placed["start_s_shot"]).all()
    assert (placed["end_s"] < placed["end_s_shot"] + 0.201).all()
    assert (placed["end_s"] > placed["start_s"]).all()


def test_the_same_seed_says_the_same_and_another_something_else() -> None:
    assert speech_of("1/0", SHOTS) == speech_of("1/0", SHOTS)
    assert speech_of("1/0", SHOTS) != speech_of("1/1", SHOTS)
    assert 80 < len(speech_of("1/0", SHOTS)) < 160


def test_topics_have_no_word_of_the_drawn_world() -> None:
    drawn = {term for phrase in every_phrase() for term in query_terms(phrase)}
    for topic in TOPICS:
        for language in LANGUAGES:
            for town in TOWNS:
                assert not drawn & set(query_terms(topic.said(language, town)))
            assert not drawn & set(query_terms(topic.asked(language)))


def test_an_archive_from_before_there_was_speech_has_none(truth: Truth, tmp_path: Path) -> None:
    write_truth(truth, tmp_path / "truth")
    (tmp_path / "truth" / "speech.parquet").unlink()
    old = read_truth(tmp_path)
    assert old.speech.is_empty()
    assert old.speech.schema == pl.Schema(SCHEMAS["speech"])
    assert old.shots.equals(truth.shots)
