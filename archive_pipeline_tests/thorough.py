"""What `make test` leaves to `make test-all`: more of the same, marked `thorough`."""

from collections.abc import Collection, Iterable
from math import ceil

import pytest
from hypothesis import settings

thorough = pytest.mark.thorough
brief = pytest.mark.brief
"""A smaller version of what is thorough: `make test-all` runs the whole instead."""


def mostly_thorough(parameters: Iterable[object], always: Collection[object]) -> list[object]:
    """All parameters of a test or fixture; those that are not among `always` are thorough."""
    every = list(parameters)
    assert all(one in every for one in always), f"{always} are not among {every}"
    return [one if one in always else pytest.param(one, marks=thorough) for one in every]


def examples(n: int) -> int:
    """`n` examples, or as many of them as the profile has of hypothesis's usual 100 (conftest.py)."""
    return ceil(n * settings().max_examples / 100)
