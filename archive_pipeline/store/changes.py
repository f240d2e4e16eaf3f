"""Things that people keep as files that only grow, `<folder>/<id>.jsonl`: a line a change, with its time.

What a thing is now is what all its lines leave.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from archive_pipeline.errors import RequestError
from archive_pipeline.store.objects import Objects

ID = re.compile(r"[0-9a-f]{32}")
"""Of a thing that is kept so."""

_Change = TypeVar("_Change")


def written(changes: Iterable[Mapping[str, Any]]) -> bytes:
    """Lines of changes that are made now."""
    now = datetime.now(UTC).isoformat()
    return "".join(json.dumps({**said, "at": now}, ensure_ascii=False) + "\n" for said in changes).encode()


def passed_over(objects: Objects, folder: str, n_read: Callable[[bytes], int]) -> dict[str, int]:
    """How many lines of each file of `folder` are none of those that `n_read` counts in it; of files with such lines,
    by the name by which a person finds them."""
    found: dict[str, int] = {}
    for one in objects.listed(folder):
        if one.key.endswith(".jsonl"):
            content = objects.read(one.key)
            n_lines = sum(bool(line.strip()) for line in content.split(b"\n"))
            if n_torn := n_lines - n_read(content):
                found[objects.shown(one.key)] = n_torn
    return found


def read(content: bytes, change: Callable[..., _Change]) -> Iterator[tuple[_Change, datetime]]:
    """Each line as `change` makes it of its fields, and when it was; one that is torn or no change is passed over."""
    for line in content.split(b"\n"):
        try:
            kept = json.loads(line)
            at = datetime.fromisoformat(kept.pop("at"))
            yield change(**kept), at
        except (ValueError, KeyError, TypeError, AttributeError, RequestError):
            continue
