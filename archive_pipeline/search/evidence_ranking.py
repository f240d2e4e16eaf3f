"""The best shots of a space by the evidence of picture and words together (evidence.py), exactly.

Both rankings are read until no shot that is in neither so far can be better than the last one wanted (the threshold
algorithm of Fagin, Lotem and Naor, "Optimal Aggregation Algorithms for Middleware", 2003), or until there are so many
candidates that nobody would notice. What only one of them tells of a shot is bounded by the other's last; it is asked
for only where the shot may be among those wanted (their combined algorithm). Rankings are read bare, as ids and scores:
what is stored beside 800 shots costs 9 ms of the 11 that reading them takes, and an answer shows twenty.

Where words stand (words/nearness.py) is stored beside each shot and can only lessen what they count: it is read of the
best by what they have at most, until those that are left have less than the last one wanted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from archive_pipeline.search.evidence import Background, nats_left, word_nats
from archive_pipeline.search.index import ShotReader
from archive_pipeline.search.model import EVERYTHING, Filter, Hit, Query, SparseVector, Vector
from archive_pipeline.search.ranking import ranked
from archive_pipeline.search.words.bm25 import Question
from archive_pipeline.search.words.nearness import least_nearness, nearness

_MOST = 1_600
"""How many of each ranking are read at most where no more are wanted."""
_DEEPER = 4
"""So many times as deep as is wanted: of 18,404 random shots that all speak 200 are sure at 800 for nine questions of
ten, 20 at 400 for four of five."""
_MORE = 48
"""So many shots more than are wanted, or as many again, have the places of their words read at a time: a shot is 11 µs,
to ask once more 0.5 to 2 ms."""
_ROUNDING = 1e-5  # nats: a shot's score is not the same to the last bit where others are left out


@dataclass(frozen=True)
class Asked:
    """What a question says in words, and how its evidence is weighed in a space."""

    words: Question | None
    """None where it has no words to match."""
    rarities: Sequence[float]
    """Idf of each of its words (words/rarity.py)."""
    background: Background
    understood: float
    """Share of the question that the space's encoder was taught, 0 to 1."""

    @property
    def phrases(self) -> Sequence[Sequence[int]]:
        return self.words.phrases if self.words else ()

    @property
    def least_left(self) -> float:
        """The share of the nats of words that is left at least, wherever they stand."""
        return nats_left(least_nearness(max(map(len, self.phrases), default=1)))


@dataclass(frozen=True)
class Wanted:
    """The best `n` of what passes the filter; `first` of each ranking are read at first."""

    filter: Filter
    n: int
    first: int


@dataclass(frozen=True)
class Weighed:
    """A shot with its evidence."""

    id: str
    cosine: float
    of_picture: float
    """Nats."""
    of_words: float
    """Nats."""
    has_words: bool
    """Any of the question's."""

    @property
    def nats(self) -> float:
        return self.of_picture + self.of_words


class EvidenceRanking:
    """By a question's `vector` (d,) and words; shots of cosines below `threshold` are none."""

    def __init__(
        self, reader: ShotReader, space: str, vector: Vector, asked: Asked, only_words: bool, threshold: float | None
    ) -> None:
        self._reader = reader
        self._space = space
        self._vector = vector
        self._asked = asked
        self._only_words = only_words
        self._threshold = threshold
        self._hits: dict[str, Hit] = {}

    def best(self, wanted: Sequence[Wanted]) -> list[list[Weighed]]:
        """For each its shots, best first."""
        found: dict[int, list[Weighed]] = {}
        depths = {place: _deep_enough(one.first, one.n) for place, one in enumerate(wanted)}
        while depths:
            read = self._read([replace(wanted[place], first=depth) for place, depth in depths.items()])
            first = [found[: _block(wanted[place].n)] for place, (found, _) in zip(depths, read, strict=True)]
            if self._asked.phrases:  # for all at once
                self.hits([one.id for own in first for one in own if one.has_words])
            for (place, depth), (best, most_of_others) in zip(list(depths.items()), read, strict=True):
                n = wanted[place].n
                best = self._standing_together(best, n)
                sure = most_of_others == -np.inf or (len(best) >= n and best[n - 1].nats >= most_of_others)
                if sure or depth >= _MOST:
                    found[place] = best[:n]
                    del depths[place]
                else:
                    depths[place] = 2 * depth
        return [found[place] for place in range(len(wanted))]

    def weigh(self, pictures: Mapping[str, float], words: Mapping[str, float]) -> list[Weighed]:
        """Shots by their cosines and BM25, best first; the words of those that have none of them count nothing."""
        found = [
            Weighed(key, cosine, shown, spoken, key in words)
            for (key, cosine), shown, spoken in zip(
                pictures.items(),
                self._picture_nats(pictures.values()),
                self._word_nats([words.get(key, 0.0) for key in pictures]),
                strict=True,
            )
            if self._threshold is None or cosine >= self._threshold
        ]
        return _ordered(found)

    def placed(self, found: Iterable[Weighed], hits: Mapping[str, Hit]) -> list[Weighed]:
        """Weighed shots, best first, with their words counted as far as they stand together; `hits` tell where, of
        those that have any."""
        return _ordered(self._left(one, hits[one.id]) if one.has_words and one.id in hits else one for one in found)

    def _left(self, one: Weighed, hit: Hit) -> Weighed:
        words, order = self._asked.words, hit.payload.word_order if self._asked.phrases else ""
        if not (words and order):  # points of before have none
            return one
        return replace(one, of_words=one.of_words * nats_left(nearness(order, words, self._asked.rarities)))

    def words_of(self, ids: Sequence[str]) -> dict[str, float]:
        """BM25 of those of the shots that have any of the question's words."""
        return self._scores(self._asked.words.vector, ids) if self._asked.words else {}

    def hits(self, ids: Sequence[str]) -> dict[str, Hit]:
        """With what is stored beside them, each read once; without those that are gone."""
        unread = [key for key in ids if key not in self._hits]
        if unread:
            query = Query(self._vector, len(unread), replace(EVERYTHING, ids=frozenset(unread)))
            self._hits |= {hit.id: hit for hit in self._reader.search_batch(self._space, [query])[0]}
        return {key: self._hits[key] for key in ids if key in self._hits}

    def _standing_together(self, found: list[Weighed], n: int) -> list[Weighed]:
        """The best `n` of shots, best first by what they have at most, as `placed` has them."""
        if not self._asked.phrases:
            return found
        best: list[Weighed] = []
        place = 0
        while place < len(found) and (len(best) < n or found[place].nats >= best[n - 1].nats):
            more = found[place : place + _block(n)]
            best = _ordered([*best, *self.placed(more, self.hits([one.id for one in more if one.has_words]))])
            place += len(more)
        return best

    def _read(self, wanted: Sequence[Wanted]) -> list[tuple[list[Weighed], float]]:
        """What may be among the best of the first `first` of either ranking, and the most that others can have."""
        nothing: list[list[Hit]] = [[] for _ in wanted]
        seen = nothing if self._only_words else self._ranked(self._vector, wanted)
        said = self._ranked(self._asked.words.vector, wanted) if self._asked.words else nothing
        parts = [self._candidates(*one) for one in zip(wanted, seen, said, strict=True)]
        cosines = self._scores(self._vector, [key for part in parts for key in part.unseen])
        bm25 = self.words_of([key for part in parts for key in part.unread])
        return [
            (
                self.weigh(_known(part.ids, part.pictures, cosines), _known(part.ids, part.words, bm25)),
                part.most_of_others,
            )
            for part in parts
        ]

    def _ranked(self, vector: Vector | SparseVector, wanted: Sequence[Wanted]) -> list[list[Hit]]:
        threshold = None if isinstance(vector, SparseVector) else self._threshold
        queries = [Query(vector, one.first, one.filter, score_threshold=threshold, told="nothing") for one in wanted]
        return ranked(self._reader, self._space, queries)

    def _candidates(self, wanted: Wanted, seen: Sequence[Hit], said: Sequence[Hit]) -> "_Candidates":
        pictures, words = ({hit.id: hit.score for hit in hits} for hits in (seen, said))
        shown = dict(zip(pictures, self._picture_nats(pictures.values()), strict=True))
        spoken = dict(zip(words, self._word_nats(words.values()), strict=True))
        more_seen, more_said = len(seen) == wanted.first, len(said) == wanted.first
        least_shown = shown[seen[-1].id] if more_seen else 0.0
        least_spoken = spoken[said[-1].id] if more_said else 0.0
        is_all_seen = self._threshold is not None and not (more_seen or self._only_words)
        everything = shown if is_all_seen else {**shown, **spoken}
        sure = everything if self._threshold is None else shown  # others may be below the threshold
        left = self._asked.least_left
        least = sorted((shown.get(key, 0.0) + left * spoken.get(key, 0.0) for key in sure), reverse=True)[: wanted.n]
        bound = least[-1] - _ROUNDING if len(least) == wanted.n else -np.inf
        ids = [
            key
            for key in everything
            if shown.get(key, least_shown) + spoken.get(key, least_spoken) >= bound
        ]  # fmt: skip
        are_others = more_said if self._only_words else more_seen
        return _Candidates(
            ids,
            pictures,
            words,
            [key for key in ids if key not in pictures],
            [key for key in ids if key not in words] if more_said else [],
            least_shown + least_spoken if are_others else -np.inf,
        )

    def _scores(self, vector: Vector | SparseVector, ids: Sequence[str]) -> dict[str, float]:
        if not ids:
            return {}
        query = Query(vector, len(ids), replace(EVERYTHING, ids=frozenset(ids)), told="nothing")
        return {hit.id: hit.score for hit in self._reader.search_batch(self._space, [query])[0]}

    def _picture_nats(self, cosines: Iterable[float]) -> list[float]:
        row = np.fromiter(cosines, dtype=np.float32)
        if self._only_words:
            return [0.0] * len(row)
        nats: list[float] = self._asked.background.nats(row, self._vector, self._asked.understood).tolist()
        return nats

    def _word_nats(self, bm25: Iterable[float]) -> list[float]:
        information = sum(self._asked.rarities) or 1.0  # of no words any
        nats: list[float] = word_nats(np.fromiter(bm25, dtype=np.float64), information).tolist()
        return nats


@dataclass(frozen=True)
class _Candidates:
    """Shots that may be among those wanted, with what the rankings told of them."""

    ids: Sequence[str]
    pictures: Mapping[str, float]
    words: Mapping[str, float]
    unseen: Sequence[str]
    """Those whose cosine is to be asked for."""
    unread: Sequence[str]
    """Those whose words are to be asked for."""
    most_of_others: float
    """Nats that a shot in neither ranking can have; −∞ where there is none."""


def _ordered(found: Iterable[Weighed]) -> list[Weighed]:
    return sorted(found, key=lambda one: (-one.nats, -one.cosine, one.id))


def _block(n: int) -> int:
    return n + min(n, _MORE)


def _deep_enough(first: int, n: int) -> int:
    """In the same steps however many are wanted, so that pages see the same candidates."""
    depth = first
    while depth < n or depth < min(_DEEPER * n, _MOST):
        depth *= 2
    return depth


def _known(ids: Iterable[str], read: Mapping[str, float], asked_for: Mapping[str, float]) -> dict[str, float]:
    return {key: score for key in ids if (score := read.get(key, asked_for.get(key))) is not None}
