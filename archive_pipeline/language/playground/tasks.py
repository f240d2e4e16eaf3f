"""The tasks of the playground: their questions, and answers as text and boxes."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from pydantic import BaseModel

from archive_pipeline.language.boxes import Box, Convention, box_from, convention_of
from archive_pipeline.language.descriptions.model import DescriptionParameters, SentPictures
from archive_pipeline.language.descriptions.question import describing_question, pictures_in_words
from archive_pipeline.language.descriptions.schema import ShotDescription
from archive_pipeline.language.playground.schema import Detection, FreeAnswer, Writing
from archive_pipeline.language.prompts import load_prompt
from archive_pipeline.language.vlm import Question, Reply

Task = Literal["describe", "detect", "read", "ask"]
LONGEST_QUESTION = 2_000
_MAX_TOKENS = 2048
_SCHEMAS: dict[Task, type[BaseModel]] = {"detect": Detection, "read": Writing, "ask": FreeAnswer}


@dataclass(frozen=True)
class Labelled:
    """Something that was found, with its box where the model gave one that can be one."""

    label: str
    action: str
    """What it does; empty where that was not asked or it does nothing."""
    box: Box | None


@dataclass(frozen=True)
class Shown:
    """An answer as it is shown; all of it written by a model."""

    text: str
    things: tuple[Labelled, ...]


def task_question(task: Task, pictures: SentPictures, language: str, asked: str) -> Question:
    """What is sent to the model; answers come in `language` (ISO 639-1). `asked` is the free question of `ask`."""
    if task == "describe":
        return replace(describing_question(task, pictures, DescriptionParameters(), language), max_tokens=_MAX_TOKENS)
    prompt = load_prompt(task, language)
    values = pictures_in_words(prompt.written_in, len(pictures.jpegs), pictures.boxed)
    return Question(
        key=task,
        prompt=prompt.filled(language, **values, question=asked),
        schema=_SCHEMAS[task],
        images=pictures.jpegs,
        system=prompt.system,
        max_tokens=_MAX_TOKENS,
    )


def shown(reply: Reply, pictures: SentPictures, boxes: Convention | None) -> Shown:
    """The reply's words and boxes; `boxes`: how the model counts, None: by its name."""
    convention = boxes or convention_of(reply.model)

    def labelled(found: Iterable[tuple[str, str, list[float] | None]]) -> tuple[Labelled, ...]:
        return tuple(Labelled(label, does, box_from(box, convention, pictures.size)) for label, does, box in found)

    match reply.value:
        case ShotDescription() as said:
            text = "\n\n".join(filter(None, (said.title, said.description, said.setting, said.visible_text)))
            return Shown(text, labelled((one.label, one.action, one.bbox_2d) for one in said.objects))
        case Detection() as found:
            return Shown("", labelled((one.label, one.action, one.bbox_2d) for one in found.objects))
        case Writing() as written:
            text = "\n".join(line.text for line in written.lines)
            return Shown(text, labelled((line.text, "", line.bbox_2d) for line in written.lines))
        case FreeAnswer() as free:
            return Shown(free.answer, ())
        case _:
            return Shown("", ())
