"""What the assets `descriptions` and `photo_descriptions` do alike: ask about pictures, choose among answers, count."""

import html
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

import dagster as dg
import polars as pl

from archive_pipeline.language.descriptions.answers import Answer, Row
from archive_pipeline.language.descriptions.faithfulness import most_faithful
from archive_pipeline.language.descriptions.model import SentPictures, Subject
from archive_pipeline.language.descriptions.parts import FoundPart
from archive_pipeline.language.descriptions.regions import nearest_words
from archive_pipeline.language.descriptions.rows import described_rows, kept_answers
from archive_pipeline.language.vlm import AnswerJournal, open_vlm
from archive_pipeline.resources.encoder import EncoderResource
from archive_pipeline.resources.work import VideoWork
from archive_pipeline.stages.descriptions import Describing, ToDescribe, cut_outs, describe_pictures
from archive_pipeline.stages.parameters import answer_fingerprint, description_parameters
from archive_pipeline.store.arrays import embedding_matrix

_SHOWN = 8


@dataclass(frozen=True)
class Subjects:
    """What is described of one video, or album."""

    of: Subject
    ids: Sequence[str]
    """In the order of their rows."""
    pictures: Callable[[str], SentPictures]
    """Of one of them; raises MediaError."""
    still: Callable[[str, float], bytes | None]
    """The lake's picture of one at the moment that its boxes are of."""
    embeddings: Sequence[str]
    """Lake tables: the one whose provenance names the encoder, and the one with a vector for each, in their order."""
    kept_as: Mapping[str, Any]
    """What an answer in the journal is a function of beside its id."""
    parts: Mapping[str, tuple[FoundPart, ...]] = field(default_factory=dict)


def describe_subjects(
    work: VideoWork, encoder: EncoderResource, run_id: str, subjects: Subjects, journal: AnswerJournal
) -> pl.DataFrame:
    """The table `descriptions` without its column video_id, in the order of the ids; only those are asked about that
    have no answer yet."""
    settings = work.archive.settings
    asked = _asked(work.parameters, subjects.ids, subjects.parts)
    known = {} if work.force else kept_answers(work.read("descriptions"), asked)
    # A forced run asks everything once, and when it is retried only what it has not asked yet.
    how = Describing(
        subjects.of,
        description_parameters(work.collection),
        work.collection.language,
        None if settings.vlm_boxes == "auto" else settings.vlm_boxes,
        answer_fingerprint(subjects.kept_as) + (f" {run_id}" if work.force else ""),
    )
    wanted = [
        ToDescribe(key, partial(subjects.pictures, key), subjects.parts.get(key, ()))
        for key in subjects.ids
        if key not in known
    ]
    found = describe_pictures(wanted, len(subjects.ids), lambda: open_vlm(settings, for_runs=True), how, journal)
    work.notes |= {"asked": len(found), "kept": len(known)}
    answered = {**known, **found}
    answers = [answered[key] for key in subjects.ids]
    return described_rows(subjects.ids, answers, _chosen(work, encoder, subjects, answers), asked)


def _asked(
    parameters: Mapping[str, Any], shot_ids: Iterable[str], parts: Mapping[str, Sequence[FoundPart]]
) -> dict[str, str]:
    """By shot, the fingerprint of what its answer is a function of beside its pictures. Another detector that finds the
    same in a shot changes nothing there."""
    plain = {name: value for name, value in parameters.items() if name != "objects"}
    of_none = answer_fingerprint(plain)
    found = {
        shot_id: answer_fingerprint({**plain, "parts": [asdict(part) for part in own]})
        for shot_id, own in parts.items()
    }
    return {shot_id: found.get(shot_id, of_none) for shot_id in shot_ids}


def _chosen(
    work: VideoWork, encoder: EncoderResource, subjects: Subjects, answers: Sequence[Answer]
) -> Sequence[tuple[Row, float | None] | None]:
    """The candidate of each that is kept, and how near it is; without a measure where the vectors are of another
    encoder than the collection names now."""
    candidates = [answer.candidates for answer in answers]
    made_with, vectors = subjects.embeddings
    embedded = work.lake.provenance(made_with, work.video)
    name = work.collection.model
    if embedded is None or embedded.parameters.get("model") != encoder.identify(name):
        return [(own[0], None) if own else None for own in candidates]
    model = encoder.get(name)
    chosen = most_faithful(candidates, embedding_matrix(work.read(vectors)), model.encode_texts)

    def nearest(key: str, answer: Answer, kept: tuple[Row, float | None]) -> tuple[Row, float | None]:
        cut = partial(cut_outs, partial(subjects.still, key, answer.row["box_frame_s"]))
        return nearest_words(kept[0], answer.candidates, cut, model.encode_texts, model.encode_images), kept[1]

    return [
        kept and nearest(key, answer, kept) for key, answer, kept in zip(subjects.ids, answers, chosen, strict=True)
    ]


def described(context: dg.AssetExecutionContext, work: VideoWork) -> dg.MaterializeResult:
    """The materialization: how many have a description, why others have none, and what it cost."""
    table = work.read("descriptions")
    counts = dict(table.group_by("status").len().iter_rows())
    if set(counts) - {"ok"}:
        context.log.warning(f"{work.video_id}: not described, by reason: {_reasons(table)}")
    return work.result(_metadata(table, counts))


def _reasons(table: pl.DataFrame) -> str:
    counted = table.filter(pl.col("status") != "ok").group_by("status", "reason").len().sort("len", descending=True)
    return "; ".join(f"{n} {status} ({reason})" for status, reason, n in counted.head(5).iter_rows())


def _metadata(table: pl.DataFrame, counts: Mapping[str, int]) -> dict[str, Any]:
    described = table.filter(pl.col("status") == "ok")
    faithfulness = described["faithfulness"].drop_nulls()
    facts: dict[str, Any] = {
        "dagster/row_count": table.height,
        **{status: counts.get(status, 0) for status in ("ok", "refused", "cut_off", "invalid", "no_picture")},
        "prompt_tokens": int(table["prompt_tokens"].sum()),
        "completion_tokens": int(table["completion_tokens"].sum()),
        "mean_latency_s": round(float(table["latency_s"].to_numpy().mean()), 2),
        "models": ", ".join(sorted(table["model"].drop_nulls().unique())) or "none",
        "examples": dg.MetadataValue.md(_examples(described)),
    }
    if len(faithfulness):
        facts["mean_faithfulness"] = round(float(faithfulness.to_numpy().mean()), 4)
    return facts


def _examples(described: pl.DataFrame) -> str:
    """A few descriptions; what a model wrote goes into Markdown as preformatted, escaped text."""
    rows = described.gather_every(max(1, described.height // _SHOWN)).head(_SHOWN)
    lines = (f"{row['title']}: {row['description'][:300]}" for row in rows.iter_rows(named=True))
    return "<pre>" + html.escape("\n".join(" ".join(line.split()) for line in lines)) + "</pre>"
