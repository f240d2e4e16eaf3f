"""What counts as the same word, in both languages, with or without accents."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive_pipeline.search.words.bm25 import document_vector, question_of
from archive_pipeline.search.words.places import MOST_WORDS
from archive_pipeline.search.words.snippets import snippet
from archive_pipeline.search.words.terms import languages_of, query_terms
from archive_pipeline.search.words.text import Text
from archive_pipeline.search.words.tokens import composed, tokens

SHOT = "9c594709-a904-5dbf-a9a3-e4c0f7c7fe47"


def shared(document: str, question: str, language: str | None = None) -> int:
    """How many of the question's terms the document has."""
    found, asked = document_vector([Text("said", document, language)], SHOT), question_of(question)
    return 0 if found is None or asked is None else len(set(found.ids.tolist()) & set(asked.vector.ids.tolist()))


@pytest.mark.parametrize(
    ("document", "question"),
    [
        ("Las manifestaciones de ayer", "la manifestación"),
        ("La estación de tren", "estacion"),
        ("el pájaro en la jaula", "PAJAROS"),
        ("¿Quién ganó las elecciones?", "la elección de los alcaldes"),
        ("Two boats are in the harbour", "a boat in the sea"),
        ("She's dancing on the stage", "the dances of the year"),
        ("It cost 1,500,000 dollars", "1.500.000"),
        ("en 1975 murió", "1975"),
        ("L’Hospitalet and O'Brien", "O’Brien"),
        ("Pingüinos en la Antártida", "un pinguino en el agua"),
        ("Cafe\u0301 con leche", "café"),
    ],
)
def test_a_question_finds_the_word(document: str, question: str) -> None:
    assert shared(document, question) >= 1


@pytest.mark.parametrize("name", ["Obama", "Franco", "Madrid", "Kennedy", "Torremolinos"])
@pytest.mark.parametrize("spoken", ["es", "en"])
def test_a_name_is_found_whatever_the_languages_are(name: str, spoken: str) -> None:
    document = {"es": f"Ayer habló {name} de la guerra", "en": f"Yesterday {name} spoke of the war"}[spoken]
    assert shared(document, name.lower(), spoken) >= 1
    assert shared(document, f"{name} in the rain") >= 1
    assert shared(document, f"{name} bajo la lluvia") >= 1


@pytest.mark.parametrize(("document", "question"), [("los años", "el ano"), ("un barco", "un banco"), ("23", "230")])
def test_other_words_are_not_found(document: str, question: str) -> None:
    assert shared(document, question, "es") == 0


@pytest.mark.parametrize(
    "empty", ["", "   ", "¿¡…!?", "the of and", "de la que", "is it not", "won't don't isn't", "x" * 70]
)
def test_stop_words_and_noise_are_no_question(empty: str) -> None:
    assert question_of(empty) is None
    assert document_vector([Text("said", empty)], SHOT) is None


def test_the_language_that_is_known_is_used_and_another_one_is_not() -> None:
    assert languages_of("boats", "en") == ("en",)
    assert languages_of("anything", "ES-es") == ("es",)
    assert languages_of("les vaixells", "ca") == ("en", "es")
    assert query_terms("barcos boats") == ("barco", "barc", "boat", "boats")  # nobody knows: both rules


def test_rare_repeats_count_less_and_long_texts_are_held_back() -> None:
    once, twice = (document_vector([Text("said", "boat " * n + "house", "en")], SHOT) for n in (1, 2))
    long = document_vector([Text("said", "boat " + " ".join(f"word{n}" for n in range(90)), "en")], SHOT)
    assert once
    assert twice
    assert long
    of_boat = [dict(zip(v.ids.tolist(), v.weights.tolist(), strict=True)) for v in (once, twice, long)]
    boat = int(question_of("boat").vector.ids[0])  # type: ignore[union-attr]
    assert of_boat[2][boat] < of_boat[0][boat] < of_boat[1][boat] < 2 * of_boat[0][boat]


def test_equal_texts_of_two_shots_have_nearly_equal_weights_and_never_the_same() -> None:
    one, other = (document_vector([Text("said", "a red boat")], f"{SHOT[:-1]}{last}") for last in "78")
    assert one
    assert other
    assert one.ids.tolist() == other.ids.tolist()
    assert (one.weights != other.weights).all()
    assert one.weights.tolist() == pytest.approx(other.weights.tolist(), rel=2e-4)


def test_a_shot_of_an_hour_is_read_to_a_bound_however_many_segments_it_has() -> None:
    found = document_vector([Text("said", f"word{2 * n} word{2 * n + 1}", "en") for n in range(3 * MOST_WORDS)], SHOT)
    assert found is not None
    assert len(found.ids) == MOST_WORDS


def test_a_snippet_shows_the_words_that_matched() -> None:
    spoken = (
        "Buenas noches. " * 30 + "Hoy las manifestaciones llenaron Madrid y la policía miraba. " + "Nada más. " * 40
    )
    found = snippet(spoken, query_terms("manifestación policia"), "es")
    assert found
    assert [part for part, matched in found.parts if matched] == ["manifestaciones", "policía"]
    assert found.text.startswith("… ")
    assert found.text.endswith(" …")
    assert len(found.text) < 200
    assert snippet(spoken, query_terms("barcos"), "es") is None


@given(st.text(max_size=300), st.text(max_size=40))
def test_any_text_is_cut_without_harm(text: str, question: str) -> None:
    written = composed(text)
    for token in tokens(written):
        assert 0 <= token.start < token.end <= len(written)
    found = snippet(text, query_terms(question))
    if found:
        assert found.text.removeprefix("… ").removesuffix(" …") in composed(" ".join(text.split()))
        assert any(matched for _, matched in found.parts)
