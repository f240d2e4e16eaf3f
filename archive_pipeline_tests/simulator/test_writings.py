"""What is written in a simulated programme: on its pictures exactly while the truth says so, and in both languages."""

import numpy as np
import pytest

from archive_pipeline.simulator.archive import programme_for
from archive_pipeline.simulator.editing import raw_frames
from archive_pipeline.simulator.painting.accents import unaccented, write_accented
from archive_pipeline.simulator.truth import truth_of
from archive_pipeline.simulator.writings import Writing, write_on

HEIGHT = 180


def written(seed: str) -> tuple[Writing, ...]:
    return write_on(programme_for(seed, 60, "h264", fast=True, held_out=False))


def test_programmes_have_every_kind_of_writing_in_one_language_each() -> None:
    by_seed = [written(f"{seed}/0") for seed in range(12)]
    assert {one.kind for own in by_seed for one in own} == {"lower_third", "title", "credit", "slate"}
    assert {tuple({one.language for one in own}) for own in by_seed} == {("en",), ("es",)}
    assert written("3/0") == by_seed[3]


def test_letters_are_in_the_picture_while_the_truth_says_so() -> None:
    programme = programme_for("4/0", 30, "h264", fast=True, held_out=False)
    name = next(one for one in write_on(programme) if one.kind != "credit")
    frames = sorted({name.start - 1, name.start, name.end - 1, name.end})
    plain, lettered = (
        [np.frombuffer(raw, np.uint8) for raw in raw_frames(programme, HEIGHT, only=frozenset(frames), writings=own)]
        for own in ((), (name,))
    )
    differ = [bool((a != b).any()) for a, b in zip(plain, lettered, strict=True)]
    assert differ == [name.start <= frame < name.end for frame in frames]


def test_the_truth_of_a_programme_without_writings_tells_of_none() -> None:
    programme = programme_for("4/0", 30, "h264", fast=True, held_out=False)
    assert truth_of(programme, "a.mp4", "h264", interlaced=False).texts.height == 0
    lines = truth_of(programme, "a.mp4", "h264", interlaced=False, writings=write_on(programme)).texts
    assert (lines["end_s"] > lines["start_s"]).all()
    assert lines["start_s"].is_sorted()


@pytest.mark.parametrize("text", ["Íñigo Núñez", "Jürgen, Agnès, Zoë", "PRODUCCIÓN"])
def test_accents_are_drawn_above_the_plain_letters(text: str) -> None:
    accented, plain = (np.asarray(write_accented(one, 40)) for one in (text, unaccented(text)))
    assert accented.shape == plain.shape
    assert (accented[12:] > 128).sum() == pytest.approx((plain[12:] > 128).sum(), rel=0.1)
    assert (accented.astype(int) - plain).clip(0).sum() > 5_000
