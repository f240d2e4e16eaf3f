"""An OpenAI-compatible server that turns sound into words (`/v1/audio/transcriptions`), such as vLLM with Whisper."""

import io
import time
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from archive_pipeline.errors import ArchiveError, ConfigurationError, PassingError
from archive_pipeline.language.transcripts.speech import SAMPLE_RATE
from archive_pipeline.language.vlm.trouble import Patience, is_about_the_question, may_pass

if TYPE_CHECKING:
    import openai

_CONNECT_S = 10.0
_LARGEST_BYTES = 1 << 20  # of an answer about half a minute


@dataclass(frozen=True)
class TranscriptionServer:
    """How to reach a server. Nothing is opened before something is asked."""

    url: str
    """Of the API, such as http://127.0.0.1:8001/v1"""

    api_key: str | None = field(default=None, repr=False)
    model: str | None = None
    """None asks the first model of the server's list."""

    concurrency: int = 4
    """Pieces of one video under way at once."""

    timeout_s: float = 180.0
    """Of one request, waiting in the server's queue included."""

    patience: Patience = field(default_factory=Patience)

    @property
    def shown_url(self) -> str:
        """The URL without a user's name and password."""
        parts = urlsplit(self.url)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()

    @contextmanager
    def session(self, language: str | None) -> Iterator["TranscriptionSession"]:
        """Connections for many pieces. Raises ConfigurationError `wrong_transcription_url`, and as `hear` does."""
        import httpx2
        import openai

        if urlsplit(self.url).scheme not in ("http", "https"):
            raise ConfigurationError(
                "wrong_transcription_url", "ARCHIVE_TRANSCRIPTION_URL must be like http://127.0.0.1:8001/v1"
            )
        with (
            openai.DefaultHttpxClient(
                timeout=httpx2.Timeout(self.timeout_s, connect=_CONNECT_S), follow_redirects=False
            ) as http,
            openai.OpenAI(base_url=self.url, api_key=self.api_key or "none", http_client=http, max_retries=0) as client,
        ):
            yield TranscriptionSession(self, client, language)


class TranscriptionSession:
    """Connections to a server. Safe for many threads."""

    def __init__(self, server: TranscriptionServer, client: "openai.OpenAI", language: str | None) -> None:
        self._server = server
        self._client = client
        self._language = language
        self._with_times = True
        self._has_timed = False
        self.model = server.model or self._first_model()
        self.given_up = False
        """Set where the server is gone: nothing is tried again from then on."""

    def hear(self, samples: bytes) -> bytes | None:
        """The server's answer about a piece of sound (16 bits, 16 kHz, one channel); None where it turned it down.

        408, 409, 429, 5xx, timeouts and dropped connections are tried again. Raises PassingError
        (`transcription_unreachable`, `transcription_failing`) when patience ends, and ConfigurationError
        (`transcription_refused_key`, `transcription_not_found`, `transcription_failing`).
        """
        import openai

        attempt = 0
        with_times = self._with_times
        while True:
            try:
                answer = self._attempt(_wav(samples), with_times)
                if with_times:
                    self._has_timed = True
                elif not self._has_timed:
                    self._with_times = False  # some servers know only `json`; from now on, that
                return answer
            except openai.APIError as error:
                if is_about_the_question(error) and not with_times:
                    return None
                if is_about_the_question(error):
                    with_times = False
                    continue
                attempt += 1
                if attempt == self._server.patience.attempts or self.given_up or not may_pass(error):
                    self.given_up = True
                    raise _explained(error, self._server.shown_url, self.model) from error
                time.sleep(self._server.patience.wait_s(attempt - 1, error))

    def _attempt(self, wav: bytes, with_times: bool) -> bytes | None:
        form: dict[str, Any] = {"response_format": "verbose_json" if with_times else "json", "temperature": 0.0}
        if with_times:
            form["timestamp_granularities"] = ["segment"]
        if self._language:
            form["language"] = self._language
        asked = self._client.audio.transcriptions.with_streaming_response.create(
            model=self.model, file=("speech.wav", wav, "audio/wav"), **form
        )
        body, began = b"", time.monotonic()
        with asked as response:
            for piece in response.iter_bytes(1 << 16):
                body += piece
                if len(body) > _LARGEST_BYTES or time.monotonic() - began > self._server.timeout_s:
                    return None
        return body

    def _first_model(self) -> str:
        import openai

        for attempt in range(self._server.patience.attempts):
            try:
                offered = [model.id for model in self._client.models.list().data]
            except openai.APIError as error:
                if attempt + 1 == self._server.patience.attempts or not may_pass(error):
                    raise _explained(error, self._server.shown_url, "") from error
                time.sleep(self._server.patience.wait_s(attempt, error))
            else:
                if offered:
                    return offered[0][:200]
                break
        raise ConfigurationError(
            "transcription_not_found", f"{self._server.shown_url} offers no model; set ARCHIVE_TRANSCRIPTION_MODEL."
        )


def _wav(samples: bytes) -> bytes:
    written = io.BytesIO()
    with wave.open(written, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(SAMPLE_RATE)
        sound.writeframes(samples)
    return written.getvalue()


def _explained(error: "openai.APIError", server: str, model: str) -> ArchiveError:
    import openai

    if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
        return ConfigurationError(
            "transcription_refused_key",
            f"{server} refuses the key (HTTP {error.status_code}). Set ARCHIVE_TRANSCRIPTION_API_KEY.",
        )
    if isinstance(error, openai.NotFoundError):
        return ConfigurationError(
            "transcription_not_found",
            f"{server} knows no model {model!r} or no /audio/transcriptions (HTTP 404). ARCHIVE_TRANSCRIPTION_URL ends "
            "in /v1 as a rule; ARCHIVE_TRANSCRIPTION_MODEL names a model that it serves.",
        )
    if isinstance(error, openai.APIStatusError):
        kind = PassingError if may_pass(error) else ConfigurationError
        return kind("transcription_failing", f"{server} answers with HTTP {error.status_code}; its own log says why.")
    return PassingError(
        "transcription_unreachable",
        f"{server} does not answer ({type(error.__cause__ or error).__name__}). Start the server or correct "
        "ARCHIVE_TRANSCRIPTION_URL; what it said so far is kept.",
    )
