"""From the bytes of a transcription server's answer to segments; nothing in them is taken on trust."""

from collections.abc import Iterator

from pydantic import BaseModel, Field, ValidationError

from archive_pipeline.language.transcripts.languages import language_code
from archive_pipeline.language.transcripts.model import MOST_TEXT, Segment
from archive_pipeline.language.transcripts.text import plain

_MOST_SEGMENTS = 200  # of half a minute
# Whisper's own limits for words that nobody said (openai/whisper, module transcribe); vLLM tells no `no_speech_prob`
_NO_SPEECH, _REPETITIVE, _UNSURE = 0.6, 2.4, -1.0


class _Said(BaseModel):
    start: float = Field(allow_inf_nan=False)
    end: float = Field(allow_inf_nan=False)
    text: str
    avg_logprob: float | None = None
    no_speech_prob: float | None = None
    compression_ratio: float | None = None


class _Answer(BaseModel):
    text: str = ""
    language: str | None = None
    segments: list[_Said] | None = None


def read_answer(body: bytes, start_s: float, end_s: float, language: str | None) -> list[Segment] | None:
    """What was said between `start_s` and `end_s`, the times of the sound that was sent; None if `body` is none.

    Both forms are read: `verbose_json`, whose segments have times, and `json`, whose text then belongs to the whole
    stretch. `language` is the one that was asked for, where one was.
    """
    try:
        answer = _Answer.model_validate_json(body)
    except ValidationError:
        return None
    spoken = language_code(answer.language) or language
    if answer.segments is None:
        text = plain(answer.text)
        return [Segment(start_s, end_s, text, language=spoken)] if text else []
    return list(_segments(answer.segments[:_MOST_SEGMENTS], start_s, end_s, spoken))


def _segments(said: list[_Said], start_s: float, end_s: float, language: str | None) -> Iterator[Segment]:
    for one in sorted(said, key=lambda found: found.start):
        invented = (one.no_speech_prob or 0.0) > _NO_SPEECH or (one.compression_ratio or 0.0) > _REPETITIVE
        doubtful = invented and (one.avg_logprob or 0.0) < _UNSURE
        text = plain(one.text)[:MOST_TEXT]
        first_s = round(min(max(start_s + one.start, start_s), end_s), 3)
        last_s = round(min(max(start_s + one.end, start_s), end_s), 3)
        if text and not doubtful and last_s > first_s:
            yield Segment(first_s, last_s, text, language=language)
