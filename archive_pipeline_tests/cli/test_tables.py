"""Tables in terminals of any width: nothing of them is cut."""

import io

import pytest
from rich.console import Console

from archive_pipeline.cli.tables import WholeTable

HEADINGS = ("collection", "ready", "holds", "last run")
ROWS = (
    ("televisión_regional_1984_1992", "125,044", "18,404:59:59", "2026-11-29"),
    ("fotos", "7", "1 photo", "never"),
)


def printed(width: int) -> list[str]:
    table = WholeTable(*HEADINGS, texts=("collection",))
    for row in ROWS:
        table.add_row(*row)
    written = io.StringIO()
    Console(file=written, width=width).print(table)
    return [line.rstrip() for line in written.getvalue().splitlines()]


@pytest.mark.parametrize("width", [24, 40, 60, 80, 200])
def test_every_number_and_every_heading_stands_whole_at_every_width(width: int) -> None:
    lines = printed(width)
    assert max(map(len, lines)) <= width
    for word in (*HEADINGS, *(cell for row in ROWS for cell in row[1:])):
        assert any(word in line for line in lines), (word, lines)
    joined = "".join("".join(line.split()) for line in lines)
    assert "…" not in joined


def test_names_wrap_before_the_table_is_given_up_for_lines() -> None:
    assert [line.split()[0] for line in printed(80)] == ["collection", ROWS[0][0], "fotos"]
    wrapped = printed(56)
    assert wrapped[0].split() == ["collection", "ready", "holds", "last", "run"]
    assert len(wrapped) > 3


def test_without_room_each_value_stands_beside_its_heading() -> None:
    assert printed(40) == [
        f"collection  {ROWS[0][0][:28]}",
        f"            {ROWS[0][0][28:]}",
        "ready       125,044",
        "holds       18,404:59:59",
        "last run    2026-11-29",
        "",
        "collection  fotos",
        "ready       7",
        "holds       1 photo",
        "last run    never",
    ]
