"""Which pictures of a shot are read, and for how long a line is to be seen. Nothing is read here: lines are known."""

import pytest

from archive_pipeline.language.visible_text import Line, read_writings
from archive_pipeline.language.visible_text.strokes import Strokes
from archive_pipeline_tests.language.visible_text.drawn import HEIGHT, Lettering, pictures

CREW = ("Dirección", "Begoña Ibáñez", "Cámara", "José Núñez", "Sonido", "María del Mar Olmedo", "Música", "Zoë Marsh")


def times_s(n: int) -> list[float]:
    return [place / 3 for place in range(n)]


def test_a_shot_without_letters_costs_one_picture() -> None:
    assert Strokes(pictures(12, [])).to_read(6) == [6]
    assert Strokes(pictures(12, [], moves=0)).to_read(6) == [6], "what stands still has been seen in the first"


def test_letters_that_come_and_go_beside_the_keyframe_are_read_once() -> None:
    name = Lettering("Begoña Ibáñez", 40, 260, 3, 7)
    chosen = Strokes(pictures(12, [name])).to_read(10)
    assert [place for place in chosen if place != 10] == [5], "in the middle of their time"
    assert Strokes(pictures(12, [name])).to_read(5) == [5]


def test_letters_that_give_way_to_others_in_their_place_are_both_read() -> None:
    one, other = Lettering("José Núñez", 40, 260, 0, 5), Lettering("Emily Baxter", 40, 260, 6, 11)
    first, second = Strokes(pictures(12, [one, other])).to_read(3)
    assert (first, second >= 6) == (3, True)


def test_of_what_rolls_every_line_is_read_whole() -> None:
    names = [Lettering(word, 200, HEIGHT + 40 * n, 0, 39, rises=21) for n, word in enumerate(CREW)]
    strokes = Strokes(pictures(40, names, moves=0))
    assert {abs(int(shift) - 21) <= 1 for shift in strokes.shifts[8:20]} == {True}
    chosen = strokes.to_read(0)
    assert len(chosen) <= 10
    for name in names:
        assert any(name.is_whole(place) for place in chosen), name


def test_a_line_is_one_writing_from_its_first_picture_to_its_last() -> None:
    name = Lettering("Begoña Ibáñez", 40, 260, 3, 7)
    standing = Lettering("ARCHIVO", 400, 20, 0, 11)

    def read(place: int) -> list[Line]:
        return [one.line(place) for one in (name, standing) if one.is_whole(place)]

    found, n_read = read_writings(pictures(12, [name, standing]), times_s(12), 4.1, 10, read)
    assert n_read <= 3
    spans = {one.text: (one.start_s, one.end_s, one.rolls) for one in found}
    assert spans["Begoña Ibáñez"] == pytest.approx((1.0, 8 / 3, False))
    assert spans["ARCHIVO"] == pytest.approx((0.0, 4.1, False))
    assert len(found) == 2


def test_a_line_that_rolls_is_one_writing_however_often_it_was_read() -> None:
    names = [Lettering(word, 200, HEIGHT + 40 * n, 0, 39, rises=21) for n, word in enumerate(CREW)]

    def read(place: int) -> list[Line]:
        return [one.line(place) for one in names if one.is_whole(place)]

    found, _ = read_writings(pictures(40, names, moves=0), times_s(40), 13.4, 20, read)
    assert sorted(one.text for one in found) == sorted(one.text for one in names)
    assert all(one.rolls for one in found)
    seen = {one.text: (one.start_s, one.end_s) for one in found}
    for name in names:
        whole = [place / 3 for place in range(40) if name.is_whole(place)]
        assert seen[name.text][0] == pytest.approx(whole[0], abs=0.7)
        assert seen[name.text][1] == pytest.approx(whole[-1], abs=0.7)
