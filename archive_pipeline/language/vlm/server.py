"""An OpenAI-compatible server: where it is, how much it is asked at once, and one question put to it."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from archive_pipeline.errors import ConfigurationError
from archive_pipeline.language.vlm.bounds import HEADERS, UnboundedAnswerError, bound_answers
from archive_pipeline.language.vlm.completion import read_completion, read_models, unanswered
from archive_pipeline.language.vlm.model import Question, Reply
from archive_pipeline.language.vlm.request import messages_of, response_format
from archive_pipeline.language.vlm.slots import MachineSlots
from archive_pipeline.language.vlm.trouble import Patience, explained, is_about_the_question, may_pass

if TYPE_CHECKING:
    import openai

_CONNECT_S = 10.0


@dataclass(frozen=True)
class VlmServer:
    """How to reach a server. Cheap to make: nothing is opened before something is asked."""

    url: str
    """Of the API, such as http://127.0.0.1:8000/v1"""

    api_key: str | None = field(default=None, repr=False)
    model: str | None = None
    """None asks the first model of the server's list."""

    concurrency: int = 16
    """Requests under way at once."""

    shared_in: Path | None = None
    """A folder: all who name it have `concurrency` requests under way together. None: each has as many."""

    timeout_s: float = 180.0
    """Of one request, waiting in the server's queue included; an answer that flows for longer is cut off."""

    patience: Patience = field(default_factory=Patience)

    @property
    def shown_url(self) -> str:
        """The URL without a user's name and password."""
        parts = urlsplit(self.url)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()

    @asynccontextmanager
    async def session(self) -> AsyncIterator["VlmSession"]:
        """Connections for many questions of one event loop.

        Raises ConfigurationError `wrong_vlm_url`.
        """
        import openai

        if urlsplit(self.url).scheme not in ("http", "https"):
            raise ConfigurationError("wrong_vlm_url", "ARCHIVE_VLM_URL must be like http://127.0.0.1:8000/v1")
        import httpx2

        limits = httpx2.Limits(max_connections=self.concurrency, max_keepalive_connections=self.concurrency)
        async with (
            openai.DefaultAsyncHttpxClient(
                limits=limits,
                timeout=httpx2.Timeout(self.timeout_s, connect=_CONNECT_S),
                follow_redirects=False,
                headers=HEADERS,
                event_hooks={"response": [bound_answers(self.timeout_s)]},
            ) as http,
            openai.AsyncOpenAI(
                base_url=self.url,
                api_key=self.api_key or "none",  # a server without a key ignores it; the client insists on one
                http_client=http,
                max_retries=0,  # attempts are counted here, where the end of patience can be told apart
            ) as client,
        ):
            session = VlmSession(self, client)
            try:
                yield session
            finally:
                session.close()

    async def ask(self, question: Question) -> Reply:
        """One question with a connection of its own; see VlmSession.ask."""
        async with self.session() as session:
            return await session.ask(question)

    async def models(self) -> list[str]:
        """The names of the models that the server offers. Raises like VlmSession.ask."""
        async with self.session() as session:
            return await session.models()


class VlmSession:
    """Connections of one event loop to a server; at most `concurrency` requests at once."""

    def __init__(self, server: VlmServer, client: "openai.AsyncOpenAI") -> None:
        self._server = server
        self._client = client
        self._slots = asyncio.Semaphore(server.concurrency)
        self._shared = MachineSlots(server.shared_in, server.concurrency) if server.shared_in else None
        self._naming = asyncio.Lock()
        self._model = server.model
        self._n_answered = 0
        self.given_up = False
        """Set by whoever has seen that the server is gone: nothing is tried again from then on."""

    async def ask(self, question: Question) -> Reply:
        """The reply to one question; 408, 409, 429, 5xx, timeouts and dropped connections are tried again.

        Raises PassingError (`vlm_unreachable`, `vlm_timeout`, `vlm_busy`, `vlm_failing`) when patience ends and
        ConfigurationError (`vlm_refused_key`, `vlm_not_found`, `vlm_failing`).
        """
        import openai

        n_answered_before = self._n_answered
        async with self._slots, self._shared.one() if self._shared else nullcontext():
            model = await self._model_name()
            for attempt in range(self._server.patience.attempts):
                began = time.perf_counter()
                try:
                    reply = await self._attempt(question, model)
                except UnboundedAnswerError as error:
                    return unanswered(question, "cut_off", str(error), model, time.perf_counter() - began)
                except openai.APIError as error:
                    is_last = attempt + 1 == self._server.patience.attempts or self.given_up
                    # A question that breaks the server each time, while it answers others, is to blame itself.
                    breaks_it = getattr(error, "status_code", 0) == 500 and self._n_answered > n_answered_before
                    if is_about_the_question(error) or (is_last and breaks_it):
                        refused = unanswered(question, "refused", _told(error), model, time.perf_counter() - began)
                        return replace(refused, turned_down=True)
                    if is_last or not may_pass(error):
                        raise explained(error, self._server.shown_url, model) from error
                    await asyncio.sleep(self._server.patience.wait_s(attempt, error))
                else:
                    self._n_answered += 1
                    return reply
        raise AssertionError("patience has at least one attempt")

    def close(self) -> None:
        if self._shared:
            self._shared.close()

    async def models(self) -> list[str]:
        """The names of the models that the server offers. Raises like `ask`."""
        import openai

        for attempt in range(self._server.patience.attempts):
            try:
                listed = await self._client.models.with_raw_response.list()
                return read_models(listed.content)
            except UnboundedAnswerError:
                return []
            except openai.APIError as error:
                is_last = attempt + 1 == self._server.patience.attempts or self.given_up
                if is_last or not may_pass(error):
                    raise explained(error, self._server.shown_url, self._model or "") from error
                await asyncio.sleep(self._server.patience.wait_s(attempt, error))
        raise AssertionError("patience has at least one attempt")

    async def _model_name(self) -> str:
        async with self._naming:
            if self._model is None:
                offered = await self.models()
                if not offered:
                    raise ConfigurationError(
                        "vlm_not_found", f"{self._server.shown_url} offers no model. Is it an OpenAI-compatible server?"
                    )
                self._model = offered[0]
        return self._model

    async def _attempt(self, question: Question, model: str) -> Reply:
        import openai

        began = time.perf_counter()
        response = await self._client.chat.completions.with_raw_response.create(
            model=model,
            messages=messages_of(question),
            response_format=response_format(question.schema),
            max_tokens=question.max_tokens,  # not max_completion_tokens: older servers do not know it
            temperature=question.temperature,
            n=question.n,
            seed=openai.omit if question.seed is None else question.seed,
        )
        latency_s = round(time.perf_counter() - began, 3)
        return read_completion(question, response.content, model, latency_s)


def _told(error: "openai.APIError") -> str:
    """The server's own words about a question that it turned down."""
    return f"HTTP {getattr(error, 'status_code', 0)}: {error.message}"
