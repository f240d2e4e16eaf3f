"""Which words for the boxed parts of a picture are kept: of several candidates those nearest to what is in the box."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from archive_pipeline.language.boxes import Box
from archive_pipeline.language.descriptions.answers import Row
from archive_pipeline.language.descriptions.faithfulness import EncodeTexts
from archive_pipeline.language.descriptions.parts import is_same

CutOut = Callable[[Sequence[Box]], Sequence[bytes]]
"""JPEGs of these parts of a shot's picture; none where no picture is kept."""

EncodeImages = Callable[[Sequence[bytes]], NDArray[np.float32]]


def nearest_words(
    kept: Row, candidates: Sequence[Row], cut: CutOut, encode: EncodeTexts, encode_images: EncodeImages
) -> Row:
    """The kept candidate of a shot with, for each of its regions, what any candidate says of that part that is nearest
    to the part itself, and the cosine as its `faithfulness`.

    As it is where there is nothing to choose from or no picture to compare with.
    """
    regions: list[dict[str, Any]] = kept.get("regions") or []
    parts = cut([_box(region) for region in regions]) if len(candidates) > 1 and regions else ()
    if not parts:
        return kept
    said = [
        [own for one in candidates for own in one.get("regions") or () if is_same(_box(own), _box(region))]
        for region in regions
    ]
    texts = list(dict.fromkeys(own["description"] for words in said for own in words))
    vectors = dict(zip(texts, encode(texts), strict=True))
    chosen = []
    for region, words, part in zip(regions, said, encode_images(parts), strict=True):
        cosines = {own["description"]: float(vectors[own["description"]] @ part) for own in words}
        best = max(cosines, key=cosines.__getitem__)
        chosen.append({**region, "description": best, "faithfulness": min(max(cosines[best], -1.0), 1.0)})
    return {**kept, "regions": chosen}


def _box(region: Row) -> Box:
    return Box(region["left"], region["top"], region["right"], region["bottom"])
