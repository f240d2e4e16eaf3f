"""What narrows a search as chips and facets, without a browser."""

from dataclasses import fields

import pytest

from archive_pipeline.web.narrowing import is_on, narrowings, turned
from archive_pipeline.web.offered import Offered
from archive_pipeline.web.pages.facet_panel import _Names
from archive_pipeline.web.state import SearchState
from archive_pipeline.web.texts import LANGUAGES, texts

NARROWED = SearchState(
    text="a boat",
    match="words",
    collection=("films",),
    group=("9c594709-a904-5dbf-a9a3-e4c0f7c7fe47",),
    video=("films/a.mp4",),
    semantic_class=(-1, 2),
    concept=("contents/city",),
    objects=("person>=3",),
    keyword=("playa",),
    language=("es",),
    where=("programme:Telediario", "Género=Cultura"),
    dated_from="1990",
    dated_to="1999",
    near="42,-2,5",
    box="1,2,3,4",
    min_s=1.0,
    max_s=9.0,
    from_s=60.0,
    to_s=120.0,
    score=0.1,
)
"""All that can narrow a search."""


def test_every_condition_that_is_on_is_taken_away_by_its_chip() -> None:
    state = NARROWED
    while shown := list(narrowings(state)):
        state = state.with_(**shown[0].without)
    assert state == SearchState(text="a boat")


def test_whatever_the_filter_of_a_request_holds_has_a_chip() -> None:
    """A condition that is added later and has none fails here."""
    wanted = NARROWED.request(pictures=None).filter  # type: ignore[arg-type]
    internal = ("ids", "without_ids", "without_video_ids")
    for field in fields(wanted):
        assert field.name in internal or getattr(wanted, field.name), f"NARROWED says nothing of {field.name}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chip_has_a_text(language: str) -> None:
    t = texts(language)
    for one in narrowings(NARROWED):
        assert one.name == "where" or t(f"facets.chips.{one.name}")
        assert _Names(t, Offered()).of(one.name, one.value)


def test_every_filter_alone_is_something_to_answer() -> None:
    for one in narrowings(NARROWED):
        of_it = SearchState(**{one.name: getattr(NARROWED, one.name)})
        assert of_it.asks == (one.name not in ("match", "score")), one.name


@pytest.mark.parametrize(("language", "spanish"), [("en", "Spanish"), ("es", "español")])
def test_chips_and_panel_call_a_value_alike(language: str, spanish: str) -> None:
    names = _Names(texts(language), Offered(), classes={2: "3: beach · boat"})
    assert [names.of("language", written) for written in ("es", "spa")] == [spanish, spanish]
    assert names.of("semantic_class", 2) == names.of("semantic_class", "2") == "3: beach · boat"


@pytest.mark.parametrize(
    ("facet", "column", "value", "asked"),
    [
        ("collection", "", "films", "collection=films"),
        ("concept", "", "contents/city", "concept=contents%2Fcity"),
        ("language", "", "es", "language=es"),
        ("class", "", "-1", "class=-1"),
        ("match", "", "words", "match=words"),
        ("decade", "", "1990", "from=1990&to=1999"),
        ("where", "programme", "Informe: semanal", "where=programme%3AInforme%3A+semanal"),
    ],
)
def test_a_value_is_turned_on_and_off_again(facet: str, column: str, value: str, asked: str) -> None:
    plain = SearchState(text="x")
    on = plain.with_(**turned(plain, facet, column, value))
    assert on.query() == f"text=x&{asked}"
    assert is_on(on, facet, column, value)
    assert not is_on(plain, facet, column, value)
    assert on.with_(**turned(on, facet, column, value)) == plain


def test_a_column_is_on_however_it_was_written() -> None:
    written = SearchState(text="x", where=("Programa = TELEDIARIO", "rights:TVE"))
    assert is_on(written, "where", "programme", "Telediario")
    assert turned(written, "where", "programme", "Telediario") == {"where": ("rights:TVE",)}
