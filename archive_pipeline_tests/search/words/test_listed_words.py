"""Words of the archive's list find all shots of their video, after those that say, describe or read them."""

import pytest

from archive_pipeline.search.model import SparseVector
from archive_pipeline.search.words.bm25 import document_vector, question_of
from archive_pipeline.search.words.text import Text

TITLE = Text("listed", "La huelga de panaderos", "es")
FILLER = "ayer hablaron otra vez del puerto, las fiestas, el precio del trigo y una carretera nueva " * 3


def score(vector: SparseVector | None, question: str) -> float:
    asked = question_of(question)
    assert asked
    assert vector
    weights = dict(zip(vector.ids.tolist(), vector.weights.tolist(), strict=True))
    return float(sum(weights.get(term, 0.0) for term in asked.vector.ids.tolist()))


def shot(*texts: Text, key: str = "a") -> SparseVector | None:
    return document_vector(texts, key)


@pytest.mark.parametrize(
    "said", ["huelga", f"{FILLER} huelga", f"{FILLER * 3} huelga"], ids=["short", "long", "longest"]
)
def test_a_shot_that_says_a_word_comes_before_all_shots_whose_video_is_listed_with_it(said: str) -> None:
    speaks = score(shot(Text("said", said, "es")), "huelga")
    silent, talking = shot(TITLE), shot(Text("said", FILLER, "es"), TITLE)
    assert speaks > score(silent, "huelga") > 0
    assert speaks > score(talking, "huelga") > 0
    assert score(shot(Text("said", said, "es"), TITLE), "huelga") > speaks


def test_a_listed_word_weighs_the_same_in_a_silent_shot_and_in_one_of_few_words() -> None:
    assert score(shot(TITLE), "huelga") == pytest.approx(
        score(shot(Text("said", "buenas tardes", "es"), TITLE), "huelga")
    )


def test_what_is_listed_takes_nothing_from_the_words_of_the_shot() -> None:
    own = Text("said", FILLER, "es")
    assert score(shot(own, TITLE), "puerto trigo") == pytest.approx(score(shot(own), "puerto trigo"))
