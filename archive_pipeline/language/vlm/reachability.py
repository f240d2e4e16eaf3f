"""Whether a server answers, asked quickly and without its client: for sensors, `doctor` and pages."""

import json
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from archive_pipeline.errors import ConfigurationError, PassingError

_LONGEST = 1_000_000


def served_models(url: str, api_key: str | None = None, timeout_s: float = 2.0) -> list[str]:
    """The models that the server at `url` (it ends in /v1) offers, asked once.

    Raises PassingError `vlm_unreachable`, and ConfigurationError `vlm_refused_key` or `wrong_vlm_url`.
    """
    if not url.startswith(("http://", "https://")):
        raise ConfigurationError("wrong_vlm_url", "The server's URL must be like http://127.0.0.1:8000/v1")
    request = Request(f"{url.rstrip('/')}/models")
    if api_key:
        request.add_header("Authorization", f"Bearer {api_key}")
    try:
        with urlopen(request, timeout=timeout_s) as answer:
            return [str(model["id"]) for model in json.loads(answer.read(_LONGEST))["data"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        if isinstance(error, HTTPError) and error.code in (401, 403):
            raise ConfigurationError(
                "vlm_refused_key", f"The server at {url} refuses the key ({error.code}): correct it."
            ) from error
        raise PassingError("vlm_unreachable", f"No server answers at {url} ({error}): start it.") from error
