"""The shots of one video put to a vision-language model, each answer kept as it arrives."""

import asyncio
import math
import os
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from io import BytesIO

from PIL import Image

from archive_pipeline import progress
from archive_pipeline.errors import MediaError
from archive_pipeline.language.boxes import Box, Convention, convention_of
from archive_pipeline.language.descriptions.answers import Answer, answer_from, no_picture
from archive_pipeline.language.descriptions.model import DescriptionParameters, SentPictures
from archive_pipeline.language.descriptions.parts import FoundPart
from archive_pipeline.language.descriptions.question import shot_question
from archive_pipeline.language.prompts import load_prompt
from archive_pipeline.language.vlm import AnswerJournal, Question, Reply, VlmServer, ask_all
from archive_pipeline.stages.shot_pictures import ShotSpan, SourcePictures, fetched_ahead, require_a_picture
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.stills import Stills

_THREADS = min(4, os.cpu_count() or 1)  # each waits for an ffmpeg of its own


@dataclass(frozen=True)
class ShotToDescribe:
    shot_id: str
    span: ShotSpan
    parts: tuple[FoundPart, ...] = ()
    """Of its keyframe, what is to be described as well."""


@dataclass(frozen=True)
class Describing:
    """How the shots are asked about."""

    parameters: DescriptionParameters
    language: str | None
    """ISO 639-1; None: English."""

    boxes: Convention | None
    """How the model counts boxes; None: by its name."""

    fingerprint: str
    """Of everything that an answer is a function of beside its shot: answers of another one do not count."""


def describe_shots(
    shots: Sequence[ShotToDescribe],
    pictures: SourcePictures,
    open_server: Callable[[], VlmServer],
    how: Describing,
    journal: AnswerJournal,
) -> dict[str, Answer]:
    """The answer for each shot, by its id; shots whose answer the journal holds are not asked about again.

    `open_server` is called only where something is to be asked. Pictures are decoded ahead of the questions, in threads
    of their own. Raises what language.vlm.ask_all raises, the journal then holds what was answered; and MediaError
    `no_picture` where none of the shots to ask about can be decoded.
    """
    answers = {key: Answer(**entry) for key, entry in journal.entries(how.fingerprint).items()}
    missing = [shot for shot in shots if shot.shot_id not in answers]
    if missing:
        server = open_server()
        written = _boxes_written(how, server) if any(shot.parts for shot in missing) else None
        asking = _Asking(how, pictures, journal, answers, len(shots), written)
        with closing(asking.questions(missing)) as questions:
            ask_all(server, questions, asking.keep)
        asking.keep_unreadable()
    return {shot.shot_id: answers[shot.shot_id] for shot in shots}


def cut_outs(stills: Stills, video: VideoName, time_s: float, boxes: Sequence[Box]) -> list[bytes]:
    """JPEGs of these parts of the picture that the lake keeps of that moment; none where it keeps none."""
    still = stills.at(video, time_s)
    if still is None:
        return []
    with Image.open(BytesIO(still.jpeg)) as picture:
        return [_cut(picture, box) for box in boxes]


def _cut(picture: Image.Image, box: Box) -> bytes:
    left, top = int(box.left * picture.width), int(box.top * picture.height)
    right, bottom = math.ceil(box.right * picture.width), math.ceil(box.bottom * picture.height)
    jpeg = BytesIO()
    picture.crop((left, top, right, bottom)).save(jpeg, "JPEG", quality=95)
    return jpeg.getvalue()


def _boxes_written(how: Describing, server: VlmServer) -> Convention | None:
    """How boxes are written in a question: as the model that will answer counts them. Raises as `ask_all` does."""
    return how.boxes or convention_of(server.model or next(iter(asyncio.run(server.models())), ""))


class _Asking:
    def __init__(
        self,
        how: Describing,
        pictures: SourcePictures,
        journal: AnswerJournal,
        answers: dict[str, Answer],
        n_shots: int,
        written: Convention | None,
    ) -> None:
        self._how = how
        self._written = written
        self._pictures = pictures
        self._journal = journal
        self._answers = answers
        self._n_shots = n_shots
        self._prompt = load_prompt("describe", how.language).label
        self._sent: dict[str, tuple[SentPictures, tuple[FoundPart, ...]]] = {}
        self._unreadable: dict[str, MediaError] = {}

    def questions(self, shots: Sequence[ShotToDescribe]) -> Generator[Question, None, None]:
        """Runs in another thread than `keep`, which a shot reaches only after it has left this."""
        with closing(fetched_ahead(shots, self._fetch, _THREADS, 2 * _THREADS)) as fetched:
            for shot, found in fetched:
                if isinstance(found, MediaError):
                    self._unreadable[shot.shot_id] = found
                    continue
                self._sent[shot.shot_id] = replace(found, jpegs=()), shot.parts
                yield shot_question(
                    shot.shot_id, found, self._how.parameters, self._how.language, shot.parts, self._written
                )

    def keep(self, reply: Reply) -> None:
        convention = self._how.boxes or convention_of(reply.model)
        pictures, parts = self._sent.pop(reply.key)
        self._store(reply.key, answer_from(reply, pictures, convention, self._prompt, parts))

    def keep_unreadable(self) -> None:
        """Shots that could not be asked about; where that is all of them, it is the file that is wrong."""
        require_a_picture(self._unreadable.values(), self._n_shots)
        for shot_id, error in self._unreadable.items():
            self._store(shot_id, no_picture(error.message, self._prompt))

    def _store(self, shot_id: str, answer: Answer) -> None:
        self._journal.append(shot_id, self._how.fingerprint, asdict(answer))
        self._answers[shot_id] = answer
        progress.report("descriptions", min(1.0, len(self._answers) / self._n_shots))

    def _fetch(self, shot: ShotToDescribe) -> SentPictures | MediaError:
        try:
            return self._pictures.of_shot(shot.span, self._how.parameters.frames)
        except MediaError as error:
            return error
