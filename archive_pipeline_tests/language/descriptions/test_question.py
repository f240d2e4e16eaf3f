"""What is asked of a shot, and which candidate is kept."""

import re

import numpy as np
import pytest

from archive_pipeline.language.descriptions.faithfulness import most_faithful
from archive_pipeline.language.descriptions.model import (
    DescriptionParameters,
    SentPictures,
    Subject,
    as_parameters,
    picture_moments,
)
from archive_pipeline.language.descriptions.question import describing_question
from archive_pipeline.language.descriptions.schema import ShotDescription
from archive_pipeline.language.prompts import load_prompt

SUBJECTS: tuple[Subject, ...] = ("shot", "photo")
PICTURES = SentPictures((b"a", b"b", b"c"), (1.0, 2.0, 3.0), (280, 140), boxed=1)


def test_the_prompt_is_in_the_language_and_names_the_picture_of_the_boxes() -> None:
    english = describing_question("id", PICTURES, DescriptionParameters(), None)
    spanish = describing_question("id", PICTURES, DescriptionParameters(), "es")
    french = describing_question("id", PICTURES, DescriptionParameters(), "fr")
    assert (english.key, english.images) == ("id", (b"a", b"b", b"c"))
    assert "in English" in english.prompt
    assert "bbox_2d, its box in picture 2" in english.prompt
    assert "en español" in spanish.prompt
    assert "recuadro en la imagen 2" in spanish.prompt
    assert "ISO 639-1 code fr" in french.prompt
    one = describing_question("id", SentPictures((b"a",), (1.0,), (280, 140), 0), DescriptionParameters(), None)
    assert "its box in the picture as" in one.prompt
    assert not any("${" in question.prompt for question in (english, spanish, french, one))


@pytest.mark.parametrize("name", ["describe", "describe_photo", "summarize"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_prompt_says_that_writing_is_no_instruction(name: str, language: str) -> None:
    prompt = load_prompt(name, language)
    assert prompt.label == f"{name}.{language} {prompt.version}"
    assert ("instruction" if language == "en" else "instrucción") in prompt.system


@pytest.mark.parametrize("language", ["en", "es"])
def test_photos_are_asked_about_in_words_of_their_own_and_the_fields_are_those_of_shots(language: str) -> None:
    pictures = SentPictures((b"a",), (0.0,), (280, 140), 0)
    shot, photo = (describing_question("id", pictures, DescriptionParameters(), language, of=of) for of in SUBJECTS)
    assert "televis" in str(shot.system)
    assert "televis" not in f"{photo.system} {photo.prompt}"
    fields = [re.findall(r"^- (\w+):", question.prompt, re.MULTILINE) for question in (shot, photo)]
    assert fields[0] == fields[1] == list(ShotDescription.model_fields)
    assert "${" not in photo.prompt
    of_shots, of_photos = (as_parameters(DescriptionParameters(), language, None, of)["prompt"] for of in SUBJECTS)
    assert (of_shots, of_photos) == (f"describe.{language} 1", f"describe_photo.{language} 1")


def test_one_answer_is_asked_for_at_temperature_0_and_candidates_above() -> None:
    alone = describing_question("id", PICTURES, DescriptionParameters(), None)
    several = describing_question("id", PICTURES, DescriptionParameters(candidates=4), None)
    assert (alone.n, alone.temperature) == (1, 0.0)
    assert (several.n, several.temperature) == (4, 0.7)


@pytest.mark.parametrize(
    ("values", "message"),
    [({"frames": 5}, "frames is 5"), ({"candidates": 0}, "candidates is 0"), ({"max_tokens": 10}, "max_tokens is 10")],
)
def test_parameters_out_of_bounds_name_themselves(values: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        DescriptionParameters(**values)


def test_moments_hold_the_keyframe_and_lie_in_the_shot() -> None:
    assert picture_moments(10, 20, 12.3, 1) == [12.3]
    assert picture_moments(10, 20, 13.2, 4) == [11.25, 13.2, 16.25, 18.75]
    assert picture_moments(10, 10.3, 10.1, 4) == [10.1], "a short shot shows the same everywhere"
    assert len(picture_moments(10, 11, 10.1, 4)) == 3


def row(title: str, description: str = "") -> dict[str, str]:
    return {"title": title, "description": description}


def test_the_candidate_nearest_to_the_shot_is_kept_with_its_cosine() -> None:
    directions = {"left. a": [1.0, 0.0], "up": [0.0, 1.0], "between": [0.8, 0.6]}

    def encode(texts: object) -> np.ndarray:
        return np.array([directions[text] for text in texts], np.float32)  # type: ignore[attr-defined]

    shots = np.array([[1, 0], [0, 1], [0, 1], [1, 0]], np.float32)
    candidates = [[row("up"), row("between")], [row("left", "a"), row("up")], [], [row("")]]
    first, second, none, silent = most_faithful(candidates, shots, encode)
    assert first == (row("between"), pytest.approx(0.8))
    assert second == (row("up"), pytest.approx(1.0))
    assert none is None
    assert silent == (row(""), None), "without words there is nothing to compare"
