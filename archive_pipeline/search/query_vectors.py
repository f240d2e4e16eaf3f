"""From words and a picture to one unit vector; what was encoded a moment ago (the next page, another video) is kept."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Hashable, Sequence

import numpy as np

from archive_pipeline.search.model import Vector, unit
from archive_pipeline.search.picture import QueryPicture
from archive_pipeline.search.sources import Askable

_KEPT = 1_000  # vectors of 768 numbers: 3 MB


class QueryVectors:
    """Safe for many threads; a model works for one at a time (tokenizers of transformers must not be shared)."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, Vector] = OrderedDict()
        self._keeping = threading.Lock()
        self._busy: dict[str, threading.Lock] = {}

    def of(
        self, space: Askable, text: str | None, language: str | None, image: QueryPicture | None, text_share: float
    ) -> Vector | None:
        """Unit vector (d,) of the text, the image, or both composed; None where there is neither."""
        of_text = self.of_text(space, text, language) if text else None
        of_image = self._of_image(space, image) if image else None
        if of_text is None or of_image is None:
            return of_image if of_text is None else of_text
        return compose(of_text, of_image, text_share)

    def of_text(self, space: Askable, text: str, language: str | None) -> Vector:
        """Unit vector (d,) of a text."""
        [vector] = self.of_texts(space, [text], language)
        return vector

    def of_texts(self, space: Askable, texts: Sequence[str], language: str | None) -> list[Vector]:
        """Unit vectors (d,) of texts; what is not kept is encoded at once."""
        asked = [tuple(space.prompts(text, language)) for text in texts]
        with self._alone(space):
            known = {one: self._known(space, one) for one in asked}
            fresh = [one for one, vector in known.items() if vector is None]
            rows = space.encoder().encode_texts([prompt for one in fresh for prompt in one]) if fresh else ()
            ends = np.cumsum([len(one) for one in fresh])
            for one, own in zip(fresh, np.split(rows, ends[:-1]) if fresh else (), strict=True):
                known[one] = self._keep(space, one, unit(own.mean(axis=0, dtype="float64")))
        return [vector for one in asked if (vector := known[one]) is not None]

    def _of_image(self, space: Askable, image: QueryPicture) -> Vector:
        digest = hashlib.sha256(image.jpeg).digest()
        with self._alone(space):
            known = self._known(space, digest)
            if known is None:
                known = self._keep(space, digest, unit(space.encoder().encode_images([image.jpeg])[0]))
            return known

    def _alone(self, space: Askable) -> threading.Lock:
        with self._keeping:
            return self._busy.setdefault(space.space, threading.Lock())

    def _known(self, space: Askable, asked: Hashable) -> Vector | None:
        key = (space.space, asked)
        with self._keeping:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _keep(self, space: Askable, asked: Hashable, vector: Vector) -> Vector:
        with self._keeping:
            self._kept[space.space, asked] = vector
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return vector


def compose(of_text: Vector, of_image: Vector, text_share: float) -> Vector:
    """`text_share`·text + (1 − `text_share`)·image of two unit vectors (d,), at length 1."""
    return unit(text_share * of_text + (1 - text_share) * of_image)
