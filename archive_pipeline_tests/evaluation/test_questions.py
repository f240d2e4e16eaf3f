"""Graded queries name as many attributes as they say, and every shot that satisfies them is right."""

from random import Random

from archive_pipeline.evaluation.questions import WIDTHS, graded_queries
from archive_pipeline.evaluation.retrieval import composed_queries
from archive_pipeline.evaluation.truth import Span, TrueShot
from archive_pipeline.simulator.casting import cast_place, cast_subjects
from archive_pipeline.simulator.facts import Facts


def shots(n: int) -> list[TrueShot]:
    random = Random(4)
    facts = [Facts(card="bars"), *(cast_subjects(random, cast_place(random), held_out=None) for _ in range(n))]
    return [TrueShot(Span(f"{i // 10}.mp4", float(i), i + 1.0), "place", 0, fact) for i, fact in enumerate(facts)]


SHOTS = shots(200)
QUERIES = graded_queries(SHOTS, seed=3, per_width=40)


def test_there_are_as_many_different_queries_of_every_width() -> None:
    assert [sum(query.width == width for query in QUERIES) for width in WIDTHS[1:]] == [40] * 3
    assert sum(query.width == 1 for query in QUERIES) >= 20, "there are only so many things and places"
    assert len({query.texts["en"] for query in QUERIES}) == len(QUERIES)


def test_broad_queries_are_answered_by_more_shots_than_narrow_ones() -> None:
    answers = [sum(len(q.relevant) for q in QUERIES if q.width == width) for width in WIDTHS]
    assert answers == sorted(answers, reverse=True)
    assert all(query.relevant for query in QUERIES)


def test_a_query_finds_exactly_the_shots_whose_facts_answer_it() -> None:
    boats = [q for q in QUERIES if q.texts["en"] == "a boat"]
    assert boats, "a hundred shots hold every thing"
    for query in boats:
        assert query.relevant == {
            shot.span for shot in SHOTS if any(thing.object == "boat" for thing in shot.facts.things)
        }


def test_the_same_seed_asks_the_same_and_another_does_not() -> None:
    assert graded_queries(SHOTS, seed=3, per_width=40) == QUERIES
    assert graded_queries(SHOTS, seed=4, per_width=40) != QUERIES


def test_composed_queries_need_both_the_picture_and_the_words() -> None:
    asked = composed_queries(SHOTS, SHOTS, seed=1)
    assert len(asked) > 20
    for at, query in asked:
        place = SHOTS[at].facts
        found = [shot.facts for shot in SHOTS if shot.span in query.relevant]
        assert found
        assert all((f.setting, f.time, f.weather) == (place.setting, place.time, place.weather) for f in found)
        assert SHOTS[at].span not in query.relevant, "the picture's own shot shows another thing"
        assert all(thing.object not in query.texts["en"].split() for thing in place.things)
