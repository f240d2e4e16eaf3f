"""How much is worked on at once. Whoever comes when that is full is told so at once."""

import random

from starlette.types import ASGIApp, Receive, Scope, Send

from archive_pipeline.web.security.askers import asker
from archive_pipeline.web.security.refusals import not_now
from archive_pipeline.web.security.turns import NoTurnError, Turns

_OWN = "/_nicegui"  # scripts, styles and the websocket of pages
_MOST_REQUESTS = 1000
_MOST_OPEN_PAGES = 1000


class Admission:
    """Refuses with 503 what comes while a thousand requests are being answered, or a thousand pages are open.

    Only what is let in counts: who has no token, or holds a connection without asking, takes nobody's place.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._free = {"http": _MOST_REQUESTS, "websocket": _MOST_OPEN_PAGES}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = scope["type"]
        if kind not in self._free:
            await self._app(scope, receive, send)
            return
        if self._free[kind] == 0:
            await _too_busy(scope, receive, send)
            return
        self._free[kind] -= 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._free[kind] += 1


class PagesInTurn:
    """A few pages are built at once (a page is 25 ms of the event loop); the others wait, their askers in turn."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._turns = Turns(n_at_once=2, n_waiting=100, patience_s=8.0)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_OWN):
            await self._app(scope, receive, send)
            return
        try:
            async with self._turns.turn(asker(scope)):
                await self._app(scope, receive, send)
        except NoTurnError:
            await _too_busy(scope, receive, send)


async def _too_busy(scope: Scope, receive: Receive, send: Send) -> None:
    sentence = "Too many people ask for pages at this moment. Try again in a few seconds."
    refusal = not_now(scope, 503, "too_busy", sentence, random.uniform(5, 15))  # not all at the same moment
    await refusal(scope, receive, send)
