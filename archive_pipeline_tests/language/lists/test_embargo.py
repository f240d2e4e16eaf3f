"""From a row of the archive's list to the first day on which everybody may see the video."""

from datetime import date
from pathlib import Path

import pytest

from archive_pipeline.collections.model import ArchiveList, EmbargoRule
from archive_pipeline.errors import ConfigurationError
from archive_pipeline.language.lists.embargo import open_days
from archive_pipeline.language.lists.reading import read_list

LIST = """Fichero;Título;Derechos;Embargado hasta
a.mp4;Uno;RTV;
b.mp4;Dos;Reservado;
c.mp4;Tres;RESERVADO;31/12/2030
d.mp4;Cuatro;RTV;2031
e.mp4;Cinco;RTV;hasta nueva orden
"""
RIGHTS = {"column": "rights", "values": ("reservado",)}
UNTIL = {"until": "embargado hasta"}


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        (RIGHTS, [date.min, None, None, date.min, date.min]),
        ({"column": "Derechos", "values": ["Reservado"]}, [date.min, None, None, date.min, date.min]),
        (UNTIL, [date.min, date.min, date(2031, 1, 1), date(2032, 1, 1), None]),
        (RIGHTS | UNTIL, [date.min, None, date(2031, 1, 1), date(2032, 1, 1), None]),
    ],
)
def test_a_day_lifts_what_the_rights_say_and_what_is_no_day_withholds_for_good(
    tmp_path: Path, rule: dict[str, object], days: list[date | None]
) -> None:
    file = tmp_path / "list.csv"
    file.write_text(LIST)
    found = open_days(read_list(ArchiveList(file=file)), EmbargoRule.model_validate(rule))
    assert list(found.values()) == days


@pytest.mark.parametrize("rule", [{"column": "Derechso", "values": ("x",)}, {"until": "Derechso"}])
def test_a_column_that_is_not_there_is_said_with_those_that_are(tmp_path: Path, rule: dict[str, object]) -> None:
    file = tmp_path / "list.csv"
    file.write_text(LIST)
    with pytest.raises(ConfigurationError, match="Derechos") as caught:
        open_days(read_list(ArchiveList(file=file)), EmbargoRule.model_validate(rule))
    assert caught.value.code == "embargo_column_missing"
