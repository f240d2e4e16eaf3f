"""From words and a picture to one unit vector; what was encoded a moment ago (the next page, another video) is kept."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

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
        prompts = tuple(space.prompts(text, language))
        return self._remembered(
            space, prompts, lambda: unit(space.encoder().encode_texts(prompts).mean(axis=0, dtype="float64"))
        )

    def _of_image(self, space: Askable, image: QueryPicture) -> Vector:
        digest = hashlib.sha256(image.jpeg).digest()
        return self._remembered(space, digest, lambda: unit(space.encoder().encode_images([image.jpeg])[0]))

    def _remembered(self, space: Askable, asked: Hashable, encode: Callable[[], Vector]) -> Vector:
        key = (space.space, asked)
        with self._keeping:
            busy = self._busy.setdefault(space.space, threading.Lock())
        with busy:
            with self._keeping:
                if key in self._kept:
                    self._kept.move_to_end(key)
                    return self._kept[key]
            vector = encode()
            with self._keeping:
                self._kept[key] = vector
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
            return vector


def compose(of_text: Vector, of_image: Vector, text_share: float) -> Vector:
    """`text_share`·text + (1 − `text_share`)·image of two unit vectors (d,), at length 1."""
    return unit(text_share * of_text + (1 - text_share) * of_image)
