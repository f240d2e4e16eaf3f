"""How shots are described, and what is sent for one."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

from archive_pipeline.language.descriptions.notes import MOST_NOTES
from archive_pipeline.language.prompts import Prompt, load_prompt

DEFAULT_LANGUAGE = "en"
_MOST_FRAMES, _MOST_CANDIDATES = 4, 8
_APART_S = 0.5  # pictures of a shot that are nearer to each other show the same


Subject: TypeAlias = Literal["shot", "photo"]
"""What the pictures of a question are of."""

_PROMPTS: Mapping[Subject, str] = {"shot": "describe", "photo": "describe_photo"}


def describing_prompt(of: Subject, language: str | None) -> Prompt:
    """The text of the question; shots of programmes and photos have their own."""
    return load_prompt(_PROMPTS[of], language)


@dataclass(frozen=True)
class DescriptionParameters:
    """The keys of the section `descriptions` of a collection file."""

    frames: int = 1
    """Pictures a shot, 1 to 4: the most typical one first of all, further ones spread over the shot."""

    candidates: int = 1
    """Descriptions asked for, 1 to 8; the one whose embedding is nearest to the shot's is kept."""

    regions: bool = False
    """A sentence on each boxed part of the picture as well; of several candidates the nearest to that part."""

    temperature: float = 0.7
    """How freely candidates differ; one alone is asked for at 0."""

    max_tokens: int = 1024
    """Of an answer; a longer one is cut off."""

    def __post_init__(self) -> None:
        for name, value, lowest, highest in (
            ("frames", self.frames, 1, _MOST_FRAMES),
            ("candidates", self.candidates, 1, _MOST_CANDIDATES),
            ("temperature", self.temperature, 0, 2),
            ("max_tokens", self.max_tokens, 64, 8192),
        ):
            if not lowest <= value <= highest:
                raise ValueError(f"{name} is {value}; allowed is {lowest} to {highest}")


@dataclass(frozen=True)
class SentPictures:
    """The pictures of a shot as they are sent."""

    jpegs: tuple[bytes, ...]
    """In order of time, all of `size`."""

    times_s: tuple[float, ...]
    """Presentation time of each."""

    size: tuple[int, int]
    """(width, height) in pixels; one that the model's preprocessing leaves as it is."""

    boxed: int
    """Which of them, from 0, the boxes are asked for in: the most typical one."""


def as_parameters(
    parameters: DescriptionParameters, language: str | None, model: str | None, of: Subject = "shot"
) -> dict[str, Any]:
    """What a description is a function of beside its shot, or photo, as plain values: enters fingerprints."""
    prompt = describing_prompt(of, language)
    asked = {"prompt": prompt.label, "language": language or DEFAULT_LANGUAGE, "model": model}
    stated = asdict(parameters)
    if not parameters.regions:  # answers of an earlier release, which knew none, are answers to the same question
        del stated["regions"]
    return {**stated, **asked}


def summary_parameters(language: str | None, model: str | None) -> dict[str, Any]:
    """What a summary is a function of beside its notes, as plain values."""
    return {
        "prompt": load_prompt("summarize", language).label,
        "language": language or DEFAULT_LANGUAGE,
        "model": model,
        "notes": MOST_NOTES,
    }


def picture_moments(start_s: float, end_s: float, keyframe_s: float, n_frames: int) -> list[float]:
    """Times in order of the pictures of a shot: its keyframe and others spread evenly; fewer in a short shot."""
    n_frames = max(1, min(n_frames, 1 + int((end_s - start_s) / _APART_S)))
    spread = [start_s + (end_s - start_s) * (part + 0.5) / n_frames for part in range(n_frames)]
    nearest = min(range(n_frames), key=lambda part: abs(spread[part] - keyframe_s))
    spread[nearest] = keyframe_s
    return spread
