"""A video at an address that a person gave: fetched by the page's own machine, within bounds. Files only; what is on
pages of platforms is found by `platforms.py`."""

import http.client
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from archive_pipeline.errors import PassingError, RequestError
from archive_pipeline.web.file_names import safe_name
from archive_pipeline.web.security.outgoing import (
    Place,
    RefusedError,
    UnknownHostError,
    connected,
    ended_after,
    place_of,
)
from archive_pipeline.web.whole_numbers import whole_number

MOST_ADDRESS = 2_000
_MOST_REDIRECTS = 5
_PORTS = (80, 443, 8080, 8443)  # what listens on others is hardly a server of files
_HEAD_S, _SILENCE_S, _WHOLE_S = 45.0, 30.0, 4 * 3600.0
_PIECE = 2**20
_SUFFIXES = {"video/mp4": ".mp4", "video/quicktime": ".mov", "video/webm": ".webm", "video/x-matroska": ".mkv"}
_REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True)
class Fetched:
    """A video on its way: the head of the answer is there, the body comes piece by piece."""

    name: str
    """A file name that is safe."""
    n_bytes: int | None
    """As the server says."""
    origin: str
    """Where it came from in the end, without the query, which may be a secret."""
    pieces: Iterator[bytes]
    """Raises PassingError `fetch_failed`; closes the connection at its end."""
    close: Callable[[], None]


def fetch(address: str, *, private: bool, most_bytes: int) -> Fetched:
    """Ask for it; each redirect is checked like the address itself.

    Raises RequestError `bad_address`, `upload_kind` (no video), `upload_too_large`; PassingError `fetch_failed`.
    """
    for _ in range(1 + _MOST_REDIRECTS):
        place = place_to_fetch(address, private)
        with ExitStack() as closing:
            answer = _asked(place, closing)
            if answer.status in _REDIRECTS:
                address = urldefrag(urljoin(address, answer.headers.get("location", ""))).url
                continue
            if answer.status != 200:
                raise PassingError("fetch_failed", f"{place.host} answered {answer.status}: there is no video to have.")
            n_bytes = whole_number(answer.headers.get("content-length", ""), 2**62)
            if n_bytes is not None and n_bytes > most_bytes:
                raise RequestError("upload_too_large", f"A video may have {most_bytes >> 30} GB at most.")
            name = _name(place, answer.headers.get_content_type())
            kept = closing.pop_all()
        shown = place.parts._replace(query="").geturl()
        return Fetched(name, n_bytes, shown, _pieces(place, answer, n_bytes, kept), kept.close)
    raise RequestError("bad_address", f"This address leads on more than {_MOST_REDIRECTS} times.")


def place_to_fetch(address: str, private: bool, most: int = MOST_ADDRESS) -> Place:
    """Where it leads. Raises RequestError `bad_address`, PassingError `fetch_failed`."""
    try:
        place = place_of(address, private=private, most=most)
        if not private and place.port not in _PORTS:
            raise RefusedError(f"its port is none of {', '.join(map(str, _PORTS))}")
        return place
    except RefusedError as error:
        raise RequestError("bad_address", f"This address cannot be fetched: {error}.") from None
    except UnknownHostError as error:
        raise PassingError("fetch_failed", f"The host {error} is not known: write another, or try later.") from None


def _asked(place: Place, closing: ExitStack) -> http.client.HTTPResponse:
    try:
        connection = closing.enter_context(connected(place, silence_s=_SILENCE_S, whole_s=_WHOLE_S))
        headers = {"accept": "video/*, application/mxf, application/octet-stream", "accept-encoding": "identity"}
        with ended_after(connection.sock, _HEAD_S):  # a request of ours waits for it
            connection.request("GET", place.target, headers=headers | {"connection": "close"})
            return connection.getresponse()
    except (OSError, http.client.HTTPException) as error:
        raise PassingError("fetch_failed", f"{place.host} does not answer: {type(error).__name__}.") from None


def _name(place: Place, kind: str) -> str:
    last = unquote(urlsplit(place.parts.geturl()).path.rpartition("/")[2])
    try:
        return safe_name(last)
    except RequestError:
        if kind in _SUFFIXES:
            return safe_name((last or "video") + _SUFFIXES[kind])
        raise RequestError(
            "upload_kind",
            f"What is at this address is {kind[:80]}, no video. Give the address of the file itself, not of a page.",
        ) from None


def _pieces(place: Place, answer: http.client.HTTPResponse, n_bytes: int | None, closing: ExitStack) -> Iterator[bytes]:
    """A server may say one length and send another: what is missing is an error, what is more is not read."""
    began = time.monotonic()
    with closing:
        came = 0
        try:
            piece = memoryview(bytearray(_PIECE))
            while n := answer.readinto(piece):  # read() takes a chunk of -1 bytes as all there is, into memory
                came += n
                yield bytes(piece[:n])
        except (OSError, http.client.HTTPException) as error:
            raise PassingError("fetch_failed", f"{place.host} broke off: {type(error).__name__}.") from None
        if n_bytes is None and time.monotonic() - began > _WHOLE_S - 2 * _HEAD_S:  # ended by us, as if it were whole
            raise PassingError("fetch_failed", f"{place.host} took more than {_WHOLE_S / 3600:.0f} hours.")
        if n_bytes is not None and came < n_bytes:
            raise PassingError("fetch_failed", f"{place.host} sent {came:,} of {n_bytes:,} bytes.")
