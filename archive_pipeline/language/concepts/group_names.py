"""Names of groups from what is seen in them: "beach · boat" says what sets a group apart from the others."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.language.concepts.scores import Scores
from archive_pipeline.language.concepts.vocabulary import Vocabulary

SEPARATOR = " · "


@dataclass(frozen=True, eq=False)
class Distinction:
    """What one vocabulary says of groups of pictures."""

    vocabulary: Vocabulary
    differences: NDArray[np.float64]
    """(groups, entries) mean score of the group's pictures less the mean of all others; of a group of all, less 0."""


def distinction(vocabulary: Vocabulary, scores: Scores, labels: NDArray[np.int32]) -> Distinction:
    """`scores` (n, entries) probabilities of n pictures, `labels` (n,) their groups from 0, below 0 for none.

    A mean of probabilities, not of their logarithms: an entry that the model is never sure of would win by orders of
    magnitude that nobody sees.
    """
    n_groups = int(labels.max(initial=-1)) + 1
    order = np.argsort(labels, kind="stable")[np.count_nonzero(labels < 0) :]
    sizes = np.bincount(labels[order], minlength=n_groups)[:, None]
    sums = np.zeros((n_groups, scores.shape[1]))
    present, starts = np.unique(labels[order], return_index=True)
    if len(order):
        sums[present] = np.add.reduceat(scores[order], starts, axis=0, dtype=np.float64)
    others = (scores.sum(axis=0, dtype=np.float64) - sums) / np.maximum(len(labels) - sizes, 1)
    return Distinction(vocabulary, np.asarray(sums / np.maximum(sizes, 1) - others))


def group_names(
    distinctions: Sequence[Distinction], n_groups: int, language: str, *, most: int = 2, least_difference: float = 0.35
) -> list[str | None]:
    """A name for each group; None where nothing sets it apart.

    An entry counts from a difference of `least_difference` (0.35: what could be either of three things is none of
    them); of a vocabulary the best one, at most `most` in all, in the order of the vocabularies. Vocabularies of kind
    `similarity` decide nothing and are left out. Of groups with one name the second and later ones are numbered.
    """
    terms: list[list[tuple[float, int, str]]] = [[] for _ in range(n_groups)]
    for place, one in enumerate(distinctions):
        if one.vocabulary.kind == "similarity":
            continue
        entries = list(one.vocabulary.entries)
        for group, entry in enumerate(one.differences.argmax(axis=1)):
            difference = float(one.differences[group, entry])
            if difference >= least_difference:
                terms[group].append((difference, place, one.vocabulary.label(entries[entry], language)))
    chosen = [sorted(sorted(own, reverse=True)[:most], key=lambda term: term[1]) for own in terms]
    return _numbered([SEPARATOR.join(term[2] for term in own) or None for own in chosen])


def _numbered(names: Sequence[str | None]) -> list[str | None]:
    seen: Counter[str] = Counter()
    numbered: list[str | None] = []
    for name in names:
        if name is not None:
            seen[name] += 1
            name = f"{name} {seen[name]}" if seen[name] > 1 else name
        numbered.append(name)
    return numbered
