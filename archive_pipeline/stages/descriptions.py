"""The shots of a video, or the photos of an album, put to a vision-language model, each answer kept as it arrives."""

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
from archive_pipeline.language.descriptions.model import DescriptionParameters, SentPictures, Subject, describing_prompt
from archive_pipeline.language.descriptions.parts import FoundPart
from archive_pipeline.language.descriptions.question import describing_question
from archive_pipeline.language.vlm import AnswerJournal, Question, Reply, VlmServer, ask_all
from archive_pipeline.stages.shot_pictures import failing_alone, fetched_ahead, require_a_picture

_THREADS = min(4, os.cpu_count() or 1)  # each waits for an ffmpeg of its own


@dataclass(frozen=True)
class ToDescribe:
    """A shot, or a photo."""

    key: str
    """Its id."""

    pictures: Callable[[], SentPictures]
    """Gets what is sent, in some thread; may raise MediaError, which concerns this one alone."""

    parts: tuple[FoundPart, ...] = ()
    """Of its picture (a shot's keyframe), what is to be described as well."""


@dataclass(frozen=True)
class Describing:
    """How they are asked about."""

    of: Subject

    parameters: DescriptionParameters
    language: str | None
    """ISO 639-1; None: English."""

    boxes: Convention | None
    """How the model counts boxes; None: by its name."""

    fingerprint: str
    """Of everything that an answer is a function of beside its pictures: answers of another one do not count."""


def describe_pictures(
    wanted: Sequence[ToDescribe],
    n_all: int,
    open_server: Callable[[], VlmServer],
    how: Describing,
    journal: AnswerJournal,
) -> dict[str, Answer]:
    """The answer for each, by its id; where the journal holds it nothing is asked again. `n_all`: shots of the video,
    or photos of the album, those that are not `wanted` too.

    `open_server` is called only where something is to be asked. Pictures are decoded ahead of the questions, in threads
    of their own. Raises what language.vlm.ask_all raises, the journal then holds what was answered; and MediaError
    `no_picture` where not one of all can be decoded.
    """
    answers = {key: Answer(**entry) for key, entry in journal.entries(how.fingerprint).items()}
    missing = [one for one in wanted if one.key not in answers]
    if missing:
        server = open_server()
        written = _boxes_written(how, server) if any(one.parts for one in missing) else None
        asking = _Asking(how, journal, answers, len(wanted), written)
        with closing(asking.questions(missing)) as questions:
            ask_all(server, questions, asking.keep)
        asking.keep_unreadable(n_all)
    return {one.key: answers[one.key] for one in wanted}


def cut_outs(still: Callable[[], bytes | None], boxes: Sequence[Box]) -> list[bytes]:
    """JPEGs of these parts of a picture that the lake keeps; none where it keeps none."""
    jpeg = still()
    if jpeg is None:
        return []
    with Image.open(BytesIO(jpeg)) as picture:
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
        journal: AnswerJournal,
        answers: dict[str, Answer],
        n_wanted: int,
        written: Convention | None,
    ) -> None:
        self._how = how
        self._written = written
        self._journal = journal
        self._answers = answers
        self._n_wanted = n_wanted
        self._prompt = describing_prompt(how.of, how.language).label
        self._sent: dict[str, tuple[SentPictures, tuple[FoundPart, ...]]] = {}
        self._unreadable: dict[str, MediaError] = {}

    def questions(self, wanted: Sequence[ToDescribe]) -> Generator[Question, None, None]:
        """Runs in another thread than `keep`, which a reply reaches only after its question has left this."""

        def fetch(one: ToDescribe) -> SentPictures:
            return one.pictures()

        with closing(fetched_ahead(wanted, failing_alone(fetch), _THREADS, 2 * _THREADS)) as fetched:
            for one, found in fetched:
                if isinstance(found, MediaError):
                    self._unreadable[one.key] = found
                    continue
                self._sent[one.key] = replace(found, jpegs=()), one.parts
                how = self._how
                yield describing_question(
                    one.key, found, how.parameters, how.language, one.parts, self._written, how.of
                )

    def keep(self, reply: Reply) -> None:
        convention = self._how.boxes or convention_of(reply.model)
        pictures, parts = self._sent.pop(reply.key)
        self._store(reply.key, answer_from(reply, pictures, convention, self._prompt, parts))

    def keep_unreadable(self, n_all: int) -> None:
        """What could not be asked about; where that is all that there is, it is the file that is wrong."""
        require_a_picture(self._unreadable.values(), n_all)
        for key, error in self._unreadable.items():
            self._store(key, no_picture(error.message, self._prompt))

    def _store(self, key: str, answer: Answer) -> None:
        self._journal.append(key, self._how.fingerprint, asdict(answer))
        self._answers[key] = answer
        progress.report("descriptions", min(1.0, len(self._answers) / self._n_wanted))
