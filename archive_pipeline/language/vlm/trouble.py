"""What may go wrong with a request: whether to try again, how long to wait, and what to tell people in the end."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive_pipeline.errors import ArchiveError, ConfigurationError, PassingError

if TYPE_CHECKING:
    import openai

_LONGEST_WAIT_S = 60.0  # a server's Retry-After is believed up to this
_STATUSES_THAT_PASS = (408, 409, 429)


@dataclass(frozen=True)
class Patience:
    """How often a question is put, and the waits between: exponential, ± 50 % so that many do not come back at once."""

    attempts: int = 5
    first_wait_s: float = 0.5
    longest_wait_s: float = 8.0

    def wait_s(self, attempt: int, error: "openai.APIError", jitter: Callable[[], float] = random.random) -> float:
        """Seconds before the next attempt, after the `attempt`-th (from 0) ended in `error`."""
        asked_s = _retry_after_s(error)
        if asked_s is not None:
            return min(asked_s, _LONGEST_WAIT_S)
        return min(self.first_wait_s * 2.0**attempt, self.longest_wait_s) * (0.5 + jitter())


def may_pass(error: "openai.APIError") -> bool:
    """Whether the same request may succeed later: 408, 409, 429, 5xx, a timeout, a dropped connection."""
    import openai

    if isinstance(error, openai.APIStatusError):
        return error.status_code in _STATUSES_THAT_PASS or error.status_code >= 500
    return isinstance(error, openai.APIConnectionError)


def is_about_the_question(error: "openai.APIError") -> bool:
    """Whether only this question was turned down (400, 413, 422: too long, a picture that cannot be read)."""
    import openai

    return isinstance(error, openai.APIStatusError) and error.status_code in (400, 413, 415, 422)


def explained(error: "openai.APIError", server: str, model: str) -> ArchiveError:
    """What people are told when the server as a whole does not answer; `server` is its URL without secrets."""
    import openai

    if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
        return ConfigurationError(
            "vlm_refused_key", f"{server} refuses the key (HTTP {error.status_code}). Set ARCHIVE_VLM_API_KEY."
        )
    if isinstance(error, openai.NotFoundError):
        return ConfigurationError(
            "vlm_not_found",
            f"{server} knows no model {model!r}, or is not an OpenAI-compatible server (HTTP 404). ARCHIVE_VLM_URL "
            "ends in /v1 as a rule; ARCHIVE_VLM_MODEL names a model of its list, and may be left out.",
        )
    if isinstance(error, openai.RateLimitError):
        return PassingError("vlm_busy", f"{server} has too much to do (HTTP 429). Lower ARCHIVE_VLM_CONCURRENCY.")
    if isinstance(error, openai.APIStatusError):
        kind = PassingError if may_pass(error) else ConfigurationError
        return kind("vlm_failing", f"{server} answers with HTTP {error.status_code}; its own log says why.")
    if isinstance(error, openai.APITimeoutError):
        return PassingError("vlm_timeout", f"{server} gives no answer in time; see whether it is overloaded or stuck.")
    return PassingError(
        "vlm_unreachable",
        f"{server} does not answer ({type(error.__cause__ or error).__name__}). Start the server "
        "(archive-pipeline vlm serve) or correct ARCHIVE_VLM_URL; what was answered so far is kept.",
    )


def _retry_after_s(error: "openai.APIError") -> float | None:
    import openai

    if not isinstance(error, openai.APIStatusError):
        return None
    try:
        seconds = float(error.response.headers.get("retry-after", ""))
    except ValueError:  # absent, or a date
        return None
    return seconds if seconds >= 0 else None
