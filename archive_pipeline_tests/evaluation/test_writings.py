"""Lines that are known against rows that were read."""

import polars as pl

from archive_pipeline.evaluation.truth import TrueLine
from archive_pipeline.evaluation.writings import compare, distance, is_true, scores_of


def rows(*given: tuple[str, str, float, float, float]) -> pl.DataFrame:
    return pl.DataFrame(given, schema=["text", "kind", "pts_s", "end_s", "read_s"], orient="row")


NAME = TrueLine("lower_third", "Begoña Ibáñez", 2.0, 5.0)


def test_letters_put_in_left_out_and_replaced_are_counted() -> None:
    assert [distance("cámara", other) for other in ("cámara", "camara", "cámra", "cámaras", "")] == [0, 1, 1, 1, 6]


def test_a_line_is_found_by_the_nearest_row_of_its_time() -> None:
    read = compare([NAME], rows(("Begona Ibáñez", "title", 2.1, 4.9, 3.0), ("Begoña Ibáñez", "other", 9.0, 9.5, 9.0)))
    scores = {score.label: score.value for score in scores_of(read)}
    assert read[0].wrong == 1
    assert scores == {
        "visible_texts/found": 1.0,
        "visible_texts_lower_third/found": 1.0,
        "visible_texts/character_error": 1 / 13,
        "visible_texts/kind_right": 0.0,
    }


def test_what_is_hardly_like_it_is_not_found() -> None:
    (read,) = compare([NAME], rows(("Begoña", "lower_third", 2.1, 4.9, 3.0)))
    assert (read.row, read.wrong) == (None, 13)
    assert not is_true({"text": "Farmacia", "pts_s": 2.0, "end_s": 5.0, "read_s": 3.0}, [NAME])


def test_a_timecode_is_judged_at_the_time_it_was_read() -> None:
    burned = TrueLine("timecode", "00:00:00:00", 0.0, 60.0, 25.0)
    (read,) = compare([burned], rows(("00:00:12:05", "timecode", 0.0, 60.0, 12.2)))
    assert read.wrong == 0
