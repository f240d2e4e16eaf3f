"""Counts of objects as keywords of an index."""

import pytest

from archive_pipeline.errors import RequestError
from archive_pipeline.search.counted import MOST_COUNTED, condition, counts_of, is_keyword, keywords
from archive_pipeline.search.model import is_concept
from archive_pipeline.search.request import object_conditions


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("person", "person>=1"),
        ("Person >= 3", "person>=3"),
        (" traffic light≥02 ", "traffic light>=2"),
        ("perro de aguas", "perro de aguas>=1"),
        ("person>=20", "person>=20"),
    ],
)
def test_what_people_write_is_understood(written: str, meant: str) -> None:
    assert object_conditions([written]) == (meant,)
    assert condition(meant) == meant


@pytest.mark.parametrize(
    "wrong", ["", " ", ">=3", "person>=0", "person>=21", "person>3", "a=b", "x" * 81, "person>=-1", "a>=1>=2"]
)
def test_what_is_no_condition_is_refused(wrong: str) -> None:
    with pytest.raises(RequestError, match="bad_filter"):
        object_conditions([wrong])


def test_counts_become_keywords_and_come_back() -> None:
    counts = (("car", 1), ("person", 3))
    assert keywords(counts) == ["car>=1", "person>=1", "person>=2", "person>=3"]
    assert counts_of(keywords(counts)) == counts
    assert counts_of(keywords((("person", 300),))) == (("person", MOST_COUNTED),)
    assert keywords((("a>=b", 2), ("", 1))) == []


def test_no_keyword_is_the_name_of_a_concept() -> None:
    assert all(is_keyword(name) and not is_concept(name) for name in keywords((("contents/city", 1), ("car", 2))))
    assert not is_keyword("contents/city")
