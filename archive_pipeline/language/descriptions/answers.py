"""What came back for a shot, as it is kept until all of the video's shots are answered."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from archive_pipeline.language.boxes import Box, Convention, box_from
from archive_pipeline.language.descriptions.model import SentPictures
from archive_pipeline.language.descriptions.parts import FoundPart, is_same
from archive_pipeline.language.descriptions.schema import (
    PartsDescription,
    SeenObject,
    SeenRegion,
    ShotDescription,
)
from archive_pipeline.language.vlm import Reply

_MOST_RAW = 2000  # characters of an answer that could not be used, for whoever wants to know why
Row = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """Plain values only: it goes through JSON."""

    row: Row
    """The columns of the table `descriptions` that are the same for every candidate."""

    candidates: list[Row]
    """The columns in which candidates differ: what was said. Empty unless the status is `ok`."""


def answer_from(
    reply: Reply,
    pictures: SentPictures,
    convention: Convention | None,
    prompt: str,
    parts: Sequence[FoundPart] = (),
) -> Answer:
    """`convention`: how the model that answered counts boxes; `prompt`: the label of the prompt that was used;
    `parts`: those that the question named, in its order."""
    row: Row = {
        "status": reply.status,
        "reason": reply.reason,
        "answer": None if reply.status == "ok" else reply.raw[:_MOST_RAW],
        "frames_s": list(pictures.times_s),
        "box_frame_s": pictures.times_s[pictures.boxed],
        "n_candidates": len(reply.values),
        "model": reply.model,
        "prompt_version": prompt,
        "prompt_tokens": reply.prompt_tokens,
        "completion_tokens": reply.completion_tokens,
        "latency_s": round(reply.latency_s, 3),
    }
    described = [value for value in reply.values if isinstance(value, ShotDescription)]
    return Answer(row, [_said(value, convention, pictures.size, parts) for value in described])


def no_picture(reason: str, prompt: str) -> Answer:
    """For a shot whose pictures cannot be decoded: it is not asked about."""
    nothing: Row = {"answer": None, "frames_s": [], "box_frame_s": None, "n_candidates": 0, "model": None}
    cost: Row = {"prompt_version": prompt, "prompt_tokens": 0, "completion_tokens": 0, "latency_s": 0.0}
    return Answer({"status": "no_picture", "reason": reason, **nothing, **cost}, [])


def text_of(candidate: Row) -> str:
    """What of a description is compared with its shot."""
    title, description = str(candidate["title"]), str(candidate["description"])
    return f"{title}. {description}" if title and description else title or description


def _said(
    value: ShotDescription, convention: Convention | None, size: tuple[int, int], parts: Sequence[FoundPart]
) -> Row:
    boxed = [(seen, box_from(seen.bbox_2d, convention, size)) for seen in value.objects]
    return {
        "title": value.title,
        "description": value.description,
        "objects": [_object(seen, box) for seen, box in boxed],
        "regions": [
            {"label": label, "description": text, "faithfulness": None, **asdict(box)}
            for label, text, box in _regions(value, boxed, parts)
        ],
        "setting": value.setting,
        "people_count": value.people_count,
        "visible_text": value.visible_text,
        "language": value.language or None,
    }


def _regions(
    value: ShotDescription, boxed: Sequence[tuple[SeenObject, Box | None]], parts: Sequence[FoundPart]
) -> Iterator[tuple[str, str, Box]]:
    """Label, sentence and box: a detector's box before the model's own of the same part, which is less exact."""
    described = {seen.number: seen.description for seen in value.parts} if isinstance(value, PartsDescription) else {}
    named = [(part, described.get(number, "")) for number, part in enumerate(parts, 1)]
    yield from ((part.label, text, part.box) for part, text in named if text)
    for seen, box in boxed:
        text = seen.description if isinstance(seen, SeenRegion) else ""
        if text and box and not any(is_same(box, part.box) for part, said in named if said):
            yield seen.label, text, box


def _object(seen: SeenObject, box: Box | None) -> Row:
    corners = asdict(box) if box else dict.fromkeys(("left", "top", "right", "bottom"))
    return {"label": seen.label, "action": seen.action, **corners}
