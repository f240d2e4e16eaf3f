"""Baskets: changed by many at once, nothing lost, every change kept with who and when."""

import json
import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from archive_pipeline.errors import RequestError
from archive_pipeline.store.baskets import MOST_ITEMS, Basket, Baskets, Change
from archive_pipeline.store.lake import Lake

SHOT = "00000000-0000-5000-8000-000000000001"


def put(start_s: float, **changes: Any) -> Change:
    given: dict[str, Any] = {"video_id": "films/日本.mp4", "shot_id": SHOT, "start_s": start_s, "end_s": start_s + 2}
    return Change("put", **(given | changes))


def starts(basket: Basket) -> list[float]:
    return [item.start_s for item in basket.items]


def test_pieces_are_put_in_ordered_trimmed_noted_and_taken_out(tmp_path: Path) -> None:
    baskets = Baskets(Lake(tmp_path), lambda _: True)
    begun = baskets.create("Año nuevo")
    filled = baskets.change(begun.basket, [put(0), put(10), put(20)])
    assert starts(filled) == [0, 10, 20]
    first, second, third = (item.item for item in filled.items)
    baskets.change(begun.basket, [Change("move", item=third, to=0)])
    baskets.change(begun.basket, [Change("trim", item=second, start_s=10.04, end_s=11)])
    baskets.change(begun.basket, [Change("note", item=second, text="夜\n— noche"), Change("remove", item=first)])
    basket = Baskets(Lake(tmp_path), lambda _: True).get(begun.basket)
    assert basket.name == "Año nuevo"
    assert [(item.start_s, item.end_s, item.note) for item in basket.items] == [
        (20, 22, ""),
        (10.04, 11, "夜\n— noche"),
    ]
    assert [one.basket for one in baskets.recent()] == [begun.basket]


def test_two_who_change_it_at_once_lose_nothing(tmp_path: Path) -> None:
    basket = Baskets(Lake(tmp_path), lambda _: True).create("x").basket

    def work(who: int) -> None:
        for n in range(20):
            Baskets(Lake(tmp_path), lambda _: True).change(basket, [put(100.0 * who + n, by=f"who {who}")])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert sorted(starts(Baskets(Lake(tmp_path), lambda _: True).get(basket))) == [
        100.0 * who + n for who in range(4) for n in range(20)
    ]
    (file,) = (tmp_path / "baskets").iterdir()
    kept = [json.loads(line) for line in file.read_text().splitlines()]
    assert len(kept) == 81
    assert all(line["at"] and line["by"].startswith("who") for line in kept[1:])


def test_what_somebody_else_removed_is_changed_no_more(tmp_path: Path) -> None:
    baskets = Baskets(Lake(tmp_path), lambda _: True)
    basket = baskets.create("x").basket
    (item,) = baskets.change(basket, [put(0)]).items
    baskets.change(basket, [Change("remove", item=item.item)])
    assert baskets.change(basket, [Change("note", item=item.item, text="late")]).items == ()


def test_a_torn_line_costs_no_other(tmp_path: Path) -> None:
    baskets = Baskets(Lake(tmp_path), lambda _: True)
    basket = baskets.create("x").basket
    baskets.change(basket, [put(0)])
    with (tmp_path / "baskets" / f"{basket}.jsonl").open("ab") as file:
        file.write(b'{"act": "put", "ite')
    assert starts(baskets.change(basket, [put(5)])) == [0, 5]


def test_a_piece_keeps_the_content_that_it_is_of_and_lines_without_one_are_read(tmp_path: Path) -> None:
    baskets = Baskets(Lake(tmp_path), lambda _: True)
    basket = baskets.create("x").basket
    (item,) = baskets.change(basket, [put(0, sha256="ab" * 32)]).items
    line = {"act": "put", "item": "f" * 32, "video_id": "a/b", "shot_id": SHOT, "start_s": 1, "end_s": 2, "to": 0}
    with (tmp_path / "baskets" / f"{basket}.jsonl").open("a") as file:
        file.write(json.dumps(line | {"at": "2026-11-20T10:00:00+00:00"}) + "\n")
    baskets.change(basket, [Change("trim", item=item.item, start_s=0.5, end_s=2)])
    assert [(one.start_s, one.sha256) for one in baskets.get(basket).items] == [(0.5, "ab" * 32), (1, "")]


def test_a_full_basket_takes_no_more_pieces_until_some_are_taken_out(tmp_path: Path) -> None:
    baskets = Baskets(Lake(tmp_path), lambda _: True)
    basket = baskets.create("x").basket
    filled = baskets.change(basket, [put(n) for n in range(MOST_ITEMS - 1)])
    with pytest.raises(RequestError, match=r"basket_full.*at most 1,000 .* has 999, and 2 "):
        baskets.change(basket, [put(0), put(1)])
    first = filled.items[0].item
    assert len(baskets.change(basket, [put(5000)]).items) == MOST_ITEMS
    with pytest.raises(RequestError, match="basket_full"):
        baskets.change(basket, [put(6000)])
    assert baskets.change(basket, [Change("note", item=first, text="still")]).items[0].note == "still"
    baskets.change(basket, [Change("remove", item=first)])
    assert starts(baskets.change(basket, [put(7000)]))[-1] == 7000


@pytest.mark.parametrize("basket", ["", "../reviews/films", "0" * 31, "f" * 32, "a" * 32 + "\n"])
def test_what_is_no_basket_is_none(tmp_path: Path, basket: str) -> None:
    with pytest.raises(RequestError, match="unknown_basket"):
        Baskets(Lake(tmp_path), lambda _: True).get(basket)


@pytest.mark.parametrize("change", [{"end_s": 1.0}, {"end_s": math.inf}, {"end_s": math.nan}, {"text": "x" * 2001}])
def test_wrong_changes_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(RequestError, match="bad_basket"):
        put(1.0, **change)
