"""Summaries of one video's scenes and of the whole, from the descriptions of its shots."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

import polars as pl

from archive_pipeline import progress
from archive_pipeline.language.descriptions.notes import note, shot_note
from archive_pipeline.language.descriptions.summary import (
    Kind,
    Summary,
    ToSummarize,
    summarize,
    summary_from,
)
from archive_pipeline.language.vlm import AnswerJournal, Question, Reply, VlmServer, ask_all


@dataclass(frozen=True)
class Summarized:
    """A summary and what it stands on."""

    scene: int | None
    """None: the whole programme."""

    n_shots: int
    asked: str
    """Fingerprint of the notes and of how they were asked about."""

    summary: Summary


class Summarizer:
    """Asks about what is not known yet: neither in `known` (by `Summarized.asked`) nor, question by question, in the
    journal."""

    def __init__(
        self,
        open_server: Callable[[], VlmServer],
        language: str,
        fingerprint: str,
        known: Mapping[str, Summary],
        journal: AnswerJournal,
        kept_as: str,
    ) -> None:
        """`fingerprint`: of prompt, language and model; `kept_as`: the journal's entries that count.

        `open_server` is called only where something is to be asked.
        """
        self._open_server = open_server
        self._language = language
        self._fingerprint = fingerprint
        self._journal = journal
        self._known = known
        self._kept_as = kept_as
        self._kept = {key: Summary(**entry) for key, entry in journal.entries(kept_as).items()}

    def of_video(self, shots: pl.DataFrame) -> list[Summarized]:
        """Every scene in order, then the programme; `shots`: scene, start_s, status, title, description, visible_text.

        Raises what language.vlm.ask_all raises; the journal then holds what was answered.
        """
        scenes = [scene for _, scene in shots.sort("start_s").group_by("scene", maintain_order=True)]
        found = self._summarize([self._scene(scene) for scene in scenes])
        told = [(one, scene) for one, scene in zip(found, scenes, strict=True) if one.summary.status == "ok"]
        notes = [note(scene["start_s"][0], one.summary.title or "", one.summary.summary or "") for one, scene in told]
        lone = told[0][0].summary if len(told) == 1 else None
        n_shots = sum(one.n_shots for one in found)
        return [*found, *self._summarize([_Open(None, "programme", n_shots, notes, lone)])]

    def _scene(self, scene: pl.DataFrame) -> "_Open":
        described = list(scene.filter(pl.col("status") == "ok").iter_rows(named=True))
        lone = _copied(described[0]) if len(described) == 1 else None
        notes = [shot_note(row["start_s"], row) for row in described]
        return _Open(scene["scene"][0], "scene", len(described), notes, lone)

    def _summarize(self, wanted: Sequence["_Open"]) -> list[Summarized]:
        """Those that need no question, those that are known, and the rest all at once."""
        asked = [self._asked(one) for one in wanted]
        found: dict[str, Summary] = {}
        for one, key in zip(wanted, asked, strict=True):
            if not one.notes:
                found[key] = Summary("no_description", "none of its shots has a description", n_questions=0)
            elif one.lone:
                found[key] = one.lone
            elif key in self._known:
                found[key] = self._known[key]
        missing = [
            ToSummarize(key, one.kind, tuple(one.notes))
            for key, one in dict(zip(asked, wanted, strict=True)).items()
            if key not in found
        ]
        found |= summarize(missing, self._language, self._ask) if missing else {}
        return [Summarized(one.scene, one.n_shots, key, found[key]) for one, key in zip(wanted, asked, strict=True)]

    def _asked(self, one: "_Open") -> str:
        made_from = "\n".join([self._fingerprint, one.kind, *one.notes])
        return hashlib.sha256(made_from.encode()).hexdigest()[:32]

    def _ask(self, questions: Sequence[Question]) -> Mapping[str, Summary]:
        missing = [question for question in questions if question.key not in self._kept]
        n_done = len(questions) - len(missing)

        def keep(reply: Reply) -> None:
            nonlocal n_done
            summary = summary_from(reply)
            self._journal.append(reply.key, self._kept_as, asdict(summary))
            self._kept[reply.key] = summary
            n_done += 1
            progress.report("summaries", n_done / len(questions))

        if missing:
            ask_all(self._open_server(), missing, keep)
        return {question.key: self._kept[question.key] for question in questions}


@dataclass(frozen=True)
class _Open:
    """A scene or programme before its summary."""

    scene: int | None
    kind: Kind
    n_shots: int
    notes: Sequence[str]
    lone: Summary | None
    """Where there is one thing to summarize: that."""


def _copied(described: Mapping[str, str]) -> Summary:
    language = described["language"]
    return Summary("ok", None, described["title"], described["description"], language, n_questions=0)
