"""Cron lines: everything that is accepted here is accepted by Dagster, and mistakes are named."""

import pytest
from dagster._utils.schedules import cron_string_iterator, is_valid_cron_string
from hypothesis import given
from hypothesis import strategies as st

from archive_pipeline.collections.cron import check_cron


@pytest.mark.parametrize(
    "line",
    ["@daily", "0 3 * * *", "*/15 * * * *", "0 3-6/2 1,15 * mon", "0 0 * JAN-mar Sun", "5/20 * * * *", "0 0 29 2 *"],
)  # fmt: skip
def test_good_lines(line: str) -> None:
    check_cron(line)
    assert is_valid_cron_string(line)
    next(cron_string_iterator(0, line, "Europe/Madrid"))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "has 0 fields"),
        ("0 3 * *", "has 4 fields"),
        ("0 0 3 * * *", "has 6 fields"),
        ("60 * * * *", "minute '60' is not within 0–59"),
        ("* 24 * * *", "hour '24' is not within 0–23"),
        ("* * 0 * *", "day of month '0' is not within 1–31"),
        ("* * * 13 *", "month '13' is not within 1–12"),
        ("* * * * 8", "day of week '8' is not within 0–7"),
        ("* * * * lun", "day of week 'lun' is not within 0–7"),
        ("5-1 * * * *", "runs backwards"),
        ("*/0 * * * *", "is not a number, a range"),
        ("1, * * * *", "is not a number, a range"),
        ("0 0 30 2 *", "never comes"),
        ("0 0 31 4,6 *", "never comes"),
        ("0 0 31 2 mon", "never comes"),
        ("@fortnightly", "has 1 fields"),
    ],
)
def test_bad_lines(line: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check_cron(line)


@given(st.lists(st.text("0123456789*/-,", min_size=1, max_size=5), min_size=5, max_size=5).map(" ".join))
def test_what_is_accepted_dagster_accepts(line: str) -> None:
    try:
        check_cron(line)
    except ValueError:
        return
    assert is_valid_cron_string(line)
