"""A meeting place for pictures and texts: one direction of the embedding space for every fact.

The directions are orthonormal and fixed by a seed, so the two towers can be trained apart, at the same time: pictures
towards the sum of their facts' directions, captions towards that of theirs. The score of a caption is then the sum of
the evidence for each of its attributes, which is what a partial question needs; on a processor it saves the text
tower's third of every step and needs no large batches.
"""

from functools import cache

import numpy as np
import torch
from torch import Tensor

from archive_pipeline.simulator.facts import Facts
from archive_pipeline.simulator.world import ACTIONS, CARDS, COLOURS, OBJECTS, SETTINGS, TIMES, WEATHERS
from archive_pipeline.training.architecture import EMBEDDING

_SEED = 20261121
_STILL, _MOST = "still", 3

# What can be read off a picture, in groups; those of "colour" and "pair" may hold several at once, as "object" may.
GROUPS: dict[str, tuple[str, ...]] = {
    "object": tuple(OBJECTS),
    "colour": tuple(COLOURS),
    "pair": tuple(f"{colour} {thing}" for thing in OBJECTS for colour in COLOURS),
    "setting": (*SETTINGS, *CARDS),
    "time": tuple(TIMES),
    "weather": tuple(WEATHERS),
    "action": (*ACTIONS, _STILL),
    "count": tuple(str(count) for count in range(1, _MOST + 1)),
}
_PLACE = {"setting": 2.5, "time": 1.5, "weather": 1.5}
_COLOUR_WEIGHT = 0.5  # the pair says more: a colour alone does not tell whose it is


@cache
def directions() -> Tensor:
    """Orthonormal rows (facts, EMBEDDING), in the order of GROUPS."""
    n = sum(map(len, GROUPS.values()))
    square = np.random.default_rng(_SEED).normal(size=(EMBEDDING, n))
    return torch.from_numpy(np.linalg.qr(square)[0].T.astype(np.float32).copy())


@cache
def place_stretch() -> Tensor:
    """(EMBEDDING, EMBEDDING): what makes the place stand out in a picture's embedding, as it does in large models.

    Seven facts count alike in training, so two subjects in one place would be as far apart as two places. Stretching
    the directions of the place afterwards changes no ranking that matters (R@1 of 24 programmes 98 % with and without)
    and gives classes what they group by: V-measure 0.986 instead of 0.77.
    """
    stretch = torch.eye(EMBEDDING)
    for group, factor in _PLACE.items():
        axes = directions()[group_rows(group)]
        stretch += (factor - 1) * axes.T @ axes
    return stretch


@cache
def rows() -> dict[tuple[str, str], int]:
    """The row of a fact in `directions`, by group and name."""
    every = [(group, name) for group, names in GROUPS.items() for name in names]
    return {fact: row for row, fact in enumerate(every)}


def group_rows(group: str) -> slice:
    """The rows of a group in `directions`."""
    first = rows()[group, GROUPS[group][0]]
    return slice(first, first + len(GROUPS[group]))


def presence(facts: list[Facts], *, pictures: bool) -> Tensor:
    """Weights (n, facts): what each picture shows, or each question asks for.

    Pictures also show what nobody asks for: that a thing stands still, that there is one of it.
    """
    weights = torch.zeros(len(facts), len(directions()))
    for weight, fact in zip(weights, facts, strict=True):
        for group, name, value in _named(fact, pictures):
            weight[rows()[group, name]] = value
    return weights


def codes(questions: list[Facts]) -> Tensor:
    """The unit vector (n, EMBEDDING) that a question's words should be encoded as."""
    summed = presence(questions, pictures=False) @ directions()
    return torch.nn.functional.normalize(summed, dim=-1)


def _named(fact: Facts, picture: bool) -> list[tuple[str, str, float]]:
    named = []
    for thing in fact.things:
        named.append(("object", thing.object, 1.0))
        if thing.colour is not None:
            named.append(("colour", thing.colour, 1.0 if picture else _COLOUR_WEIGHT))
            named.append(("pair", f"{thing.colour} {thing.object}", 1.0))
    place = fact.setting or fact.card
    for group, name in (("setting", place), ("time", fact.time), ("weather", fact.weather)):
        if name is not None:
            named.append((group, name, 1.0))
    if fact.things:
        count = fact.things[0].count or 1
        if picture or count > 1:
            named.append(("count", str(count), 1.0))
        action = fact.action or (_STILL if picture else None)
        if action is not None:
            named.append(("action", action, 1.0))
    return named
