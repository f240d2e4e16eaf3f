"""Shots that people put together, to cut and hand on: a store of its own, which only grows.

`<lake>/baskets/<id>.jsonl`, one line a change, so that two who change a basket at once lose nothing of each other. An
item keeps its video, the content that this had and its times: it outlives its shot, and is of no other pictures.
"""

import math
import uuid
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Literal, get_args

from archive_pipeline.errors import RequestError
from archive_pipeline.store.changes import ID, passed_over, read, written
from archive_pipeline.store.lake import Lake

_FOLDER = "baskets"

Act = Literal["name", "put", "trim", "note", "move", "remove"]
_ACTS: tuple[Act, ...] = get_args(Act)

MOST_TEXT = 2000
"""Characters of a name or note."""

MOST_ITEMS = 1000
"""Pieces of a basket. Two who put some in at once may pass it by what one of them puts in."""

MOST_BYTES = 8 * 2**20
"""Of a basket with all its changes: some 30,000 of them."""


@dataclass(frozen=True)
class Item:
    """A piece of a video in a basket."""

    item: str
    video_id: str
    shot_id: str
    """The shot that it was put in as."""
    start_s: float
    """On the clock that a player shows."""
    end_s: float
    note: str = ""
    sha256: str = ""
    """Of the video's content when it was put in; "" in lines of before this was kept."""


@dataclass(frozen=True)
class Change:
    """What somebody did: `name` the basket `text`; `put` in an item; `trim` or `note` one; `move` one to the place
    `to`, from 0; `remove` one."""

    act: Act
    item: str = ""
    video_id: str = ""
    shot_id: str = ""
    start_s: float = 0.0
    end_s: float = 0.0
    text: str = ""
    to: int = 0
    by: str = ""
    sha256: str = ""

    def __post_init__(self) -> None:
        if self.act not in _ACTS:
            raise RequestError("bad_basket", f"A change is {', '.join(_ACTS)}, not {str(self.act)[:40]!r}.")
        if len(self.text) > MOST_TEXT or len(self.by) > MOST_TEXT:
            raise RequestError("bad_basket", f"A name or note has at most {MOST_TEXT:,} characters.")
        timed = self.act in ("put", "trim")
        if timed and not (math.isfinite(self.start_s) and math.isfinite(self.end_s) and self.start_s < self.end_s):
            raise RequestError("bad_basket", "A piece ends after it begins.")


@dataclass(frozen=True)
class Basket:
    basket: str
    name: str
    items: tuple[Item, ...]
    """In order."""
    changed_at: datetime


class Baskets:
    """The baskets of an archive. Several processes may change them at once."""

    def __init__(self, lake: Lake, allows: Callable[[str], bool]) -> None:
        """`allows` tells by its id whether pieces of a video may be seen; the others stay in, and are not shown."""
        self._allows = allows
        self._objects = lake.objects

    def create(self, name: str) -> Basket:
        """An empty one; it is on disk on return."""
        basket = uuid.uuid4().hex
        return self.change(basket, [Change("name", text=name)], new=True)

    def change(self, basket: str, changes: Iterable[Change], *, new: bool = False) -> Basket:
        """As it is then. Raises RequestError `unknown_basket`, `basket_full`, `basket_worn`."""
        key, changes = _key(basket), list(changes)
        n_items = 0 if new else len(self._whole(basket).items)
        n_put = sum(one.act == "put" for one in changes)
        if n_put and n_items + n_put > MOST_ITEMS:
            raise RequestError(
                "basket_full",
                f"A basket holds at most {MOST_ITEMS:,} pieces; this one has {n_items:,}, and {n_put:,} are put in. "
                "Take some out, or begin another basket.",
            )
        stored = self._objects.stat(key)
        if stored is not None and stored.n_bytes > MOST_BYTES:
            raise RequestError("basket_worn", "This basket was changed too often. Export it, and begin another one.")
        if changes:
            self._objects.append(key, written(map(_said, changes)))
        return self.get(basket)

    def get(self, basket: str) -> Basket:
        """What may be seen of it. Raises RequestError `unknown_basket`."""
        whole = self._whole(basket)
        return replace(whole, items=tuple(item for item in whole.items if self._allows(item.video_id)))

    def _whole(self, basket: str) -> Basket:
        try:
            content = self._objects.read(_key(basket))
        except FileNotFoundError:
            raise RequestError("unknown_basket", "There is no such basket.") from None
        return _folded(basket, content)

    def passed_over(self) -> dict[str, int]:
        """Lines that are no change, as `changes.passed_over` counts them."""
        return passed_over(self._objects, _FOLDER, lambda content: sum(1 for _ in read(content, Change)))

    def recent(self, n: int = 100) -> list[Basket]:
        """The last changed first."""
        files = sorted(self._objects.listed(_FOLDER), key=lambda one: one.modified_s, reverse=True)
        names = (one.key.rpartition("/")[2].removesuffix(".jsonl") for one in files)
        return [self.get(name) for name in islice(filter(ID.fullmatch, names), n)]


def _key(basket: str) -> str:
    if not ID.fullmatch(basket):
        raise RequestError("unknown_basket", "There is no such basket.")
    return f"{_FOLDER}/{basket}.jsonl"


def _said(change: Change) -> dict[str, Any]:
    """What a change says; of one that puts something in, the item's id as well."""
    said = {key: value for key, value in asdict(change).items() if value not in ("", 0, 0.0) or key == "to"}
    return said | ({"item": uuid.uuid4().hex} if change.act == "put" and not change.item else {})


def _folded(basket: str, content: bytes) -> Basket:
    name, items, changed_at = "", list[Item](), datetime.fromtimestamp(0, UTC)
    for change, at in read(content, Change):
        changed_at = max(changed_at, at)
        place = next((n for n, item in enumerate(items) if item.item == change.item), None)
        if change.act == "name":
            name = change.text
        elif change.act == "put" and place is None:
            items.append(_item(change))
        elif place is not None:  # somebody else may have removed it
            items = _changed(items, place, change)
    return Basket(basket, name, tuple(items), changed_at)


def _item(put: Change) -> Item:
    return Item(put.item, put.video_id, put.shot_id, put.start_s, put.end_s, put.text, put.sha256)


def _changed(items: list[Item], place: int, change: Change) -> list[Item]:
    others = items[:place] + items[place + 1 :]
    if change.act == "remove":
        return others
    if change.act == "move":
        to = min(max(change.to, 0), len(others))
        return [*others[:to], items[place], *others[to:]]
    if change.act == "trim":
        return [*items[:place], replace(items[place], start_s=change.start_s, end_s=change.end_s), *items[place + 1 :]]
    return [*items[:place], replace(items[place], note=change.text), *items[place + 1 :]]
