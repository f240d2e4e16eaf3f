"""From a collection to the parameters of each stage, and to the plan that says what would be done to its videos."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from functools import partial
from typing import Any

from archive_pipeline.collections.model import Collection
from archive_pipeline.detectors import ObjectParameters, known_checkpoint
from archive_pipeline.detectors import identify as identify_detector
from archive_pipeline.encoders import identify
from archive_pipeline.language.descriptions.model import (
    DescriptionParameters,
    Subject,
    as_parameters,
    summary_parameters,
)
from archive_pipeline.language.transcripts.sidecars import Surroundings
from archive_pipeline.language.visible_text import reader_identity
from archive_pipeline.media.colour import Colour, conversion_parameters
from archive_pipeline.media.model import SamplingParameters
from archive_pipeline.semantics.classes import ClassParameters
from archive_pipeline.semantics.scenes import SceneParameters
from archive_pipeline.semantics.shots import ShotParameters
from archive_pipeline.settings import Settings
from archive_pipeline.stages import chain
from archive_pipeline.stages.chain import Stage
from archive_pipeline.stages.policies import finding_parameters, second_parameters
from archive_pipeline.stages.vocabularies import concept_parameters
from archive_pipeline.store.catalogue import Entry
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName


def sampling_parameters(collection: Collection) -> SamplingParameters:
    return SamplingParameters(fps=collection.fps, detector=collection.detector)


def class_parameters(collection: Collection) -> ClassParameters:
    return ClassParameters(**collection.classes)


def scene_parameters(collection: Collection) -> SceneParameters:
    return SceneParameters(**collection.scenes)


def shot_parameters(collection: Collection) -> ShotParameters:
    return ShotParameters(**collection.shots)


def stage_parameters(collection: Collection) -> Mapping[str, Mapping[str, Any]]:
    """Parameters by name of the stage, as they enter fingerprints: plain values only.

    Raises ConfigurationError where the model's name is wrong or its local files are missing.
    """
    none: Mapping[str, Any] = {}
    if collection.kind == "photos":
        model = {chain.PHOTO_EMBEDDINGS.name: {"model": identify(collection.model)}}
        return {stage.name: model.get(stage.name, none) for stage in chain.ALBUM_CHAIN}
    known: dict[str, Mapping[str, Any]] = {
        chain.FRAMES.name: asdict(sampling_parameters(collection)),
        chain.EMBEDDINGS.name: {"model": identify(collection.model)},
        chain.CLASSES.name: asdict(class_parameters(collection)),
        chain.SCENES.name: asdict(scene_parameters(collection)),
        chain.SHOTS.name: asdict(shot_parameters(collection)),
    }
    return {stage.name: known.get(stage.name, none) for stage in chain.CHAIN}


def parameters_of(stage: Stage, collection: Collection, lake: Lake, video: VideoName) -> Mapping[str, Any]:
    """What enters the fingerprint of a stage of this one video: that of all, and of `frames` how its HDR is converted,
    so that no other video is decoded again when that changes. `source_video` must have run."""
    parameters = stage_parameters(collection)[stage.name]
    return {**parameters, **converted(lake, video)} if stage is chain.FRAMES else parameters


def converted(lake: Lake, video: VideoName) -> Mapping[str, Any]:
    """How the colours of a video's pictures are converted; nothing where they are not."""
    facts = lake.read("media", video, ["colour_primaries", "colour_transfer"]).rows(named=True)
    return conversion_parameters(Colour(**facts[0])) if facts else {}


def plan_of(collection: Collection) -> str:
    """Fingerprint of everything that would be done to a video, or an album, of the collection."""
    parameters = stage_parameters(collection)
    if collection.kind == "photos":
        return chain.plan(parameters, chain.ALBUM_CHAIN)
    frames = {**parameters[chain.FRAMES.name], "kept": collection.pictures}  # what is kept is no part of a result
    return chain.plan({**parameters, chain.FRAMES.name: frames})


_ASKED_BY: Mapping[str, tuple[Stage, ...]] = {  # of videos; of photos each analysis stands by itself
    "concepts": (chain.CONCEPTS,),
    "objects": (chain.OBJECTS,),
    "visible_text": (chain.VISIBLE_TEXT,),
    "reuses": (chain.REUSES,),
    "transcript": (chain.TRANSCRIPT,),
    "descriptions": (chain.DESCRIPTIONS, chain.SUMMARIES),
    "findings": (chain.TRANSCRIPT, chain.FINDINGS),
    "second_opinions": (chain.TRANSCRIPT, chain.FINDINGS, chain.SECOND_OPINIONS),
}


def _transcript_parameters(collection: Collection, settings: Settings) -> Mapping[str, Any]:
    """Where the server is changes nothing; whether there is one, and which model is asked, does."""
    model = (settings.transcription_model or "the first") if settings.transcription_url else None
    said = {"subtitle_encoding": collection.subtitle_encoding} if collection.subtitle_encoding else {}
    return {"language": collection.language, "model": model, **said}


def object_parameters(collection: Collection) -> ObjectParameters:
    return ObjectParameters(**collection.objects)


def _object_parameters(collection: Collection, settings: Settings) -> Mapping[str, Any]:
    """Where the checkpoint lies changes nothing; what it is does."""
    parameters = object_parameters(collection)
    checkpoint = known_checkpoint(parameters.detector, settings.detectors)
    return {**asdict(parameters), "checkpoint": identify_detector(checkpoint)}


def _reuse_parameters(collection: Collection, _: Settings) -> Mapping[str, Any]:
    """The encoder whose vectors are among its signatures."""
    return {"model": identify(collection.model)}


def description_parameters(collection: Collection) -> DescriptionParameters:
    return DescriptionParameters(**collection.descriptions)


def describes_objects(collection: Collection) -> bool:
    """Whether descriptions say what is in the boxes of the analysis `objects`, and so stand on it."""
    return description_parameters(collection).regions and "objects" in collection.analyses


def stage_inputs(stage: Stage, collection: Collection) -> tuple[str, ...]:
    """Names of the stages that this one reads, for a video of the collection."""
    objects = {chain.DESCRIPTIONS: chain.OBJECTS, chain.PHOTO_DESCRIPTIONS: chain.PHOTO_OBJECTS}.get(stage)
    return (*stage.inputs, objects.name) if objects and describes_objects(collection) else stage.inputs


def _description_parameters(of: Subject, collection: Collection, settings: Settings) -> Mapping[str, Any]:
    """Where the server is changes nothing; which model it is asked for does, where one is named."""
    parameters = as_parameters(description_parameters(collection), collection.language, settings.vlm_model, of)
    encoder = identify(collection.model) if parameters["candidates"] > 1 else None  # it chooses among them
    found = {"objects": _object_parameters(collection, settings)} if describes_objects(collection) else {}
    return {**parameters, "boxes": settings.vlm_boxes, "encoder": encoder, **found}


def _summary_parameters(collection: Collection, settings: Settings) -> Mapping[str, Any]:
    return summary_parameters(collection.language, settings.vlm_model)


def answer_fingerprint(parameters: Mapping[str, Any]) -> str:
    """Of what a model's answer is a function of beside what it was shown: hexadecimal, 32 characters."""
    return hashlib.sha256(json.dumps(dict(parameters), sort_keys=True).encode()).hexdigest()[:32]


_ANALYSES: Mapping[str, Callable[[Collection, Settings], Mapping[str, Any]]] = {
    chain.DESCRIPTIONS.name: partial(_description_parameters, "shot"),
    chain.PHOTO_DESCRIPTIONS.name: partial(_description_parameters, "photo"),
    chain.SUMMARIES.name: _summary_parameters,
    chain.CONCEPTS.name: concept_parameters,
    chain.OBJECTS.name: _object_parameters,
    chain.PHOTO_OBJECTS.name: _object_parameters,
    chain.VISIBLE_TEXT.name: lambda _collection, _settings: {"reader": reader_identity()},
    chain.PHOTO_VISIBLE_TEXT.name: lambda _collection, _settings: {"reader": reader_identity()},
    chain.REUSES.name: _reuse_parameters,
    chain.TRANSCRIPT.name: _transcript_parameters,
    chain.FINDINGS.name: finding_parameters,
    chain.SECOND_OPINIONS.name: second_parameters,
}


def asked_analyses(collection: Collection) -> tuple[Stage, ...]:
    """The analyses that the collection's file asks for, with those that they stand on, in order."""
    if collection.kind == "photos":
        return tuple(stage for name, stage in chain.ANALYSES_OF["photos"].items() if name in collection.analyses)
    asked = {stage for name in collection.analyses for stage in _ASKED_BY[name]}
    return tuple(stage for stage in chain.ANALYSES if stage in asked)


def analysis_parameters(stage: Stage, collection: Collection, settings: Settings) -> Mapping[str, Any]:
    """Parameters of an analysis as they enter its fingerprint: plain values only.

    Raises ConfigurationError where a vocabulary, a policy, a detector or a model that they name is wrong, or a
    package that they need is missing.
    """
    return _ANALYSES[stage.name](collection, settings) if stage.name in _ANALYSES else {}


_HEARD = frozenset({chain.TRANSCRIPT.name, chain.FINDINGS.name, chain.SECOND_OPINIONS.name})
"""Analyses that read the subtitles beside a video, or what was made of them."""


def analysis_plans(
    stages: Iterable[Stage], collection: Collection, settings: Settings, surroundings: Surroundings | None = None
) -> Mapping[str, Callable[[Entry], str | None]]:
    """By name of the stage, the fingerprint of what it would do to a video as that is now: an analysis that was done
    under another one is due. None where that cannot be told, because the video's folder cannot be read. Parameters are
    read once, however many videos are asked about.
    """
    beside = surroundings or Surroundings(collection.source)
    versions = {
        stage.name: [stage.name, stage.code_version, dict(analysis_parameters(stage, collection, settings))]
        for stage in stages
    }

    def plan(version: list[Any], entry: Entry) -> str | None:
        subtitles = beside.state(entry.path) if version[0] in _HEARD else ""
        if subtitles is None:
            return None
        made_from = [*version, entry.sha256, entry.plan, *([subtitles] if subtitles else [])]
        return hashlib.sha256(json.dumps(made_from, sort_keys=True).encode()).hexdigest()[:32]

    return {name: partial(plan, version) for name, version in versions.items()}
