"""Queries of graded width, made from what is true of the shots: one attribute is broad, four are narrow."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from archive_pipeline.evaluation.truth import TextQuery, TrueShot
from archive_pipeline.simulator.captions import describe
from archive_pipeline.simulator.facts import Facts, Thing
from archive_pipeline.simulator.world import LANGUAGES

WIDTHS = (1, 2, 3, 4)
_PER_WIDTH = 100
_TRIES = 12  # for a question of that width about one shot


def graded_queries(shots: Sequence[TrueShot], seed: int, per_width: int = _PER_WIDTH) -> list[TextQuery]:
    """At most `per_width` different queries of each width; relevant to each are all shots whose facts answer it.

    Each is asked about a shot drawn at random, so something is always to be found. It names a thing or a setting;
    what else it names is drawn at random. The same shots and seed give the same queries.
    """
    random = Random(f"{seed}/graded")
    pictured = [shot for shot in shots if shot.facts.card is None and (shot.facts.things or shot.facts.setting)]
    queries = []
    for width in WIDTHS:
        questions: dict[Facts, None] = {}
        for shot in random.sample(pictured, len(pictured)):
            question = question_of_width(shot.facts, width, random)
            if question is not None:
                questions.setdefault(question)
            if len(questions) == per_width:
                break
        queries += [as_query(question, shots, width) for question in questions]
    return queries


def as_query(question: Facts, shots: Sequence[TrueShot], width: int | None = None) -> TextQuery:
    """The question in words, with the spans of all shots that answer it."""
    relevant = frozenset(shot.span for shot in shots if shot.facts.answers(question))
    return TextQuery({language: describe(question, language) for language in LANGUAGES}, relevant, width)


def question_of_width(facts: Facts, width: int, random: Random) -> Facts | None:
    """A question with `width` of the facts' attributes; None where chance finds none."""
    for _ in range(_TRIES):
        question = Facts()
        for extend in random.sample(list(_ATTRIBUTES), len(_ATTRIBUTES)):
            extended = extend(question, facts)
            if extended.width <= width:
                question = extended
            if question.width == width and (question.things or question.setting):
                return question
    return None


def _thing(question: Facts, facts: Facts) -> Facts:
    if question.things or not facts.things:
        return question
    return replace(question, things=(Thing(facts.things[0].object),))


def _colour(question: Facts, facts: Facts) -> Facts:
    if not question.things or question.things[0].object != facts.things[0].object:
        return question
    first = replace(question.things[0], colour=facts.things[0].colour)
    return replace(question, things=(first, *question.things[1:]))


def _count(question: Facts, facts: Facts) -> Facts:
    several = bool(facts.things) and (facts.things[0].count or 1) > 1
    if not question.things or not several or question.things[0].object != facts.things[0].object:
        return question
    first = replace(question.things[0], count=facts.things[0].count)
    return replace(question, things=(first, *question.things[1:]))


def _second(question: Facts, facts: Facts) -> Facts:
    if len(facts.things) < 2 or not question.things or len(question.things) > 1:
        return question
    return replace(question, things=(*question.things, replace(facts.things[1], count=None)))


def _action(question: Facts, facts: Facts) -> Facts:
    leading = bool(question.things) and question.things[0].object == facts.things[0].object
    return replace(question, action=facts.action) if leading else question


def _setting(question: Facts, facts: Facts) -> Facts:
    return replace(question, setting=facts.setting)


def _time(question: Facts, facts: Facts) -> Facts:
    return replace(question, time=facts.time)


def _weather(question: Facts, facts: Facts) -> Facts:
    return replace(question, weather=facts.weather)


# A thing comes twice, or it would seldom come before what is said of it.
_ATTRIBUTES = (_thing, _thing, _colour, _count, _second, _action, _setting, _time, _weather)
