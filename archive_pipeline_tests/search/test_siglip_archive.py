"""An archive whose model is a SigLIP2: its pictures are scored against concepts, compared with sentences and found."""

from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from archive_pipeline.encoders import get_encoder, identify
from archive_pipeline.encoders.taught_languages import languages_of, prompts
from archive_pipeline.language.concepts.phrase_vectors import read_by_model
from archive_pipeline.language.concepts.scores import judge
from archive_pipeline.language.descriptions.faithfulness import most_faithful
from archive_pipeline.search.configured import open_index
from archive_pipeline.search.model import Point
from archive_pipeline.search.request import Request
from archive_pipeline.search.spaces import space_name
from archive_pipeline.stages.phrase_comparison import compare_phrases
from archive_pipeline.stages.vocabularies import encoded
from archive_pipeline_tests.encoders.conftest import jpeg
from archive_pipeline_tests.encoders.siglip import BIAS, SCALE, make_siglip
from archive_pipeline_tests.language.concepts.made import vocabulary
from archive_pipeline_tests.search import finding
from archive_pipeline_tests.search.archive import random_points, ranking
from archive_pipeline_tests.thorough import thorough

pytestmark = thorough


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"local-dir:{make_siglip(tmp_path_factory.mktemp('siglip'))}"


@pytest.fixture(scope="module")
def pictures(model: str) -> list[Point]:
    """Shots of one video, each with the vector of a picture."""
    vectors = get_encoder(model, "cpu").encode_images([jpeg(seed) for seed in range(12)])
    made = random_points("films/a.mp4", 12, np.random.default_rng(0))
    return [replace(point, vector=vector) for point, vector in zip(made, vectors, strict=True)]


@pytest.mark.parametrize("kind", ["softmax", "threshold"])
def test_shots_are_scored_against_concepts(model: str, pictures: list[Point], tmp_path: Path, kind: str) -> None:
    made = vocabulary("boat", "beach", kind=kind, **({"against": ["anything"]} if kind == "threshold" else {}))
    ask = partial(encoded, model=model, device="cpu")
    read = read_by_model(made, languages_of(model), identify(model), ask, tmp_path)
    shots = np.array([point.vector for point in pictures])
    judged = judge(shots, read)
    logits = read.scale * shots @ read.entries.T
    if kind == "softmax":
        lead = logits[:, 0] - logits[:, 1]
        np.testing.assert_allclose(judged.scores.sum(1), 1, atol=1e-5)
    else:
        lead = logits[:, 0] - read.scale * shots @ read.contrast
    np.testing.assert_allclose(judged.scores[:, 0], 1 / (1 + np.exp(-lead)), atol=1e-4)
    again = read_by_model(made, languages_of(model), identify(model), ask, tmp_path)
    np.testing.assert_array_equal(judge(shots, again).scores, judged.scores)


def test_each_sentence_is_also_judged_for_itself(model: str, pictures: list[Point]) -> None:
    compared = compare_phrases(pictures[0].vector, ["a red boat", "un barco"], model, "cpu")
    assert prompts(model, "barco", "es") == ("barco",)
    assert sum(one.probability for one in compared) == pytest.approx(1)
    for one in compared:
        assert one.match == pytest.approx(1 / (1 + np.exp(-(SCALE * one.cosine + BIAS))), rel=1e-3)
    tiny = compare_phrases(np.ones(256, np.float32) / 16, ["a red boat", "a car"], "archive-tiny", "cpu")
    assert [one.match for one in tiny] == [None, None]


def test_descriptions_of_any_length_are_compared(model: str, pictures: list[Point]) -> None:
    candidates = [[{"title": "A boat", "description": "a boat. " * 300}, {"title": "", "description": "a beach"}]]
    (chosen,) = most_faithful(
        candidates, np.array([pictures[0].vector]), lambda texts: get_encoder(model, "cpu").encode_texts(texts)
    )
    assert chosen is not None
    assert chosen[1] is not None


def test_words_find_shots_however_they_are_written(model: str, pictures: list[Point], tmp_path: Path) -> None:
    space = space_name(model, identify(model))
    known = {"model": model, "identity": identify(model), "encoder": partial(get_encoder, model, "cpu")}
    words = get_encoder(model, "cpu").encode_texts(["un barco rojo"])[0]
    with open_index(tmp_path, None, None) as index:
        index.ensure_space(space, 64)
        index.replace_videos(space, {"films/a.mp4": pictures})
        askable = finding.askable(space, **known, prompts=partial(prompts, model))
        finder = finding.finder(index, finding.MadeFrames({"films/a.mp4": pictures}), [askable])
        found = finder.find(Request("Un barco ROJO!", limit=12)).shots
    cosines = dict(ranking({"films/a.mp4": pictures}, words))
    assert {one.id for one in found} == set(cosines)
    np.testing.assert_allclose([one.score for one in found], [cosines[one.id] for one in found], atol=1e-3)
    assert all(before.score >= after.score for before, after in pairwise(found))
