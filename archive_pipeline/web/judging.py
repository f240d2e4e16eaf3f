"""The documentalists' test: somebody asks, and says which of the shots is the first right one, or that it is not there.

What was shown is kept here until it is judged, so that whoever judges learns nothing of where a shot came from.
"""

import re
import threading
import uuid
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Self, get_args

from archive_pipeline.errors import RequestError
from archive_pipeline.search.answer import Found
from archive_pipeline.search.finder import Finder
from archive_pipeline.search.languages import guess_language
from archive_pipeline.search.model import Filter
from archive_pipeline.search.rank_figures import NOT_THERE, RANKS
from archive_pipeline.search.request import Match, Request
from archive_pipeline.search.team_draft import Pick, team_draft
from archive_pipeline.store.judgements import Judgement, Judgements

SHOWN = RANKS[-1]
"""Shots of a list: as far as figures go."""

_MOST_OPEN = 1000
"""Questions that are shown and not judged yet; of more, the oldest have to be asked again."""

_WRITTEN = re.compile(r"(?P<match>[a-z]+)(?P<rerank>\+rerank)?@(?P<collection>.+)")
_SAME = 0.5
"""Of two shots of one file, the share of the shorter that makes them one: encoders find other boundaries."""


@dataclass(frozen=True)
class Ranking:
    """One way to rank; two encoders are two collections of the same videos."""

    match: Match
    rerank: bool
    collection: str

    def __str__(self) -> str:
        return f"{self.match}{'+rerank' if self.rerank else ''}@{self.collection}"

    @classmethod
    def of(cls, written: str) -> Self:
        """From `all@films` or `picture+rerank@films`. Raises RequestError `bad_ranking`."""
        found = _WRITTEN.fullmatch(written)
        known: dict[str, Match] = {name: name for name in get_args(Match)}
        if found is None or found["match"] not in known:
            raise RequestError(
                "bad_ranking",
                f"{written[:100]!r} is no ranking: write {', '.join(known)}, +rerank if you like, and @collection: "
                "all@films.",
            )
        return cls(known[found["match"]], bool(found["rerank"]), found["collection"])

    def request(self, text: str) -> Request:
        wanted = Filter(collections=(self.collection,))
        return Request(text=text, match=self.match, rerank=self.rerank, filter=wanted, limit=SHOWN)


@dataclass(frozen=True)
class Question:
    """What somebody asked, and what was shown."""

    question: str
    run: str
    person: str
    text: str
    rankings: tuple[Ranking, ...]
    """One, or two that are mixed."""
    models: tuple[str, ...]
    picks: tuple[Pick[Found], ...]
    """In the order in which they are shown."""


class Judging:
    """Asks and keeps judgements; any number of threads may."""

    def __init__(self, finder: Finder, judgements: Judgements) -> None:
        self.judgements = judgements
        self._finder = finder
        self._open: OrderedDict[str, Question] = OrderedDict()
        self._turn = threading.Lock()

    def ask(self, run: str, person: str, text: str, ranking: str, against: str = "") -> Question:
        """Raises RequestError `bad_ranking`, `bad_judgement`, `empty_request`, and what searching raises."""
        rankings = tuple(Ranking.of(one) for one in (ranking, against) if one)
        if len(set(rankings)) < len(rankings):
            raise RequestError("bad_ranking", "A ranking is compared with another one: these two are the same.")
        if not text.strip():  # it would be answered with a list, which ranks nothing
            raise RequestError("empty_request", "There is nothing to judge: write a question.")
        answers = [self._finder.find(one.request(text)) for one in rankings]
        if len(answers) == 1:
            picks = [Pick(found, 0) for found in answers[0].shots]
        else:
            picks = team_draft(answers[0].shots, answers[1].shots, _is_same, Random(), SHOWN)
        models = tuple(dict.fromkeys(model for answer in answers for model in answer.models))
        question = Question(uuid.uuid4().hex, run.strip(), person.strip(), text.strip(), rankings, models, tuple(picks))
        _judgement(question, NOT_THERE)  # what is wrong with names is said before somebody looks through fifty shots
        with self._turn:
            self._open[question.question] = question
            while len(self._open) > _MOST_OPEN:
                self._open.popitem(last=False)
        return question

    def judge(self, question: str, shot_id: str) -> Judgement:
        """Keep that the shot is the first right one; empty: it is not there. A question is judged once.

        Raises RequestError `unknown_question`, `unknown_shots`.
        """
        with self._turn:
            asked = self._open.get(question)
        if asked is None:
            raise RequestError("unknown_question", "This question was judged, or asked too long ago: ask it again.")
        ids = [pick.result.id for pick in asked.picks]
        if shot_id and shot_id not in ids:
            raise RequestError("unknown_shots", "This shot was not among those that the question showed.")
        judgement = _judgement(asked, ids.index(shot_id) + 1 if shot_id else NOT_THERE)
        with self._turn:
            if self._open.pop(question, None) is None:
                raise RequestError("unknown_question", "This question was judged already.")
        self.judgements.add(judgement)
        return judgement


def _judgement(asked: Question, rank: int) -> Judgement:
    pick = asked.picks[rank - 1] if rank != NOT_THERE else None
    is_duel = len(asked.rankings) > 1
    return Judgement(
        run=asked.run,
        person=asked.person,
        collection=asked.rankings[0].collection,
        ranking=str(asked.rankings[0]),
        against=str(asked.rankings[1]) if is_duel else "",
        text=asked.text,
        language=guess_language(asked.text) or "und",
        model=" + ".join(asked.models),
        shot_id=pick.result.id if pick else "",
        video_id=pick.result.shot.video_id if pick else "",
        rank=rank,
        credited=str(asked.rankings[pick.team]) if pick and is_duel else "",
    )


def _is_same(one: Found, other: Found) -> bool:
    a, b = one.shot, other.shot
    if one.id == other.id or (a.sha256, a.start_s, a.end_s) == (b.sha256, b.start_s, b.end_s):
        return True
    shared = min(a.end_s, b.end_s) - max(a.start_s, b.start_s)
    return a.sha256 == b.sha256 and shared > _SAME * min(a.duration_s, b.duration_s)


def shown(question: Question) -> Sequence[Found]:
    """The shots of a question, ranked as they are shown."""
    return [pick.result for pick in question.picks]
