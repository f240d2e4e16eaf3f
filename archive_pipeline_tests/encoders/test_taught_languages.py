"""Which languages a model was taught, and what it is given for a short query."""

import pytest

from archive_pipeline.encoders.taught_languages import languages_of, prompts


@pytest.mark.parametrize(
    ("model", "languages"),
    [
        ("archive-tiny", {"en", "es"}),
        ("ViT-L-14-quickgelu/openai", {"en"}),
        ("ViT-B-32/laion2b_s34b_b79k", {"en"}),
        ("roberta-ViT-B-32/laion2b_s12b_b32k", {"en"}),
        ("ViT-B-16-SigLIP/webli", {"en"}),
        ("ViT-B-16-SigLIP2-256/webli", None),
        ("ViT-B-16-SigLIP-i18n-256/webli", None),
        ("xlm-roberta-base-ViT-B-32/laion5b_s13b_b90k", None),
        ("nllb-clip-base/v1", None),
        ("ViT-B-32@/somewhere/weights.pt", None),
        ("local-dir:/somewhere", None),
    ],
)
def test_what_a_model_was_taught(model: str, languages: set[str] | None) -> None:
    assert languages_of(model) == (frozenset(languages) if languages else None)


def test_clip_gets_a_short_query_in_sentences() -> None:
    assert prompts("ViT-B-32/openai", "red boat", None)[:2] == ("red boat", "a photo of red boat.")
    assert prompts("ViT-B-32/openai", "barco", "es")[1] == "a photo of barco."  # it knows no other sentences
    assert prompts("xlm-roberta-base-ViT-B-32/laion5b_s13b_b90k", "barco", "es")[1] == "una foto de barco."


def test_siglip_gets_the_prompts_of_its_authors_and_nothing_around_other_languages() -> None:
    assert prompts("siglip2", "red boat", "en")[1:] == ("a photo of red boat.", "this is a photo of red boat.")
    for text, language in (("barco rojo", "es"), ("xyzzy", None)):
        assert prompts("siglip2", text, language) == (text,)


def test_long_queries_and_the_bundled_model_get_the_bare_text() -> None:
    assert prompts("ViT-B-32/openai", "a red boat on a beach", "en") == ("a red boat on a beach",)
    assert prompts("archive-tiny", "boat", "en") == ("boat",)
    assert prompts("ViT-B-32/openai", "{0} {x}", None)[1] == "a photo of {0} {x}."
