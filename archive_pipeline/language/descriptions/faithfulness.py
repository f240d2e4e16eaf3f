"""How faithful a description is to its shot, as the encoder sees it, and which of several is kept.

By cosine, for every model: SigLIP's sigmoid of it rises with it, so that it would choose the same candidate. What is
longer than the model's context (64 tokens, 77 of CLIP's) is judged by its beginning.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.language.descriptions.answers import Row, text_of

Embeddings = NDArray[np.float32]
EncodeTexts = Callable[[Sequence[str]], Embeddings]


def most_faithful(
    candidates: Sequence[Sequence[Row]], shots: Embeddings, encode: EncodeTexts
) -> list[tuple[Row, float | None] | None]:
    """For each shot the candidate that is nearest to it, and the cosine; None where a shot has no candidate.

    `candidates[i]` are those of the shot whose unit vector is `shots[i]` (n, d); `encode` gives unit rows of the same
    space. The cosine is None where a description has no words. Equal candidates: the first.
    """
    texts = list(dict.fromkeys(text for own in candidates for row in own if (text := text_of(row).strip())))
    vectors = dict(zip(texts, encode(texts), strict=True)) if texts else {}
    chosen: list[tuple[Row, float | None] | None] = []
    for own, shot in zip(candidates, shots, strict=True):
        scored = [(row, _cosine(vectors.get(text_of(row).strip()), shot)) for row in own]
        chosen.append(max(scored, key=lambda one: -2.0 if one[1] is None else one[1]) if scored else None)
    return chosen


def _cosine(text: Embeddings | None, shot: Embeddings) -> float | None:
    return None if text is None else float(np.clip(text @ shot, -1.0, 1.0))
