"""Requests that ask for a websocket and are none."""

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_SOCKETS = "/_nicegui_ws"
_REFUSAL = JSONResponse(
    {"error_code": "no_websocket", "message": "A websocket was asked for without an upgrade to one."},
    426,
    {"upgrade": "websocket", "connection": "close"},
)


class WebsocketsOnly:
    """Refuses them: engineio would wait until their sender leaves, and then end in a traceback."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_plain = scope["type"] == "http" and scope["path"].startswith(_SOCKETS)
        answer = _REFUSAL if is_plain and b"transport=websocket" in scope["query_string"] else self._app
        await answer(scope, receive, send)
