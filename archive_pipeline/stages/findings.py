"""The shots of one video put to a policy, each answer kept as it arrives."""

import hashlib
import json
import os
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from archive_pipeline import progress
from archive_pipeline.errors import MediaError
from archive_pipeline.language.descriptions.model import SentPictures
from archive_pipeline.language.findings.policy import Policy
from archive_pipeline.language.findings.question import MOST_WORDS, policy_question
from archive_pipeline.language.findings.rows import Judged, Row, no_picture, nothing_to_judge, rows_of
from archive_pipeline.language.prompts import load_prompt
from archive_pipeline.language.transcripts.script import Said
from archive_pipeline.language.vlm import AnswerJournal, Question, Reply, VlmServer, ask_all
from archive_pipeline.stages.shot_pictures import (
    ShotSpan,
    SourcePictures,
    failing_alone,
    fetched_ahead,
    require_a_picture,
)

_THREADS = min(4, os.cpu_count() or 1)  # each waits for an ffmpeg of its own
_NO_PICTURES = SentPictures((), (), (0, 0), 0)


@dataclass(frozen=True)
class Case:
    """A shot to be judged by a policy."""

    shot_id: str
    span: ShotSpan
    policy: Policy
    said: Said
    asked: str
    """Fingerprint of what the answer is a function of beside the pictures."""

    @property
    def key(self) -> str:
        """Shot, policy and what is asked: an answer to other words or to an older policy is none to this."""
        return f"{self.shot_id} {self.policy.name} {self.asked}"


def fingerprint(parameters: Mapping[str, Any], said: Said) -> str:
    """Of a policy's parameters and of the words of a shot, with what is said around it: hexadecimal, 32 characters."""
    words = [[str(line) for line in lines] for lines in (said.before, said.within, said.after)]
    written = json.dumps([dict(parameters), words], sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()[:32]


def judge(
    cases: Sequence[Case],
    pictures: SourcePictures,
    open_server: Callable[[], VlmServer],
    language: str | None,
    journal: AnswerJournal,
    run: str = "",
    seed: int | None = None,
) -> dict[str, list[Row]]:
    """The rows of each case, by its key; what the journal holds under `run` is not asked again.

    Cases with nothing to judge are not asked. `open_server` is called only where something is to be asked. Raises what
    language.vlm.ask_all raises; the journal then holds what was answered. `seed`: as of `policy_question`.
    """
    court = _Court(cases, pictures, language, journal, run, seed)
    if court.open:
        with closing(court.questions()) as questions:
            ask_all(open_server(), questions, court.keep)
        court.keep_undecodable()
    return court.rows


class _Court:
    def __init__(
        self,
        cases: Sequence[Case],
        pictures: SourcePictures,
        language: str | None,
        journal: AnswerJournal,
        run: str,
        seed: int | None,
    ) -> None:
        self._cases = {case.key: case for case in cases}
        self._pictures = pictures
        self._language = language
        self._journal = journal
        self._run = run
        self._seed = seed
        self._prompt = load_prompt("judge", language).label
        self._judged: dict[str, Judged] = {}
        self._undecodable: dict[str, MediaError] = {}
        known = journal.entries(run)
        self.rows: dict[str, list[Row]] = {}
        for key, case in self._cases.items():
            if key in known:
                self.rows[key] = known[key]["rows"]
            elif not case.policy.questions_for(words=bool(case.said.within)):
                self.rows[key] = nothing_to_judge(self._as_judged(case, ()))

    @property
    def open(self) -> list[Case]:
        """Those without rows yet."""
        return [case for key, case in self._cases.items() if key not in self.rows]

    def questions(self) -> Generator[Question, None, None]:
        """Runs in another thread than `keep`, which a case reaches only after it has left this."""
        with closing(fetched_ahead(self.open, failing_alone(self._fetch), _THREADS, 2 * _THREADS)) as fetched:
            for case, found in fetched:
                if isinstance(found, MediaError):
                    self._undecodable[case.key] = found
                    continue
                self._judged[case.key] = self._as_judged(case, found.times_s)
                yield policy_question(case.key, case.policy, case.said, found.jpegs, self._language, self._seed)

    def keep(self, reply: Reply) -> None:
        self._store(reply.key, rows_of(self._judged.pop(reply.key), reply))

    def keep_undecodable(self) -> None:
        """Shots that could not be asked about; where that is all of them, it is the file that is wrong."""
        require_a_picture(self._undecodable.values(), len(self._cases))
        for key, error in self._undecodable.items():
            self._store(key, no_picture(self._as_judged(self._cases[key], ()), error.message))

    def _store(self, key: str, rows: list[Row]) -> None:
        self._journal.append(key, self._run, {"rows": rows})
        self.rows[key] = rows
        progress.report("findings", len(self.rows) / len(self._cases))

    def _fetch(self, case: Case) -> SentPictures:
        asked = case.policy.questions_for(words=bool(case.said.within))
        if not case.policy.shows_frames(asked):
            return _NO_PICTURES
        return self._pictures.of_shot(case.span, case.policy.frames)

    def _as_judged(self, case: Case, shown_s: tuple[float, ...]) -> Judged:
        n_characters = sum(len(str(line)) + 1 for line in case.said.within)
        part = f"only the first {MOST_WORDS:,} characters of what is said" if n_characters > MOST_WORDS else None
        return Judged(case.policy, case.said, shown_s, self._prompt, part)
