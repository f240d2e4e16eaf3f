"""The playground: one picture or short video put to a model that the VLM server offers, and to detectors."""

import asyncio
import tempfile
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from archive_pipeline.detectors import get_detector, known_checkpoint
from archive_pipeline.errors import MediaError, RequestError
from archive_pipeline.language.boxes import Box
from archive_pipeline.language.descriptions.model import SentPictures
from archive_pipeline.language.pictures import PICTURE_SHAPE, resized, sent_size
from archive_pipeline.language.playground.tasks import LONGEST_QUESTION, Task, shown, task_question
from archive_pipeline.language.vlm import VlmServer
from archive_pipeline.language.vlm.configured import open_vlm
from archive_pipeline.language.vlm.trouble import Patience
from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.media.probe import probe
from archive_pipeline.search.picture import MOST_PICTURE_BYTES, read_picture, upright_size
from archive_pipeline.settings import Settings
from archive_pipeline.stages.shot_pictures import ShotSpan, SourcePictures

LONGEST_VIDEO_S = 120.0
_PICTURES_OF_A_VIDEO = 4
_PATIENCE = Patience(attempts=2)  # a person waits, and can ask again


@dataclass(frozen=True)
class Played:
    """What came back, with what was sent. All words are a model's: hostile until shown escaped."""

    status: str
    """As `language.vlm.Status`."""
    reason: str | None
    """Why there is no answer; None where there is one."""
    text: str
    things: list[dict[str, Any]]
    """Each with `label`, `action` and `box`: fractions left, top, right, bottom of the picture `boxed`, or None."""
    answer: Any
    """The answer as JSON; None where it is not of the schema."""
    raw: str
    """The model's own text where it could not be used."""
    pictures: SentPictures
    size: tuple[int, int]
    """(width, height) of the original, upright, in pixels."""
    model: str
    prompt_tokens: int
    completion_tokens: int
    latency_s: float


@dataclass(frozen=True)
class Detected:
    """What a detector found in the picture that a VLM's boxes would be of."""

    detector: str
    device: str
    things: list[dict[str, Any]]
    """Each with `label`, `score` and `box` as of Played, best first."""
    size: tuple[int, int]
    """(width, height) of the original, upright, in pixels."""
    picture: bytes
    """What it looked at: a JPEG."""
    loading_s: float
    """Until the model was there; next to nothing where it was there already."""
    latency_s: float
    """From the picture to its boxes."""


def offered_models(settings: Settings) -> list[str]:
    """The models of the server. Raises ConfigurationError `no_vlm_server` and what the server raises."""
    return asyncio.run(_server(settings).models())


def play(settings: Settings, data: bytes, task: Task, model: str, language: str, asked: str) -> Played:
    """Put the picture or video in `data` to `model` ("": the server's first). Blocks until the answer is there.

    Raises RequestError for what cannot be sent (`no_question`, `text_too_long`, `not_a_picture_or_video`,
    `video_too_long`, those of `read_picture`), ConfigurationError and PassingError of the server.
    """
    asked = asked.strip()
    if task == "ask" and not asked:
        raise RequestError("no_question", "There is no question: write what you want to know about the picture.")
    if len(asked) > LONGEST_QUESTION:
        raise RequestError("text_too_long", f"The question has {len(asked)} characters; {LONGEST_QUESTION} can be.")
    server = _server(settings)
    pictures, size = sent_pictures(data, find_ffmpeg(settings.ffmpeg))
    if model:
        server = replace(server, model=model)
    reply = asyncio.run(server.ask(task_question(task, pictures, language, asked)))
    seen = shown(reply, pictures, None if settings.vlm_boxes == "auto" else settings.vlm_boxes)
    return Played(
        status=reply.status,
        reason=reply.reason,
        text=seen.text,
        things=[asdict(one) for one in seen.things],
        answer=reply.value.model_dump(mode="json") if reply.value else None,
        raw="" if reply.value else reply.raw,
        pictures=pictures,
        size=size,
        model=reply.model,
        prompt_tokens=reply.prompt_tokens,
        completion_tokens=reply.completion_tokens,
        latency_s=reply.latency_s,
    )


def detect(settings: Settings, data: bytes, detector: str, min_score: float) -> Detected:
    """Put the picture or video in `data` to a detector, by its name in ARCHIVE_DETECTORS: what scores `min_score` or
    more. The first who asks for one waits until it is loaded.

    Raises RequestError as `play` does and `bad_score`; ConfigurationError and PassingError of `get_detector`.
    """
    if not 0 < min_score < 1:
        raise RequestError("bad_score", f"The lowest score is {min_score:g}; it lies between 0 and 1.")
    checkpoint = known_checkpoint(detector, settings.detectors)
    pictures, size = sent_pictures(data, find_ffmpeg(settings.ffmpeg))
    picture = pictures.jpegs[pictures.boxed]
    began = time.perf_counter()
    loaded = get_detector(checkpoint, settings.device)
    ready = time.perf_counter()
    (seen,) = loaded.detect([picture], min_score)
    done = time.perf_counter()
    things = [
        {
            "label": one.label,
            "score": one.score,
            "box": asdict(Box(one.x0 / seen.width, one.y0 / seen.height, one.x1 / seen.width, one.y1 / seen.height)),
        }
        for one in seen.things
    ]
    return Detected(detector, loaded.device, things, size, picture, ready - began, done - ready)


def sent_pictures(data: bytes, ffmpeg: Path) -> tuple[SentPictures, tuple[int, int]]:
    """The picture, or up to four of a video, in the size that models look at; and the original's (width, height).
    Raises like `play`."""
    if len(data) > MOST_PICTURE_BYTES:
        raise RequestError("picture_too_large", f"At most {MOST_PICTURE_BYTES / 1e6:.0f} MB can be sent.")
    try:
        clean = read_picture(data)
    except RequestError as error:
        if error.code != "picture_format":
            raise
        return _of_video(data, ffmpeg)
    try:
        size = sent_size(clean.width, clean.height)
    except MediaError as error:
        raise RequestError(error.code, error.message) from None
    return SentPictures((resized(clean.jpeg, size),), (0.0,), size, 0), upright_size(data)


def _of_video(data: bytes, ffmpeg: Path) -> tuple[SentPictures, tuple[int, int]]:
    with tempfile.NamedTemporaryFile(prefix="playground-") as file:
        file.write(data)
        file.flush()
        try:
            facts = probe(Path(file.name))
            if facts.duration_s > LONGEST_VIDEO_S:
                raise RequestError(
                    "video_too_long", f"The video lasts {facts.duration_s:.0f} s; at most {LONGEST_VIDEO_S:.0f} s can."
                )
            span = ShotSpan(facts.start_s, facts.start_s + facts.duration_s, facts.start_s + facts.duration_s / 2)
            pictures = SourcePictures(Path(file.name), facts, ffmpeg, seek=True).of_shot(span, _PICTURES_OF_A_VIDEO)
            return pictures, (facts.width, facts.height)
        except MediaError as error:
            if error.code == PICTURE_SHAPE:
                raise RequestError(error.code, error.message) from None
            raise RequestError(
                "not_a_picture_or_video", f"This is neither a picture nor a video that can be decoded ({error.message})"
            ) from None


def _server(settings: Settings) -> VlmServer:
    return replace(open_vlm(settings), patience=_PATIENCE)
