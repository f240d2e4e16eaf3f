"""What is said instead of an answer, to a browser as a page and to a script as JSON."""

import base64
import hashlib
import html
import math

from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Scope

from archive_pipeline.web.texts import COOKIE, choose_language, texts
from archive_pipeline.web.theme import chosen_theme

_STYLE = """
:root { color-scheme: light dark; --paper: #f7f6f2; --ink: #22231f; --soft: #5f6058; --line: #1f6f78; }
@media (prefers-color-scheme: dark) { :root { --paper: #161715; --ink: #e8e7e1; --soft: #a5a69c; --line: #5fb3bd; } }
:root[data-theme=light] { color-scheme: light; --paper: #f7f6f2; --ink: #22231f; --soft: #5f6058; --line: #1f6f78; }
:root[data-theme=dark] { color-scheme: dark; --paper: #161715; --ink: #e8e7e1; --soft: #a5a69c; --line: #5fb3bd; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--paper); color: var(--ink);
  font: 1.05rem/1.55 system-ui, sans-serif; }
main { max-width: 34rem; margin: 1.5rem; padding-left: 1.25rem; border-left: 3px solid var(--line); }
h1 { font-size: 1.5rem; font-weight: 600; margin: 0 0 .5rem; }
p { margin: 0 0 .75rem; } p:last-child { color: var(--soft); font-size: .9rem; margin: 0; }
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; frame-ancestors 'none'"


def not_now(scope: Scope, status: int, code: str, message: str, retry_after_s: float) -> Response:
    """The refusal `code` and when to ask again; a browser does so by itself.

    The page needs nothing more of the server: no script, no style sheet, no websocket.
    """
    seconds = math.ceil(retry_after_s)
    headers = {"retry-after": str(seconds), "cache-control": "no-store"}
    asked = HTTPConnection(scope)
    if "text/html" not in asked.headers.get("accept", ""):
        return JSONResponse({"error_code": code, "message": message}, status, headers)
    t = texts(choose_language(asked.cookies.get(COOKIE), asked.headers.get("accept-language", "")))
    theme = chosen_theme(asked) or "system"
    page = (
        f'<!doctype html><html lang="{t.language}" data-theme="{theme}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="{seconds}">'
        f"<title>{html.escape(t('shell.title'))}</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>{html.escape(t('error.not_now'))}</h1><p>{html.escape(t.error(code, message))}</p>"
        f"<p>{html.escape(t('error.asks_again', seconds=seconds))} <code>{code}</code></p></main></body></html>"
    )
    return HTMLResponse(page, status, headers | {"content-security-policy": _POLICY})
