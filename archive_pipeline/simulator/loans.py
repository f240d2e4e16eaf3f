"""Shots that a programme takes over from earlier ones, each under one disturbance, as editors and copies make them."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from random import Random
from typing import get_args

from archive_pipeline.simulator.programme import CARD_CLASS, SPEED, Disturbance, Loan, Programme

DISTURBANCES: tuple[Disturbance, ...] = get_args(Disturbance)
_SHORTEST_S = 2.0
_MARGIN_S = 0.1


def lend(programmes: Sequence[Programme], share: float, seed: int) -> list[Programme]:
    """The programmes, with `share` of the shots of each taken over from earlier ones; the first has only its own.

    What is lent is a programme's own, lent once, on screen unmixed, and as wide as the picture that it comes into. A
    programme stays as it is where more of them follow.
    """
    lent: list[Programme] = []
    gone: set[tuple[int, int]] = set()
    for number, programme in enumerate(programmes):
        random = Random(f"{seed}/{number}/loans")
        shots = [index for index, take in enumerate(programme.takes) if take.place != CARD_CLASS]
        wanted = round(share * len(programme.takes)) if number else 0
        kinds = random.sample(DISTURBANCES, len(DISTURBANCES))
        for index in random.sample(shots, len(shots)):
            if len(programme.loans) >= wanted:
                break
            kind = kinds[len(programme.loans) % len(kinds)]
            if loan := _loan(programme, index, lent, gone, kind, random):
                programme = _with_loan(programme, index, loan)
                gone.add((loan.number, loan.index))
        lent.append(programme)
    return lent


def _loan(
    programme: Programme,
    index: int,
    lenders: Sequence[Programme],
    gone: Collection[tuple[int, int]],
    kind: Disturbance,
    random: Random,
) -> Loan | None:
    take, speed = programme.takes[index], SPEED.get(kind, 1.0)
    needed_s = float((take.end - take.start) / programme.fps) * speed
    if needed_s < _SHORTEST_S:
        return None
    wide = programme.look.has_wide_picture
    offered = [
        (number, at, span)
        for number, lender in enumerate(lenders)
        if lender.look.has_wide_picture == wide and lender.calm == programme.calm
        for at in range(len(lender.takes))
        if (number, at) not in gone and (span := _unmixed(lender, at)) and span[1] - span[0] >= needed_s
    ]
    if not offered:
        return None
    number, at, (start_s, end_s) = random.choice(offered)
    source = replace(lenders[number], loans={})  # what it borrowed itself is never lent on
    return Loan(number, source, at, random.uniform(start_s, end_s - needed_s), kind)


def _unmixed(lender: Programme, index: int) -> tuple[float, float] | None:
    """The seconds in which one of its own takes is alone on screen; None for cards, loans and swings."""
    take = lender.takes[index]
    if take.place == CARD_CLASS or take.turn is not None or index in lender.loans:
        return None
    before = lender.joins[index - 1].end if index else 0
    after = lender.joins[index].start if index < len(lender.joins) else lender.n_frames
    start, end = max(take.start, before), min(take.end, after)
    return float(start / lender.fps) + _MARGIN_S, float(end / lender.fps) - _MARGIN_S


def _with_loan(programme: Programme, index: int, loan: Loan) -> Programme:
    """Its place becomes one more of the programme's."""
    here, place = programme.takes[index], loan.source.places[loan.take.place]
    take = replace(loan.take, start=here.start, end=here.end, place=len(programme.places), title=None)
    takes = (*programme.takes[:index], take, *programme.takes[index + 1 :])
    loans = {**programme.loans, index: loan}
    return replace(programme, places=(*programme.places, place), takes=takes, loans=loans)
