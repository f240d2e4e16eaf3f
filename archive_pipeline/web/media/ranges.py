"""A file in ranges as RFC 9110 (section 14) has them; Starlette refuses some questions that it says to answer."""

import re
from pathlib import Path

from fastapi.responses import FileResponse
from starlette.datastructures import MutableHeaders
from starlette.types import Receive, Scope, Send

_RANGE = re.compile(r"([0-9]{1,18})-([0-9]{0,18})|-([0-9]{1,18})")


class RangedFile(FileResponse):
    """An unknown unit and what is no range are ignored, and of several ranges those that exist are served."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = MutableHeaders(scope=dict(scope))
        if asked := headers.get("range"):
            answered = satisfiable(asked, Path(self.path).stat().st_size)
            if answered is None:
                del headers["range"]
            else:
                headers["range"] = answered
        await super().__call__({**scope, "headers": headers.raw}, receive, send)


def satisfiable(asked: str, n_bytes: int) -> str | None:
    """The header with the ranges that a file of `n_bytes` has, or as it was where it has none of them; None where it is
    to be ignored."""
    unit, _, ranges = asked.partition("=")
    found = [_RANGE.fullmatch(part.strip()) for part in ranges.split(",") if part.strip()]
    if unit.strip().lower() != "bytes" or not found or None in found:
        return None
    kept = []
    for one in found:
        assert one
        first, last, suffix = one.groups()
        if last and int(last) < int(first):
            return None
        if int(first) < n_bytes if first else int(suffix) > 0:
            kept.append(one[0])
    return "bytes=" + ", ".join(kept) if kept else asked
