"""What is said in a simulated programme: a speaker's sentences, and the subtitle file that has them.

Sentences are drawn without regard to the pictures. One in six also names things of the drawn world, which are then
hardly ever the ones on screen, as speakers do. One in five stays up to a fifth of a second beyond the cut.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from archive_pipeline.simulator.captions import describe
from archive_pipeline.simulator.casting import cast_place, cast_subjects
from archive_pipeline.simulator.topics import TOPICS, TOWNS, Topic
from archive_pipeline.simulator.world import LANGUAGES, Language

_SPOKEN = 0.6  # of the shots
_WORDS_PER_S = 2.5
_TOPICS_OF_A_PROGRAMME = 8
_OPENINGS = {
    "en": ("Good evening.", "And now the news.", "As we reported,", "This week", "Yesterday,"),
    "es": ("Buenas noches.", "Y ahora las noticias.", "Como les contamos,", "Esta semana,", "Ayer,"),
}


@dataclass(frozen=True)
class Sentence:
    """What is said while a shot is on; `topic` is what it says."""

    shot: int
    start_s: float
    end_s: float
    language: Language
    text: str
    topic: Topic


def speech_of(seed: str, shots: Sequence[Mapping[str, Any]]) -> list[Sentence]:
    """The sentences over the shots (rows with `shot`, `start_s`, `end_s`) of the programme with that seed, in order."""
    random = Random(f"{seed}/speech")
    language = random.choice(LANGUAGES)
    topics = random.sample(TOPICS, _TOPICS_OF_A_PROGRAMME)
    sentences = []
    for row in shots:
        if random.random() < _SPOKEN:
            topic = random.choice(topics)
            text = _text(random, topic, language)
            start_s = row["start_s"] + 0.1
            beyond_s = random.uniform(0.0, 0.2) if random.random() < 0.2 else -0.1
            end_s = min(start_s + 0.8 + len(text.split()) / _WORDS_PER_S, row["end_s"] + beyond_s)
            sentences.append(Sentence(row["shot"], round(start_s, 3), round(end_s, 3), language, text, topic))
    return sentences


def web_vtt(cues: Iterable[tuple[float, float, str]]) -> str:
    """A WebVTT file of cues: start and end in seconds, text."""
    written = (f"{_clock(start_s)} --> {_clock(end_s)}\n{text}\n" for start_s, end_s, text in cues)
    return "\n".join(("WEBVTT\n", *written))


def _text(random: Random, topic: Topic, language: Language) -> str:
    said = f"{random.choice(_OPENINGS[language])} {topic.said(language, random.choice(list(TOWNS)))}"
    if random.random() < 1 / 6:
        elsewhere = describe(cast_subjects(random, cast_place(random), held_out=None), language)
        said += f" Next week: {elsewhere}." if language == "en" else f" La semana que viene: {elsewhere}."
    return said


def _clock(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"
