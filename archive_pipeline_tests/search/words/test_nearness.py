"""Words that belong together in a question count as far as they stand together in a shot."""

import itertools

import pytest

from archive_pipeline.search.words.bm25 import Question, question_of
from archive_pipeline.search.words.nearness import least_nearness, nearness
from archive_pipeline.search.words.places import MOST_WORDS, order_of, phrases_of, placed_terms
from archive_pipeline.search.words.terms import query_words, term_id
from archive_pipeline.search.words.text import Text

_HALVES = float(2 ** (1 / 4) / 2)
"""What is left of two words that are as rare as each other and stand apart."""


def _asked(text: str) -> Question:
    question = question_of(text)
    assert question
    return question


def _near(question: str, *texts: str, rarities: tuple[float, ...] = ()) -> float:
    asked = _asked(question)
    return nearness(order_of([Text("said", text) for text in texts]), asked, rarities or [3.0] * len(asked.words))


@pytest.mark.parametrize(
    ("question", "phrases"),
    [
        ("a red boat", [["red", "boat"]]),
        ("un barco rojo en la playa", [["barco", "rojo"]]),
        ("a red boat and a black balloon", [["red", "boat"], ["black", "balloon"]]),
        ("a strike of bakers", []),
        ("boat, beach", []),
        ("big red boat", [["big", "red", "boat"]]),
        ("red boats, red boats", [["red", "boats"]]),
        ("the of", []),
        ("boat", []),
    ],
)
def test_words_of_a_question_belong_together_where_nothing_is_between_them(
    question: str, phrases: list[list[str]]
) -> None:
    words = query_words(question)
    expected = [[words.index(terms) for word in phrase for terms in query_words(word)] for phrase in phrases]
    assert [list(phrase) for phrase in phrases_of(question)] == expected


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("a red boat", "And there is a red boat."),
        ("a red boat", "Her boat is red."),
        ("a red boat", "a red and wooden house, a red wooden boat"),
        ("un barco rojo", "Se ve un barco rojo en la playa"),
        ("un barco rojo", "un rojo barco"),
        ("tax protest", "In Cuenca the engineers protested against a tax."),
        ("big red boat", "a red boat, and a big red one is another boat"),
    ],
)
def test_nothing_is_lost_where_they_stand_together_in_any_order(question: str, text: str) -> None:
    assert _near(question, text) == pytest.approx(1)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("a red boat", "a black boat and a red balloon"),
        ("a red boat", "A black boat. A red balloon."),
        ("a red boat", "a boat; red"),
        ("a red boat", "the boat that came home from the island with a red sail"),
        ("un barco rojo", "un barco negro y un globo rojo"),
        ("un barco rojo", "un globo rojo y un barco negro"),
    ],
)
def test_what_stands_apart_is_more_than_one_word_and_less_than_both(question: str, text: str) -> None:
    assert _near(question, text) == pytest.approx(_HALVES)
    assert 0.5 < _HALVES < 1


def test_no_clause_goes_on_in_the_next_text() -> None:
    assert _near("a red boat", "a house and a boat", "red") == pytest.approx(_HALVES)
    listed = [Text("said", "the boat"), Text("listed", "Red")]
    assert nearness(order_of(listed), _asked("red boat"), [3.0, 3.0]) == pytest.approx(_HALVES)


def test_of_what_is_not_asked_for_together_nothing_is_lost() -> None:
    assert _near("a strike of bakers", "On strike. And bakers.") == 1
    assert _near("a red boat on a beach", "a red boat. The beach.") == 1
    assert _near("a red boat", "a red house") == 1
    assert _near("a red boat", "") == 1


def test_rare_words_are_the_greater_part() -> None:
    apart = "a boat and something red"
    assert _near("red boat", apart, rarities=(1.0, 9.0)) > _near("red boat", apart, rarities=(5.0, 5.0))
    assert _near("a red boat on a beach", "a beach, a boat and a red house") == pytest.approx((2 * _HALVES + 1) / 3)


def test_no_words_stand_so_that_less_is_left_than_the_least() -> None:
    for rarities in itertools.product((1.0, 3.0, 9.0), repeat=3):
        assert _near("big red boat", "big. red. boat.", rarities=rarities) >= least_nearness(3) - 1e-9
    assert _near("big red boat", "big. red. boat.") == pytest.approx(least_nearness(3))
    assert least_nearness(1) == 1


def test_each_word_counts_once_in_the_fullest_part() -> None:
    three = _near("big red boat", "a big house, a red boat and a big red one")
    assert three == pytest.approx((2**4 + 1) ** (1 / 4) / 3)
    none = _near("big red boat", "big. red. boat.")
    assert none == pytest.approx(3 ** (1 / 4) / 3)
    assert none < three


def test_places_are_kept_of_as_many_words_as_are_counted() -> None:
    rows = placed_terms(order_of([Text("said", f"word{2 * n} word{2 * n + 1}", "en") for n in range(3 * MOST_WORDS)]))
    assert len(rows) == MOST_WORDS
    places = [place for place, _ in rows]
    assert places == sorted(places)
    assert rows[1][1] == term_id("word1")
    assert order_of([]) == order_of([Text("said", "the of and")]) == ""
