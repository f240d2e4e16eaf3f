"""Whether quoted words were said, and what counts as the shot's words."""

import polars as pl
import pytest

from archive_pipeline.language.findings.quotes import checked
from archive_pipeline.language.transcripts.script import Line, Said, Script

SAID = Said(
    (Line(0.0, 2.0, None, "Good evening."),),
    (Line(2.0, 4.0, "ANA", "¡Qué horror, señor!"), Line(4.0, 6.0, None, "It's the end, the very end.")),
    (Line(6.0, 8.0, None, "And now the weather."),),
)


@pytest.mark.parametrize(
    ("quote", "start_s"),
    [
        ("qué horror", 2.0),
        ("QUE HORROR, SENOR", 2.0),
        ("señor! It's", 2.0),  # across segments
        ("it's the … very end", 4.0),
        ("Qué [...] end", 2.0),
        ("good evening", 0.0),  # just before the shot
        ("the weather", 6.0),
        ("the very end", 4.0),
    ],
)
def test_words_that_were_said_are_found_with_their_time(quote: str, start_s: float) -> None:
    (found,) = checked([quote], SAID)
    assert (found.said, found.start_s) == (True, start_s)


@pytest.mark.parametrize("quote", ["good", "horr", "end the it's", "very end … the end", "…", "!!!", "Ana horror"])
def test_words_that_were_not_said_in_that_order_are_not(quote: str) -> None:
    (found,) = checked([quote], SAID)
    assert (found.said, found.start_s) == ((True, 0.0) if quote == "good" else (False, None))


def test_empty_quotations_are_none() -> None:
    assert checked(["", "  "], SAID) == []
    assert checked(["anything"], Said((), (), ()))[0].said is False


def test_a_line_over_a_cut_belongs_to_both_shots_and_context_is_near() -> None:
    rows = pl.DataFrame(
        {
            "segment": [0, 1, 2, 3],
            "start_s": [0.0, 8.0, 19.0, 60.0],
            "end_s": [30.0, 12.0, 21.0, 61.0],
            "speaker": [None] * 4,
            "text": ["a long one", "over the cut", "after", "far away"],
        },
        schema_overrides={"speaker": pl.String},
    )
    script = Script(rows)
    first, second = script.during(0.0, 10.0), script.during(10.0, 18.0)
    assert [line.text for line in first.within] == ["a long one", "over the cut"]
    assert [line.text for line in second.within] == ["a long one", "over the cut"]
    assert ([line.text for line in second.before], [line.text for line in second.after]) == ([], ["after"])
    late = script.during(31.0, 40.0)
    assert ([line.text for line in late.before], late.within, late.after) == (["a long one", "after"], (), ())


def test_a_transcript_of_nothing_says_nothing() -> None:
    none = pl.DataFrame(
        {"segment": [0], "start_s": [None], "end_s": [None], "speaker": [None], "text": [None]},
        schema_overrides={"start_s": pl.Float64, "end_s": pl.Float64, "speaker": pl.String, "text": pl.String},
    )
    assert Script(none).during(0, 100) == Said((), (), ())
