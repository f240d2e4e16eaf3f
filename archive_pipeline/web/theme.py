"""Light or dark, as somebody chose it."""

from typing import Literal

from starlette.requests import HTTPConnection

COOKIE = "archive_theme"


def chosen_theme(asked: HTTPConnection) -> Literal["light", "dark"] | None:
    """What was chosen; None: as the system has it."""
    match asked.cookies.get(COOKIE):
        case "light":
            return "light"
        case "dark":
            return "dark"
    return None
