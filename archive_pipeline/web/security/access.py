"""Who may ask: the host that is asked for, where a request comes from, and the token."""

import base64
import hashlib
import hmac
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from archive_pipeline.collections.embargo import cleared
from archive_pipeline.errors import ConfigurationError
from archive_pipeline.web.security.askers import asker
from archive_pipeline.web.security.guesses import Guesses
from archive_pipeline.web.security.refusals import not_now

COOKIE = "archive_access"
_SHORTEST_TOKEN = 16
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_KEPT_S = 30 * 86400
_SLOWER = "Too many wrong tokens came from your network's address. Wait a moment and try again."


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what listens on `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def check_access(host: str, token: str | None, embargo_token: str | None = None) -> None:
    """Refuse to start without a good token where others can reach us.

    Raises ConfigurationError `token_missing`, `token_too_short` or `tokens_alike`.
    """
    if embargo_token is not None and embargo_token == token:
        raise ConfigurationError(
            "tokens_alike",
            "ARCHIVE_EMBARGO_TOKEN is the page's own token, and would open to all what is withheld: openssl rand -hex "
            "16 makes another one.",
        )
    if any(one is not None and len(one) < _SHORTEST_TOKEN for one in (token, embargo_token)):
        raise ConfigurationError(
            "token_too_short", f"The token needs {_SHORTEST_TOKEN} characters or more: openssl rand -hex 16 makes one."
        )
    if token is None and not is_loopback(host):
        raise ConfigurationError(
            "token_missing",
            f"{host} can be reached by others, and the archive would be open to all of them. Set a token "
            "(ARCHIVE_WEB_TOKEN or --token; openssl rand -hex 16 makes one), or stay with --host 127.0.0.1.",
        )


@dataclass(frozen=True)
class _Judged:
    """`refusal`: what is answered instead; else `token` is the one by which somebody is let in, if any was given."""

    refusal: Response | None = None
    token: str | None = None


class Access:
    """Lets in who asks rightly, and tells the context whether that is with the word for what is withheld (`cleared`).
    Without a token only this machine, by its own names, can ask.

    With one: a cookie (which `?token=…` sets once and a redirect hides), HTTP basic (any user, the token as password)
    or `Authorization: Bearer`. The embargo's token is given in the same ways and lets in as well; its cookie ends with
    the browser's session. Wrong tokens are slowed down by address. A cookie, which nobody can guess, is looked at
    first: who was let in before stays in, whatever others send from the same address. What is not reading, and every
    websocket, must come from a page of this very server.
    """

    def __init__(self, app: ASGIApp, token: str | None, embargo_token: str | None = None) -> None:
        self._app = app
        self._token = token
        self._embargo_token = embargo_token
        self._tokens = [one for one in (embargo_token, token) if one is not None]
        self._guesses = Guesses()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        judged = self._judged(scope)
        if judged.refusal is None:
            before = cleared.set(self._embargo_token is not None and judged.token == self._embargo_token)
            try:
                await self._app(scope, receive, self._remembering(scope, send, judged.token))
            finally:
                cleared.reset(before)
        elif scope["type"] == "http":
            await judged.refusal(scope, receive, send)
        else:
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": "refused"})

    def _remembering(self, scope: Scope, send: Send, token: str | None) -> Send:
        """Who gave the password gets the cookie too: not every browser sends a password with its websocket."""
        if scope["type"] != "http" or token is None or self._of_cookie(Headers(scope=scope)) == token:
            return send

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                marked = Response()
                self._mark_browser(marked, scope, token)
                message["headers"] = [*message["headers"], (b"set-cookie", marked.headers["set-cookie"].encode())]
            await send(message)

        return sending

    def _judged(self, scope: Scope) -> _Judged:
        headers = Headers(scope=scope)
        if self._token is None and _name(headers.get("host", "")) not in _LOCAL:
            return _Judged(_said(421, "wrong_host", "This page answers as localhost or 127.0.0.1 only."))
        writes = scope["type"] == "websocket" or scope["method"] not in _READING
        if writes and not _is_own_page(headers):
            return _Judged(_said(403, "wrong_origin", "This was sent by a page of another site, and is refused."))
        return self._by_token(scope, headers) if self._tokens else _Judged()

    def _by_token(self, scope: Scope, headers: Headers) -> _Judged:
        kept = self._of_cookie(headers)
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        in_address = [value for key, value in query if key == "token"] if scope["type"] == "http" else []
        given = [] if kept == self._tokens[0] else _authorization(headers)
        is_in = kept is not None or self._token is None
        if given or in_address:
            who = asker(scope)
            if wait_s := self._guesses.wait_s(who):  # not even looked at: else the answer's haste would tell
                if not is_in:
                    return _Judged(not_now(scope, 429, "too_many_guesses", _SLOWER, wait_s))
            elif token := self._matching(given):
                return _Judged(token=token)
            elif token := self._matching(in_address):
                rest = [(key, value) for key, value in query if key != "token"]
                return _Judged(self._welcome(scope, rest, token))
            else:
                self._guesses.was_wrong(who)
        if is_in:
            return _Judged(token=kept)
        answer = PlainTextResponse(
            "This archive asks for its token: open the address with ?token=… once, or give it as the password.\n", 401
        )
        answer.headers["www-authenticate"] = 'Basic realm="archive", charset="UTF-8"'
        return _Judged(answer)

    def _welcome(self, scope: Scope, query: list[tuple[str, str]], token: str) -> Response:
        raw = scope.get("raw_path") or quote(scope["path"]).encode()
        path = "/" + raw.decode("latin-1").lstrip("/\\")  # two slashes would lead to another site
        target = path + ("?" + urlencode(query) if query else "")
        answer = RedirectResponse(target, status_code=303)
        self._mark_browser(answer, scope, token)
        return answer

    def _mark_browser(self, answer: Response, scope: Scope, token: str) -> None:
        kept_s = None if token == self._embargo_token else _KEPT_S
        secure = scope["scheme"] == "https"
        answer.set_cookie(COOKIE, _mark(token), max_age=kept_s, httponly=True, samesite="lax", secure=secure)

    def _of_cookie(self, headers: Headers) -> str | None:
        """The token that the browser's cookie stands for."""
        mark = _cookie(headers)
        found = [one for one in self._tokens if mark is not None and _same(mark, _mark(one))]
        return found[0] if found else None

    def _matching(self, given: Iterable[str]) -> str | None:
        found = [one for text in given for one in self._tokens if _same(text, one)]
        return found[0] if found else None


def _mark(token: str) -> str:
    """What the cookie holds: not the token itself."""
    return hmac.new(token.encode(), b"archive_pipeline.web", hashlib.sha256).hexdigest()


def _same(one: str, other: str) -> bool:
    """In a time that tells neither how much of them agrees nor how long they are."""
    first, second = (hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest() for text in (one, other))
    return hmac.compare_digest(first, second)


def _name(host: str) -> str:
    """The host of `host:port`."""
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""


def _netloc(origin: str) -> str | None:
    """`host:port` of an origin; None for what is none, such as `http://[`."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return None


def _is_own_page(headers: Headers) -> bool:
    """Whether the request was made by a page of this server, or by no page at all (a script)."""
    origin = headers.get("origin")
    if origin is not None:
        return _netloc(origin) == headers.get("host", "").lower()
    return headers.get("sec-fetch-site", "none") in ("none", "same-origin")


def _cookie(headers: Headers) -> str | None:
    try:
        morsel = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return None
    return morsel.value if morsel else None


def _authorization(headers: Headers) -> list[str]:
    kind, _, given = headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return [given.strip()]
    if kind.lower() == "basic":
        try:
            return [base64.b64decode(given, validate=True).decode().partition(":")[2]]
        except ValueError:  # not base64, or not UTF-8
            return []
    return []


def _said(status: int, code: str, sentence: str) -> Response:
    return JSONResponse({"error_code": code, "message": sentence}, status_code=status)
