"""One thing, then another: are both shots found, where two neighbours are asked for, and does the second half help?

A pair is right when its first shot answers the first question, its second shot the second, and they lie within the time
that was asked for.
"""

from collections.abc import Sequence
from itertools import pairwise
from random import Random

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.encoders.protocol import JointEncoder
from archive_pipeline.evaluation.questions import as_query, question_of_width
from archive_pipeline.evaluation.ranking import ShotTable, rank_figures, relevance, shot_ranks
from archive_pipeline.evaluation.score import OURS, Score
from archive_pipeline.evaluation.truth import SequenceQuery, TextQuery, TrueShot
from archive_pipeline.evaluation.words import ShotWords, bm25, evidence
from archive_pipeline.search.sequences import together
from archive_pipeline.search.words.bm25 import question_of
from archive_pipeline.simulator.world import LANGUAGES, Language

FIRST_ALONE = f"{OURS}, first alone"
"""Only the first question is asked; right is a shot that answers it and has a right second shot after it."""

_QUERIES = 200
_WIDTHS = (2, 3)  # attributes of each shot, as people ask
_WITHIN_S = 30.0
_READ = 50  # pairs of a ranking; a right one beyond them is not found

_Pairs = tuple[NDArray[np.int64], NDArray[np.int64]]


def sequence_queries(shots: Sequence[TrueShot], seed: int, n: int = _QUERIES) -> list[SequenceQuery]:
    """At most `n` different ones, each about two neighbours of one video, drawn by chance; `shots` in order of time."""
    random = Random(f"{seed}/sequences")
    neighbours = [pair for pair in pairwise(shots) if pair[0].span.path == pair[1].span.path]
    found: dict[tuple[str, str], SequenceQuery] = {}
    for first, then in random.sample(neighbours, len(neighbours)):
        language = random.choice(LANGUAGES)
        asked = [_question(shot, shots, language, random) for shot in (first, then)]
        if asked[0] and asked[1] and len(found) < n:
            texts = asked[0].texts[language], asked[1].texts[language]
            found.setdefault(texts, SequenceQuery(asked[0], asked[1], _WITHIN_S))
    return list(found.values())


def sequence_scores(
    queries: Sequence[SequenceQuery], encoder: JointEncoder, shots: ShotTable, words: Sequence[ShotWords | None]
) -> list[Score]:
    """R@k and MRR of pairs, and of shots where the first question is asked alone.

    `words` are the shots' own, in the order of the table. Ranked as in `search/sequences.py`, without an index.
    """
    if not queries:
        return []
    halves = [one.first for one in queries], [one.then for one in queries]
    first, then = (_evidence(half, shots, words, encoder) for half in halves)
    is_first, is_then = (relevance([one.relevant for one in half], shots) for half in halves)
    ranks, followed = [], np.zeros_like(is_first)
    for row, query in enumerate(queries):
        a, b = _pairs(shots, query.within_s)
        right = is_first[row, a] & is_then[row, b]
        followed[row, a[right]] = True
        ranks.append(_rank(together(first[row, a], then[row, b]), right, (a, b)))
    systems = {OURS: np.array(ranks), FIRST_ALONE: shot_ranks(first, followed)}
    return [
        Score("sequences_to_pair", metric, value, len(queries), system, "shot")
        for system, found in systems.items()
        for metric, value in rank_figures(found).items()
    ]


def _question(shot: TrueShot, shots: Sequence[TrueShot], language: Language, random: Random) -> TextQuery | None:
    if shot.facts.card is not None or not shot.facts.things:
        return None
    question = question_of_width(shot.facts, random.choice(_WIDTHS), random)
    if question is None:
        return None
    query = as_query(question, shots)
    return TextQuery({language: query.texts[language]}, query.relevant)


def _evidence(
    asked: Sequence[TextQuery], shots: ShotTable, words: Sequence[ShotWords | None], encoder: JointEncoder
) -> NDArray[np.float32]:
    texts = [text for one in asked for text in one.texts.values()]
    vectors = encoder.encode_texts(texts)
    cosines = np.asarray(vectors @ shots.vectors.T, dtype=np.float32)
    said = bm25([question_of(text) for text in texts], words)
    return evidence(texts, vectors, cosines, said, shots, words, encoder)


def _pairs(shots: ShotTable, within_s: float) -> _Pairs:
    """All pairs of a shot and a later one of its video that begins within `within_s` of its end: their places."""
    firsts, thens = [], []
    n = len(shots.video)
    for lag in range(1, n):
        a = np.arange(n - lag)
        gap_s = shots.start_s[a + lag] - shots.end_s[a]
        near = (shots.video[a] == shots.video[a + lag]) & (gap_s <= within_s)
        if not near.any():
            break
        firsts.append(a[near])
        thens.append(a[near] + lag)
    return (np.concatenate(firsts), np.concatenate(thens)) if firsts else (np.empty(0, int), np.empty(0, int))


def _rank(steps: NDArray[np.float64], right: NDArray[np.bool_], pairs: _Pairs) -> float:
    """Of the first right pair; pairs that share a shot with a better one are not counted, and wrong ones come first
    among equals."""
    used: set[int] = set()
    rank = 0
    for at in np.lexsort((right, -steps)):
        a, b = int(pairs[0][at]), int(pairs[1][at])
        if steps[at] == -np.inf:
            break
        if a in used or b in used:
            continue
        rank += 1
        if right[at]:
            return float(rank)
        if rank == _READ:
            break
        used |= {a, b}
    return float("inf")
