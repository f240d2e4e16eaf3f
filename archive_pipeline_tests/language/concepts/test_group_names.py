"""Groups are called by what sets them apart."""

import numpy as np

from archive_pipeline.language.concepts.group_names import distinction, group_names
from archive_pipeline.language.concepts.vocabulary import Vocabulary
from archive_pipeline_tests.language.concepts.made import vocabulary

Scored = list[tuple[Vocabulary, np.ndarray]]
PLACES = vocabulary("beach", "street", "room")
THINGS = vocabulary("boat", "car", "dog")


def names(scored: Scored, labels: np.ndarray, language: str = "en") -> list[str | None]:
    told = [distinction(vocabulary, scores, labels) for vocabulary, scores in scored]
    return group_names(told, int(labels.max()) + 1, language)


def scored(places: list[int], things: list[int | None]) -> Scored:
    """Each picture surely shows this place and, unless None, this thing."""
    seen = [np.eye(3, dtype=np.float32)[places] * 0.9 + 0.03]
    rows = [np.full(3, 1 / 3) if thing is None else np.eye(3)[thing] * 0.9 + 0.03 for thing in things]
    return [(PLACES, seen[0]), (THINGS, np.array(rows, np.float32))]


def test_a_group_is_called_by_its_place_and_its_thing() -> None:
    both = scored([0, 0, 1, 1, 2, 2], [0, 0, 1, 1, None, None])
    labels = np.array([0, 0, 1, 1, 2, 2], np.int32)
    assert names(both, labels, "en") == ["beach · boat", "street · car", "room"]


def test_what_all_groups_show_names_none_of_them() -> None:
    both = scored([0, 0, 0, 0], [0, 0, 1, 1])
    assert names(both, np.array([0, 0, 1, 1], np.int32), "en") == ["boat", "car"]


def test_a_group_that_nothing_sets_apart_has_no_name() -> None:
    both = scored([0, 1, 0, 1], [None] * 4)
    assert names(both, np.array([0, 0, 1, 1], np.int32), "en") == [None, None]


def test_groups_of_one_name_are_numbered() -> None:
    both = scored([0, 0, 0, 0, 1, 1, 1, 1], [None] * 8)
    labels = np.array([0, 0, 1, 1, 2, 2, -1, -1], np.int32)
    assert names(both, labels, "en") == ["beach", "beach 2", "street"]


def test_the_language_asked_for_is_spoken() -> None:
    places = vocabulary("beach", "street", entries={
        "beach": {"label": {"en": "Beach", "es": "Playa"}},
        "street": {"label": {"en": "Street", "es": "Calle"}},
    })  # fmt: skip
    scores = np.array([[0.9, 0.1], [0.1, 0.9]], np.float32)
    assert names([(places, scores)], np.array([0, 1], np.int32), "es") == ["Playa", "Calle"]


def test_similarities_decide_no_name() -> None:
    cosines = vocabulary("beach", "street", kind="similarity")
    scores = np.array([[0.9, 0.1], [0.1, 0.9]], np.float32)
    assert names([(cosines, scores)], np.array([0, 1], np.int32), "en") == [None, None]
