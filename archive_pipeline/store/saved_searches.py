"""Searches that people keep, to be told what is new in them: a store of its own, which only grows.

`<lake>/saved_searches/<id>.jsonl`, one line a change, as baskets are. A picture that is searched with lies beside it,
so that the search outlives the cache of pictures.
"""

import uuid
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal, get_args

from archive_pipeline.errors import RequestError
from archive_pipeline.store.changes import ID, passed_over, read, written
from archive_pipeline.store.lake import Lake

_FOLDER = "saved_searches"

Act = Literal["save", "look", "again", "count", "hook", "told", "untold", "remove"]
_ACTS: tuple[Act, ...] = get_args(Act)

_NEVER = datetime.fromtimestamp(0, UTC)

MOST_NAME, MOST_QUERY, MOST_WEBHOOK = 200, 16_000, 2_000
"""Characters of a name, of a search as an address, of a webhook's address."""

MOST_SAVED = 1_000
"""Searches of an archive: after a publication each is asked once."""


@dataclass(frozen=True)
class Line:
    """What somebody did, or what was found: `save` the search `query` under the name `text`; `look` at it, when its
    first shots were `shots` and the catalogue had come to `sequence`, or `again`, when
    they were what they had been; `count` `n_new` shots at that, since the `look` of that time; give its `hook` an
    address (`text`; empty: none); `told` it of `n_new`, or `untold` after the n-th try, why in `text`; `remove` it."""

    act: Act
    text: str = ""
    query: str = ""
    sequence: int = 0
    shots: tuple[str, ...] = ()
    n_new: int = 0
    look: str = ""
    tries: int = 0
    by: str = ""


@dataclass(frozen=True)
class SavedSearch:
    """As all its lines leave it."""

    saved: str
    name: str = ""
    query: str = ""
    """Of an address, see `web.state.SearchState`."""
    by: str = ""
    webhook: str = ""
    """Its address, with whatever secret is in it: for posting, never for showing."""
    looked_at: datetime = _NEVER
    looked_sequence: int = 0
    """The catalogue's change up to which somebody has looked."""
    looked_shots: frozenset[str] = frozenset()
    """Its first shots at that look."""
    n_new: int = 0
    counted_sequence: int = 0
    """The catalogue's change at which `n_new` was found to be that."""
    told_n: int = 0
    """New shots that the webhook was told of since that look."""
    tries: int = 0
    """To tell it that failed since `n_new` last grew."""
    trouble: str = ""
    """Why the last one did."""
    is_removed: bool = False


class SavedSearches:
    """Those of an archive. Several processes may change them at once."""

    def __init__(self, lake: Lake) -> None:
        self._objects = lake.objects
        self._read: dict[str, tuple[object, SavedSearch]] = {}

    def save(self, name: str, query: str, by: str, look: Line, picture: bytes | None = None) -> SavedSearch:
        """A new one; it is on disk on return. Raises RequestError `bad_saved_search`, `too_many_saved`."""
        for what, value, most in (("name", name, MOST_NAME), ("search", query, MOST_QUERY), ("by", by, MOST_NAME)):
            if len(value) > most:
                raise RequestError("bad_saved_search", f"The {what} is longer than {most:,} characters.")
        if not name.strip():
            raise RequestError("bad_saved_search", "A saved search needs a name.")
        if len(self.all()) >= MOST_SAVED:
            raise RequestError(
                "too_many_saved", f"An archive keeps at most {MOST_SAVED:,} searches: remove one that nobody looks at."
            )
        saved = uuid.uuid4().hex
        if picture is not None:
            with self._objects.writing(f"{_FOLDER}/{saved}.jpg") as file:
                file.write(picture)
            self._objects.settle([f"{_FOLDER}/{saved}.jpg"])
        return self._add(saved, Line("save", text=name.strip(), query=query, by=by), look)

    def add(self, saved: str, *lines: Line) -> SavedSearch:
        """As it is then. Raises RequestError `unknown_saved_search`."""
        self.get(saved)
        return self._add(saved, *lines)

    def get(self, saved: str) -> SavedSearch:
        """Raises RequestError `unknown_saved_search`."""
        try:
            found = _folded(saved, self._objects.read(_key(saved)))
        except FileNotFoundError:
            found = None
        if found is None or found.is_removed:
            raise RequestError("unknown_saved_search", "There is no such saved search.")
        return found

    def all(self) -> list[SavedSearch]:
        """In order of name. Files that have not changed are not read again."""
        found: dict[str, tuple[object, SavedSearch]] = {}
        for one in self._objects.listed(_FOLDER):
            saved = one.key.rpartition("/")[2].removesuffix(".jsonl")
            if ID.fullmatch(saved):
                version = (one.version, one.n_bytes)
                kept = self._read.get(saved)
                fresh = kept if kept and kept[0] == version else (version, _folded(saved, self._objects.read(one.key)))
                found[saved] = fresh
        self._read = found
        there = (one for _, one in found.values() if not one.is_removed)
        return sorted(there, key=lambda one: (one.name.casefold(), one.saved))

    def picture(self, saved: str) -> bytes | None:
        """The picture that it searches with, a JPEG."""
        try:
            return self._objects.read(f"{_FOLDER}/{saved}.jpg")
        except FileNotFoundError:
            return None

    def passed_over(self) -> dict[str, int]:
        """Lines that are none, as `changes.passed_over` counts them."""
        return passed_over(self._objects, _FOLDER, lambda content: sum(1 for _ in read(content, _line)))

    def _add(self, saved: str, *lines: Line) -> SavedSearch:
        self._objects.append(_key(saved), written(map(_said, lines)))
        return _folded(saved, self._objects.read(_key(saved)))


def _key(saved: str) -> str:
    if not ID.fullmatch(saved):
        raise RequestError("unknown_saved_search", "There is no such saved search.")
    return f"{_FOLDER}/{saved}.jsonl"


def _said(line: Line) -> dict[str, Any]:
    return {key: value for key, value in asdict(line).items() if value not in ("", 0, ())}


def _line(**said: Any) -> Line:
    """Raises ValueError for what is no act."""
    line = Line(**said)
    if line.act not in _ACTS:
        raise ValueError(f"{line.act!r} is no act")
    return line


def _folded(saved: str, content: bytes) -> SavedSearch:
    found = SavedSearch(saved)
    for line, at in read(content, _line):
        found = _after(found, line, at)
    return found


def _after(found: SavedSearch, line: Line, at: datetime) -> SavedSearch:
    match line.act:
        case "save":
            return replace(found, name=line.text, query=line.query, by=line.by)
        case "look":
            found = replace(found, looked_at=at, looked_sequence=line.sequence, looked_shots=frozenset(line.shots))
            return replace(found, n_new=0, told_n=0, tries=0, trouble="")
        case "again":
            return replace(found, looked_at=at, looked_sequence=line.sequence, n_new=0, told_n=0, tries=0, trouble="")
        case "count":
            is_since = line.look == found.looked_at.isoformat() if line.look else line.sequence > found.looked_sequence
            if not is_since:  # begun before that look, and written after it
                return found
            tries = 0 if line.n_new > found.n_new else found.tries
            return replace(found, counted_sequence=line.sequence, n_new=line.n_new, tries=tries)
        case "hook":
            return replace(found, webhook=line.text, tries=0, trouble="")
        case "told":
            return replace(found, told_n=line.n_new, tries=0, trouble="")
        case "untold":
            return replace(found, tries=line.tries, trouble=line.text)
        case "remove":
            return replace(found, is_removed=True, webhook="")
