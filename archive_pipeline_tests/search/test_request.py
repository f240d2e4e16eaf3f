"""What may be asked, and with which code everything else is refused."""

import uuid
from typing import Any

import pytest

from archive_pipeline.errors import RequestError
from archive_pipeline.search.model import Filter
from archive_pipeline.search.request import Request

IDS = tuple(str(uuid.UUID(int=number)) for number in range(60))


@pytest.mark.parametrize(
    ("code", "asked"),
    [
        ("empty_request", {}),
        ("empty_request", {"text": " \n\u200b\t "}),
        ("empty_request", {"unlike": IDS[:1]}),
        ("text_too_long", {"text": "x" * 501}),
        ("text_too_long", {"text": "x" * 100_000}),
        ("bad_share", {"text": "x", "text_share": 1.1}),
        ("bad_share", {"text": "x", "text_share": float("nan")}),
        ("too_many_examples", {"like": IDS[:30], "unlike": IDS[30:51]}),
        ("bad_shot_id", {"like": ("../../etc/passwd",)}),
        ("bad_shot_id", {"like": IDS[:1], "unlike": IDS[:2]}),
        ("bad_shot_id", {"text": "x", "filter": Filter(without_ids=frozenset({"1"}))}),
        ("bad_limit", {"text": "x", "limit": 0}),
        ("bad_limit", {"text": "x", "limit": 1001}),
        ("bad_limit", {"text": "x", "limit": 101, "by_video": True}),
        ("bad_limit", {"text": "x", "offset": -1}),
        ("bad_limit", {"text": "x", "per_video": 21}),
        ("too_deep", {"text": "x", "offset": 9_990, "limit": 11}),
        ("too_deep", {"text": "x", "offset": 490, "limit": 11, "by_video": True}),
        ("bad_then", {"like": IDS[:1], "then": "x"}),
        ("bad_then", {"text": "x", "like": IDS[:1], "then": "x"}),
        ("bad_then", {"text": "x", "then": "x", "by_video": True}),
        ("bad_then", {"text": "x", "then": "x", "rerank": True}),
        ("bad_within", {"text": "x", "then": "x", "within_s": -1}),
        ("bad_within", {"text": "x", "then": "x", "within_s": float("nan")}),
        ("bad_within", {"text": "x", "then": "x", "within_s": 601}),
        ("too_deep", {"text": "x", "then": "x", "offset": 490, "limit": 11}),
        ("bad_threshold", {"text": "x", "score_threshold": 1.5}),
        ("bad_filter", {"text": "x", "filter": Filter(from_s=9, to_s=3)}),
        ("bad_filter", {"text": "x", "filter": Filter(min_duration_s=float("inf"))}),
        ("bad_filter", {"text": "x", "filter": Filter(classes=(10**20,))}),
        ("bad_filter", {"text": "x", "filter": Filter(video_ids=("a/b",) * 1001)}),
        ("bad_filter", {"text": "x", "filter": Filter(concepts=("a/b",) * 1001)}),
        ("bad_filter", {"text": "x", "filter": Filter(concepts=("city",))}),
        ("bad_filter", {"text": "x", "filter": Filter(objects=("person",))}),
        ("bad_filter", {"text": "x", "filter": Filter(objects=("person>=21",))}),
        ("bad_filter", {"text": "x", "filter": Filter(concepts=("<b>" * 999,))}),
    ],
)
def test_what_cannot_be_asked(code: str, asked: dict[str, Any]) -> None:
    with pytest.raises(RequestError) as refused:
        Request(**asked)
    assert refused.value.code == code
    assert refused.value.message.endswith(".")
    assert len(refused.value.message) < 300


def test_a_text_is_cleaned() -> None:
    assert Request("  un   nin\u0303o\u202e\nrojo\x00 ").text == "un niño rojo"
    assert Request("a \ud800 boat").text == "a boat"
    assert Request("x" * 500).text == "x" * 500
    assert Request("", like=IDS[:1]).text is None
    assert Request("a boat", then=" \n ").then is None
