"""What the picture tower is trained for: its facts read off it, and questions that find their pictures."""

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, log_softmax

from archive_pipeline.training.codes import GROUPS, directions, group_rows


def contrast(pictures: Tensor, questions: Tensor, scale: Tensor, fits: Tensor) -> Tensor:
    """The loss of CLIP (Radford et al. 2021) without false negatives.

    `pictures` (n, d) and `questions` (n + m, d) are unit rows; question i is of picture i, the last m are near misses.
    `fits` (n, n + m) is true where a picture also answers another's question: those pairs are left out.
    """
    n = len(pictures)
    logits = scale * pictures @ questions.T
    own = torch.eye(n, len(questions), dtype=torch.bool)
    logits = logits.masked_fill(fits & ~own, float("-inf"))
    target = torch.arange(n)
    return (cross_entropy(logits, target) + cross_entropy(logits[:, :n].T, target)) / 2


def reading(pictures: Tensor, scale: Tensor, shown: Tensor) -> Tensor:
    """How badly each group of facts is read off the unit rows `pictures` (n, d), summed over the groups.

    `shown` (n, facts) is `codes.presence`. Where a group holds several facts at once they share the probability;
    pictures that show none of a group do not count in it.
    """
    logits = scale * pictures @ directions().T
    total = torch.zeros(())
    for group in GROUPS:
        rows = group_rows(group)
        wanted = shown[:, rows]
        some = wanted.sum(1) > 0
        if bool(some.any()):
            share = wanted[some] / wanted[some].sum(1, keepdim=True)
            total = total - (share * log_softmax(logits[some, rows], 1)).sum(1).mean()
    return total
