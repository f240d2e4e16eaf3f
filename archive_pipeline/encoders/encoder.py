"""Pictures and texts to unit vectors in one joint space. Imported only where a model is about to be loaded."""

import os
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from archive_pipeline import progress
from archive_pipeline.encoders.backoff import BackingOff
from archive_pipeline.encoders.decoding import BatchDecoder, Prefetch, decoded_batches
from archive_pipeline.encoders.device_errors import device_failed, is_of_device
from archive_pipeline.encoders.devices import Device
from archive_pipeline.encoders.gpu_decoder import GpuDecoder, gpu_decoder
from archive_pipeline.encoders.preprocessing import Preprocessing
from archive_pipeline.errors import ConfigurationError

Embeddings = NDArray[np.float32]
Tokenizer = Callable[[list[str]], torch.Tensor]

_TEXTS_AT_ONCE = 256


@dataclass(frozen=True)
class EncoderFacts:
    """What is worth keeping beside embeddings: with what they were computed, and how fast."""

    name: str
    identity: str
    device: str
    precision: str
    batch_size: int
    """Pictures in a batch, after backing off."""
    n_parameters: int
    dimension: int
    images_per_s: float | None
    """Of the last call of `encode_images`, decoding included; None before the first."""


class Encoder:
    """A model on its device. Several threads may use it; the device works for one at a time."""

    def __init__(
        self,
        *,
        name: str,
        identity: str,
        model: Any,
        tokenizer: Tokenizer,
        preprocessing: Preprocessing,
        device: Device,
        dimension: int,
    ) -> None:
        self.name = name
        self.identity = identity
        self.dimension = dimension
        self.preprocessing = preprocessing
        self._device = device
        self._model = model
        self._tokenizer = tokenizer
        self._images = BackingOff(device.batch_size(preprocessing.size))
        self._texts = BackingOff(_TEXTS_AT_ONCE)
        self._images_per_s: float | None = None
        self._busy = threading.Lock()

    @property
    def device(self) -> str:
        return self._device.name

    @property
    def precision(self) -> str:
        return self._device.precision

    @property
    def batch_size(self) -> int:
        """Pictures in a batch now; smaller than at first once memory ran out."""
        return self._images.batch_size

    @property
    def scale(self) -> float:
        """What the model multiplies cosines with before a softmax over texts, learned in training; 100 for CLIP's."""
        return float(self._model.logit_scale.exp())

    @property
    def bias(self) -> float | None:
        """What a model trained with a sigmoid for each pair (SigLIP) adds to the scaled cosine; None for a softmax's.

        sigmoid(scale · cosine + bias) is its probability that a picture and a text belong together.
        """
        bias = getattr(self._model, "logit_bias", None)
        return None if bias is None else float(bias)

    @property
    def facts(self) -> EncoderFacts:
        n_parameters = sum(parameter.numel() for parameter in self._model.parameters())
        return EncoderFacts(
            name=self.name,
            identity=self.identity,
            device=f"{self.device} ({self._device.model})",
            precision=self.precision,
            batch_size=self.batch_size,
            n_parameters=n_parameters,
            dimension=self.dimension,
            images_per_s=self._images_per_s,
        )

    def encode_images(self, jpegs: Iterable[bytes], total: int | None = None) -> Embeddings:
        """Embed JPEGs: float32 (n, dimension), unit rows in the order of `jpegs`.

        `jpegs` is consumed a few batches ahead, so memory does not grow with it (the result's rows aside). `total`
        serves the progress report only. The same pictures, device and batch size give the same rows.

        Raises MediaError `picture_damaged`, PassingError `out_of_memory` where one picture does not fit the device and
        `device_failed`, and ConfigurationError `encoder_not_finite` where the model's output is no vector.
        """
        began = time.perf_counter()
        rows: list[Embeddings] = []
        n_rows = 0
        launched: torch.Tensor | None = None  # one batch stays on the device while the next is sent after it
        batches = decoded_batches(jpegs, self.decoder(), lambda: self.batch_size, self._prefetch.ahead)
        with closing(batches):  # also after an error no thread goes on decoding
            for pixels in batches:
                before, launched = launched, self.launch(pixels)
                if before is not None:
                    rows.append(self.collect(before, n_rows))
                    n_rows += len(before)
                    if total:
                        progress.report("embeddings", min(1.0, n_rows / total))
        if launched is not None:
            rows.append(self.collect(launched, n_rows))
            n_rows += len(launched)
        progress.report("embeddings", 1.0)
        if n_rows:
            self._images_per_s = n_rows / (time.perf_counter() - began)
        return np.concatenate(rows) if rows else np.empty((0, self.dimension), np.float32)

    def encode_texts(self, texts: Sequence[str]) -> Embeddings:
        """Embed texts: float32 (n, dimension), unit rows; what is longer than the model's context is cut at its end.

        Raises ValueError for an empty text, ConfigurationError `encoder_not_finite`.
        """
        for position, text in enumerate(texts):
            if not text.strip():
                raise ValueError(f"texts[{position}] is empty: an empty text has no meaning to search for")
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        tokens = self._tokenizer(list(texts))
        parts = (tokens[start : start + _TEXTS_AT_ONCE] for start in range(0, len(tokens), _TEXTS_AT_ONCE))
        return np.concatenate([self.collect(self._run(self._texts, self._forward_texts, part), 0) for part in parts])

    def decoder(self) -> BatchDecoder:
        """A decoder of JPEGs into batches for `launch`: the GPU itself where it can, else threads."""
        return BatchDecoder(self.preprocessing, self._prefetch, self._gpu_decoder)

    @cached_property
    def _gpu_decoder(self) -> GpuDecoder | None:
        return gpu_decoder(self.preprocessing, self._device)

    @property
    def _prefetch(self) -> Prefetch:
        cores = os.cpu_count() or 1
        on_cpu = self._device.kind == "cpu"
        return Prefetch(threads=min(16, cores), ahead=0 if on_cpu else 2, pinned=self._device.kind == "cuda")

    def _run(
        self, batches: BackingOff, forward: Callable[[torch.Tensor], torch.Tensor], batch: torch.Tensor
    ) -> torch.Tensor:
        with self._busy, torch.inference_mode():
            return batches.run(forward, batch)

    def launch(self, pixels: torch.Tensor) -> torch.Tensor:
        """uint8 pictures (n, height, width, 3), on host or device → vectors on the device, which may still be at work.

        Raises PassingError `out_of_memory` where one picture does not fit the device.
        """
        return self._run(self._images, self._forward_images, pixels)

    def to_input(self, pixels: torch.Tensor) -> torch.Tensor:
        """uint8 pictures (n, height, width, 3), on host or device → the model's input (n, 3, height, width) there."""
        return self.preprocessing.to_input(pixels.to(self.device, non_blocking=True), self._device.dtype)

    def forward(self, tensors: torch.Tensor) -> torch.Tensor:
        """The bare image tower: (n, dimension) on the device, of any length."""
        return self._model.encode_image(tensors)  # type: ignore[no-any-return]

    def _forward_images(self, pixels: torch.Tensor) -> torch.Tensor:
        return self.forward(self.to_input(pixels)).float()

    def _forward_texts(self, tokens: torch.Tensor) -> torch.Tensor:
        return self._model.encode_text(tokens.to(self.device)).float()  # type: ignore[no-any-return]

    def collect(self, vectors: torch.Tensor, first: int) -> Embeddings:
        """Unit rows on the host; waits for the device. `first`: number of the first row, for the error.

        Raises ConfigurationError `encoder_not_finite`, PassingError `device_failed`.
        """
        try:
            rows: Embeddings = vectors.cpu().numpy()
        except RuntimeError as error:  # only here a GPU tells what became of what was sent to it
            if is_of_device(error):
                raise device_failed(error) from error
            raise
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        wrong = np.flatnonzero(~(np.isfinite(lengths[:, 0]) & (lengths[:, 0] > 0)))
        if len(wrong):
            raise ConfigurationError(
                "encoder_not_finite",
                f"{self.name} gives no finite vector for item {first + wrong[0]} on {self.device} in {self.precision}: "
                "its weights are damaged or overflow in this precision. Try ARCHIVE_DEVICE=cpu or other weights.",
            )
        return np.asarray(rows / lengths, dtype=np.float32)
