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
class Scored:
    """What one vocabulary says of n pictures: probabilities (n, entries)."""

    vocabulary: Vocabulary
    scores: Scores


def group_names(
    scored: Sequence[Scored],
    labels: NDArray[np.int32],
    language: str,
    *,
    most: int = 2,
    least_difference: float = 0.35,
) -> list[str | None]:
    """A name for each label from 0 of n pictures; None where nothing sets the group apart.

    `labels` (n,), below 0 for none. An entry counts by how much higher its mean score is in the group than in the other
    pictures, from `least_difference` (0.35: what could be either of three things is none of them); of a vocabulary the
    best one, at most `most` in all, in the order of the vocabularies. A mean of probabilities, not of their logarithms:
    an entry that the model is never sure of would win by orders of magnitude that nobody sees. Vocabularies of kind
    `similarity` decide nothing and are left out. Of groups with one name the second and later ones are numbered.
    """
    n_groups = int(labels.max(initial=-1)) + 1
    terms: list[list[tuple[float, int, str]]] = [[] for _ in range(n_groups)]
    for place, one in enumerate(scored):
        if one.vocabulary.kind == "similarity":
            continue
        differences = _differences(one.scores, labels, n_groups)
        entries = list(one.vocabulary.entries)
        for group, entry in enumerate(differences.argmax(axis=1)):
            if differences[group, entry] >= least_difference:
                label = one.vocabulary.label(entries[entry], language)
                terms[group].append((float(differences[group, entry]), place, label))
    chosen = [sorted(sorted(own, reverse=True)[:most], key=lambda term: term[1]) for own in terms]
    names = [SEPARATOR.join(term[2] for term in own) or None for own in chosen]
    return _numbered(names)


def _differences(scores: Scores, labels: NDArray[np.int32], n_groups: int) -> NDArray[np.float64]:
    """(groups, entries): mean score in the group less the mean of all other pictures; of a group of all, less 0."""
    sums = np.zeros((n_groups, scores.shape[1]))
    inside = labels >= 0
    np.add.at(sums, labels[inside], scores[inside].astype(np.float64))
    sizes = np.bincount(labels[inside], minlength=n_groups)[:, None]
    others = (scores.sum(axis=0, dtype=np.float64) - sums) / np.maximum(len(labels) - sizes, 1)
    return np.asarray(sums / np.maximum(sizes, 1) - others)


def _numbered(names: Sequence[str | None]) -> list[str | None]:
    seen: Counter[str] = Counter()
    numbered: list[str | None] = []
    for name in names:
        if name is not None:
            seen[name] += 1
            name = f"{name} {seen[name]}" if seen[name] > 1 else name
        numbered.append(name)
    return numbered
