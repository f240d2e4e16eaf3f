"""Queries whose words are only said, only seen, or both: what searching by words and pictures together must answer."""

from collections.abc import Iterable, Mapping, Sequence
from random import Random

from archive_pipeline.evaluation.questions import as_query, question_of_width
from archive_pipeline.evaluation.truth import Span, TextQuery, TrueShot, WordQuery
from archive_pipeline.simulator.captions import describe
from archive_pipeline.simulator.topics import Topic
from archive_pipeline.simulator.world import LANGUAGES, Language

_PER_GROUP = 100
_WIDTHS = (2, 3)  # attributes of what is seen, as people ask

Said = Mapping[Span, tuple[Topic, Language]]
"""What is said while a shot is on, and in which language."""


def word_queries(shots: Sequence[TrueShot], said: Said, seed: int, per_group: int = _PER_GROUP) -> list[WordQuery]:
    """At most `per_group` different queries of each group; none where nothing is said.

    Said: a topic, asked for in the language in which it is said and with other inflections; right are all shots during
    which it is said in that language. Seen: two or three attributes of a picture; right are all that have them,
    whatever is said. Both: attributes and a topic; right are the shots that have both, however many have one of them.
    """
    random = Random(f"{seed}/words")
    pictured = [shot for shot in shots if shot.facts.card is None and shot.facts.things]
    groups: dict[str, Iterable[TextQuery | None]] = {
        "said": (_said(span, said) for span in random.sample(list(said), len(said))),
        "seen": (_seen(shot, shots, random) for shot in random.sample(pictured, len(pictured))),
        "both": (_both(shot, shots, said, random) for shot in random.sample(pictured, len(pictured))),
    }
    if not said:
        return []
    return [WordQuery(group, query) for group, queries in groups.items() for query in _first(queries, per_group)]


def _first(queries: Iterable[TextQuery | None], n: int) -> list[TextQuery]:
    found: dict[str, TextQuery] = {}
    for query in queries:
        if query is not None and len(found) < n:
            [text] = query.texts.values()
            found.setdefault(text, query)
    return list(found.values())


def _said(span: Span, said: Said) -> TextQuery:
    topic, language = said[span]
    return TextQuery(
        {language: topic.asked(language)}, frozenset(s for s, spoken in said.items() if spoken == said[span])
    )


def _seen(shot: TrueShot, shots: Sequence[TrueShot], random: Random) -> TextQuery | None:
    question = question_of_width(shot.facts, random.choice(_WIDTHS), random)
    if question is None:
        return None
    language = random.choice(LANGUAGES)
    query = as_query(question, shots)
    return TextQuery({language: query.texts[language]}, query.relevant)


def _both(shot: TrueShot, shots: Sequence[TrueShot], said: Said, random: Random) -> TextQuery | None:
    question = question_of_width(shot.facts, random.choice(_WIDTHS), random)
    if question is None or shot.span not in said:
        return None
    topic, language = said[shot.span]
    spoken = _said(shot.span, said).relevant
    relevant = as_query(question, shots).relevant & spoken
    return TextQuery({language: f"{describe(question, language)}, {topic.asked(language)}"}, relevant)
