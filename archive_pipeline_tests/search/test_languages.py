"""The guess at a query's language says nothing rather than something wrong."""

import pytest

from archive_pipeline.search.hints import about_text
from archive_pipeline.search.languages import guess_language
from archive_pipeline.simulator.world import OBJECTS, SETTINGS
from archive_pipeline_tests.search.finding import askable


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("a red boat", "en"),
        ("people walking in the rain at night", "en"),
        ("newsreader in the studio", "en"),
        ("barco rojo", "es"),
        ("la presentadora del telediario en el plató", "es"),
        ("niño", "es"),
        ("manifestación", "es"),
        ("un café in Paris", None),
        ("Las Vegas", None),
        ("La Paz", None),
        ("Charles de Gaulle", None),
        ("goal", "en"),
        ("xyzzy", None),
        ("1984", None),
        ("красная лодка", "other"),
        ("赤い船", "other"),
        ("", None),
    ],
)
def test_a_guess(text: str, language: str | None) -> None:
    assert guess_language(text) == language


def test_every_word_of_the_drawn_world_is_guessed_right_or_not_at_all() -> None:
    for noun in OBJECTS.values():
        assert guess_language(f"a {noun.en}") in ("en", None)
        assert guess_language(f"un {noun.es}") == "es"
    for setting in SETTINGS.values():
        assert guess_language(setting.phrase_en) == "en"
        assert guess_language(setting.phrase_es) == "es"


def test_a_language_that_the_model_was_not_taught_is_said() -> None:
    english = askable("shots-x", model="ViT-B-32/openai", languages=frozenset({"en"}))
    [hint] = about_text("un barco rojo", "es", english)
    assert hint.code == "language_not_spoken"
    assert hint.facts == {"language": "es", "model": "ViT-B-32/openai", "taught": "en"}
    assert about_text("a red boat", "en", english) == []
    assert about_text("xyzzy", None, english) == []
    assert about_text("un barco rojo", "es", askable("shots-x", languages=None)) == []


def test_words_that_the_model_was_never_taught_are_said() -> None:
    tiny = askable("shots-x", languages=frozenset({"en", "es"}), words=frozenset({"red", "boat"}))
    [hint] = about_text("the king on a red boat", "en", tiny)
    assert (hint.code, hint.facts["words"]) == ("unknown_words", "king")
    assert about_text("the red boat", "en", tiny) == []
