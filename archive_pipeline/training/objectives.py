"""What the model is trained for: pictures and captions that find each other, and facts read off a picture."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, log_softmax

from archive_pipeline.simulator.facts import Facts
from archive_pipeline.simulator.world import ACTIONS, CARDS, COLOURS, OBJECTS, SETTINGS, TIMES, WEATHERS

_IGNORED = -100


class FactHeads(nn.Module):
    """Linear readings of the facts from a picture's embedding: they teach what captions only hint at.

    Things are read as pairs of object and colour, so that the embedding learns which colour belongs to which object.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.pairs = nn.Linear(width, len(OBJECTS) * len(COLOURS))
        self.objects = nn.Linear(width, len(OBJECTS))
        self.single = nn.ModuleDict(
            {
                "setting": nn.Linear(width, len(SETTINGS) + len(CARDS)),
                "time": nn.Linear(width, len(TIMES)),
                "weather": nn.Linear(width, len(WEATHERS)),
                "action": nn.Linear(width, len(ACTIONS) + 1),
                "count": nn.Linear(width, 4),
            }
        )

    def forward(self, embeddings: Tensor, facts: list[Facts]) -> Tensor:
        """The summed losses, a scalar."""
        objects, pairs = _things(facts)
        loss = _soft(self.objects(embeddings), objects) + _soft(self.pairs(embeddings), pairs)
        for name, head in self.single.items():
            target = torch.tensor([_LABELS[name](fact) for fact in facts])
            if bool((target != _IGNORED).any()):
                loss = loss + 0.5 * cross_entropy(head(embeddings), target, ignore_index=_IGNORED)
        return loss  # type: ignore[no-any-return]


def contrast(pictures: Tensor, texts: Tensor, scale: Tensor, fits: Tensor) -> Tensor:
    """The loss of CLIP (Radford et al. 2021) without false negatives.

    `pictures` (n, d) and `texts` (n + m, d) are unit rows; text i is of picture i, the last m are near misses. `fits`
    (n, n + m) is true where a picture also answers another's caption: those pairs are left out.
    """
    n = len(pictures)
    logits = scale * pictures @ texts.T
    own = torch.eye(n, len(texts), dtype=torch.bool)
    logits = logits.masked_fill(fits & ~own, float("-inf"))
    target = torch.arange(n)
    return (cross_entropy(logits, target) + cross_entropy(logits[:, :n].T, target)) / 2


def _soft(logits: Tensor, wanted: Tensor) -> Tensor:
    """Cross entropy with the probability shared among what is wanted; rows that want nothing do not count."""
    rows = wanted.sum(1) > 0
    if not bool(rows.any()):
        return logits.sum() * 0
    share = wanted[rows] / wanted[rows].sum(1, keepdim=True)
    return -(share * log_softmax(logits[rows], 1)).sum(1).mean()


_OBJECT = {name: index for index, name in enumerate(OBJECTS)}
_COLOUR = {name: index for index, name in enumerate(COLOURS)}


def _things(facts: list[Facts]) -> tuple[Tensor, Tensor]:
    objects = torch.zeros(len(facts), len(OBJECTS))
    pairs = torch.zeros(len(facts), len(OBJECTS) * len(COLOURS))
    for row, fact in enumerate(facts):
        for thing in fact.things:
            objects[row, _OBJECT[thing.object]] = 1
            if thing.colour is not None:
                pairs[row, _OBJECT[thing.object] * len(COLOURS) + _COLOUR[thing.colour]] = 1
    return objects, pairs


def _indexed(names: list[str], value: str | None, absent: int = _IGNORED) -> int:
    return absent if value is None else names.index(value)


_LABELS: dict[str, Any] = {
    "setting": lambda fact: _indexed([*SETTINGS, *CARDS], fact.card or fact.setting),
    "time": lambda fact: _indexed(list(TIMES), fact.time),
    "weather": lambda fact: _indexed(list(WEATHERS), fact.weather),
    "action": lambda fact: _indexed(list(ACTIONS), fact.action, len(ACTIONS)) if fact.things else _IGNORED,
    "count": lambda fact: min(3, sum(thing.count or 1 for thing in fact.things) - 1) if fact.things else _IGNORED,
}
