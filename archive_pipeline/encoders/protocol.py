"""What everybody who asks an encoder may rely on, wherever it computes."""

from collections.abc import Iterable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Embeddings = NDArray[np.float32]


class JointEncoder(Protocol):
    """Pictures and texts to unit vectors in one space: a model in this process, or one in a process that serves it."""

    name: str
    identity: str

    @property
    def dimension(self) -> int: ...
    @property
    def device(self) -> str:
        """`cpu`, `mps`, `cuda` or `cuda:1`."""

    @property
    def precision(self) -> str:
        """`fp32`, `fp16` or `bf16`."""

    @property
    def batch_size(self) -> int:
        """Pictures in a batch now."""

    @property
    def scale(self) -> float:
        """What the model multiplies cosines with before a softmax or sigmoid over texts."""

    @property
    def bias(self) -> float | None:
        """What the model adds to them before a sigmoid; None for models trained with a softmax."""

    def encode_images(self, jpegs: Iterable[bytes], total: int | None = None) -> Embeddings:
        """Embed JPEGs: float32 (n, dimension), unit rows in the order of `jpegs`; `total` serves the progress report.

        Raises MediaError `picture_damaged`, ConfigurationError `encoder_not_finite`, and PassingError.
        """

    def encode_texts(self, texts: Sequence[str]) -> Embeddings:
        """Embed texts: float32 (n, dimension), unit rows; what is longer than the model's context is cut at its end.

        Raises ValueError for an empty text, ConfigurationError `encoder_not_finite`, and PassingError.
        """
