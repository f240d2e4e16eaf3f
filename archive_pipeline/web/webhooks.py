"""Posting JSON to an address that a person gave (`security/outgoing.py`).

Redirects are not followed. Messages name the host alone: paths of webhooks are secrets.
"""

import http.client
import json
from collections.abc import Mapping
from urllib.parse import urlsplit

from archive_pipeline.errors import PassingError, RequestError
from archive_pipeline.store.saved_searches import MOST_WEBHOOK
from archive_pipeline.web.security.outgoing import Place, RefusedError, UnknownHostError, connected, place_of

_SILENCE_S, _WHOLE_S = 5.0, 10.0


def shown(address: str) -> str:
    """What may be shown of an address: scheme and host."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.hostname}" if address else ""


def check_address(address: str, *, private: bool) -> None:
    """Raises RequestError `bad_webhook`; PassingError `webhook_failed` where its host is not known now."""
    _place(address, private)


def post(address: str, payload: Mapping[str, object], *, private: bool) -> None:
    """Once, in at most some ten seconds. Raises what `check_address` does; PassingError `webhook_failed` for any answer
    but 2xx."""
    place = _place(address, private)
    body = json.dumps(payload, ensure_ascii=False).encode()
    try:
        with connected(place, silence_s=_SILENCE_S, whole_s=_WHOLE_S) as connection:
            connection.request("POST", place.target, body, {"content-type": "application/json", "connection": "close"})
            status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        raise PassingError("webhook_failed", f"{place.host} cannot be told: {type(error).__name__}.") from None
    if not 200 <= status < 300:
        raise PassingError(
            "webhook_failed", f"{place.host} answered {status}; 2xx is wanted, redirects are not followed."
        )


def _place(address: str, private: bool) -> Place:
    try:
        return place_of(address, private=private, most=MOST_WEBHOOK)
    except RefusedError as error:
        raise RequestError("bad_webhook", f"This address cannot be a webhook: {error}.") from None
    except UnknownHostError as error:
        raise PassingError("webhook_failed", f"The host {error} is not known: write another, or try later.") from None
