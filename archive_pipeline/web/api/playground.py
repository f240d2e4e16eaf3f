"""The playground's API: models and detectors, their answers to a picture or short video, and competing sentences."""

import base64
from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, UploadFile
from pydantic import BaseModel, Field

from archive_pipeline.collections.collection_files import load_collections
from archive_pipeline.encoders import BUNDLED_MODEL, canonical
from archive_pipeline.language.playground.tasks import Task
from archive_pipeline.search.picture import MOST_PICTURE_BYTES, read_picture
from archive_pipeline.settings import Settings
from archive_pipeline.stages.phrase_comparison import compare_phrases, picture_vector
from archive_pipeline.stages.playground import Played, detect, offered_models, play
from archive_pipeline.web.service import Service


class BoxOut(BaseModel):
    """Fractions of the picture, from its top left corner."""

    left: float
    top: float
    right: float
    bottom: float


class ThingOut(BaseModel):
    label: str
    action: str = Field("", description="What it does, where a VLM was asked")
    score: float | None = Field(None, description="0 to 1, of a detector; scores of two detectors do not compare")
    box: BoxOut | None


class PlayedOut(BaseModel):
    """All words are a model's: to be escaped where they are shown."""

    status: str = Field(description="ok; refused, cut_off or invalid, with the reason")
    reason: str | None
    text: str
    things: list[ThingOut]
    answer: Any = Field(description="The answer as JSON; null where it is not of the task's schema")
    raw: str = Field(description="What the model wrote, where that could not be used")
    pictures: list[str] = Field(description="What was sent: JPEG files as data addresses")
    boxed: int = Field(description="Which of the pictures, from 0, the boxes are of")
    size: tuple[int, int] = Field(description="Width and height of the original, upright, in pixels")
    model: str
    prompt_tokens: int
    completion_tokens: int
    latency_s: float = Field(description="Seconds from the question to the whole answer")


class DetectedOut(BaseModel):
    detector: str
    device: str
    things: list[ThingOut]
    picture: str = Field(description="What it looked at: a JPEG file as a data address; the boxes are of this")
    size: tuple[int, int] = Field(description="Width and height of the original, upright, in pixels")
    loading_s: float = Field(description="Seconds until the model was there")
    latency_s: float = Field(description="Seconds from the picture to its boxes")


class ComparedOut(BaseModel):
    phrase: str
    probability: float = Field(description="Its share among the sentences, together 1")
    cosine: float
    match: float | None = Field(
        description="How likely the model takes this sentence alone to belong to the picture; null of CLIP's kind"
    )


def playground(service: Service) -> APIRouter:
    """The routes; all answer errors as `Problem`."""
    router = APIRouter(prefix="/playground", tags=["playground"])
    settings = service.archive.settings

    @router.get("/models")
    async def models() -> list[str]:
        """The models that the VLM server offers, the one that descriptions are asked of first."""
        return await service.playground_lane.run(lambda: vlm_models(settings))

    @router.get("/detectors")
    def detectors() -> list[str]:
        """The names in ARCHIVE_DETECTORS."""
        return list(settings.detectors)

    @router.post("/detections")
    async def detections(
        file: UploadFile,
        detector: Annotated[str, Form(max_length=64, description="One of /api/playground/detectors")],
        min_score: Annotated[float, Form(description="What scores less is left out; between 0 and 1")] = 0.5,
    ) -> DetectedOut:
        """Put a picture, or a video of at most two minutes and 25 MB, to a detector."""
        data = await file.read(MOST_PICTURE_BYTES + 1)
        found = await service.detectors_lane.run(lambda: detect(settings, data, detector, min_score))
        return DetectedOut(**(asdict(found) | {"picture": _address(found.picture)}))

    @router.get("/encoders")
    def encoders() -> list[str]:
        """The encoders that sentences can compete in: those of the collections."""
        return encoder_names(settings)

    @router.post("/answers")
    async def answers(
        file: UploadFile,
        task: Annotated[Task, Form(description="describe, detect (objects), read (writing) or ask (a question)")],
        model: Annotated[str, Form(max_length=300, description="One of the server's models; empty: its first")] = "",
        question: Annotated[str, Form(description="For ask: what is to be known; for detect: what to find")] = "",
        language: Annotated[Literal["en", "es"], Form(description="Of the answer")] = "en",
    ) -> PlayedOut:
        """Put a picture, or a video of at most two minutes and 25 MB, to a model."""
        data = await file.read(MOST_PICTURE_BYTES + 1)
        played = await service.playground_lane.run(lambda: play(settings, data, task, model, language, question))
        return _out(played)

    @router.post("/comparisons")
    async def comparisons(
        file: UploadFile,
        sentence: Annotated[list[str], Form(description="Two or more, each in a field of its own")],
        encoder: Annotated[str, Form(max_length=300, description="One of /api/playground/encoders")] = "",
    ) -> list[ComparedOut]:
        """How sentences share the probability for a picture, in the order given."""
        data = await file.read(MOST_PICTURE_BYTES + 1)

        def compare() -> list[ComparedOut]:
            known = encoder_names(settings)
            name = canonical(encoder) if canonical(encoder) in known else known[0]
            vector = picture_vector(read_picture(data).jpeg, name, settings.device)
            return [ComparedOut(**asdict(one)) for one in compare_phrases(vector, sentence, name, settings.device)]

        return await service.playground_lane.run(compare)

    return router


def vlm_models(settings: Settings) -> list[str]:
    """The server's models, the configured one first. Raises ConfigurationError and PassingError."""
    offered = offered_models(settings)
    first = [name for name in offered if name == settings.vlm_model]
    return [*first, *(name for name in offered if name != settings.vlm_model)]


def encoder_names(settings: Settings) -> list[str]:
    """Of the collections, in order of name; never empty."""
    return sorted({one.model for one in load_collections(settings.collection_folders)[0]}) or [BUNDLED_MODEL]


def _out(played: Played) -> PlayedOut:
    sent = [_address(jpeg) for jpeg in played.pictures.jpegs]
    fields = {name: getattr(played, name) for name in PlayedOut.model_fields if name not in ("pictures", "boxed")}
    return PlayedOut(**fields, pictures=sent, boxed=played.pictures.boxed)


def _address(jpeg: bytes) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"
