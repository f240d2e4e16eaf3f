"""What embedding costs beside its lower bound, the bare model's forward pass on the same tensors.

`python -m archive_pipeline.encoders.bench [NAME] [N_IMAGES] [DEVICE]` prints it.
"""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import islice

import numpy as np
import torch
from PIL import Image, ImageFilter

from archive_pipeline.encoders.decoding import BatchDecoder, Prefetch, decoded_batches
from archive_pipeline.encoders.encoder import Encoder
from archive_pipeline.encoders.loading import load, load_untrained
from archive_pipeline.encoders.names import architectures

_ROUNDS = 5
_TENSORS_AT_ONCE = 4  # batches that lie on the device for the bare forward pass; more would only cost memory


@dataclass(frozen=True)
class EmbeddingCost:
    """Best of five alternating rounds, after one of warming up."""

    model: str
    device: str
    precision: str
    batch_size: int
    n_images: int
    encode_s: float
    """`Encoder.encode_images`: JPEGs in, unit rows on the host out."""
    forward_s: float
    """The bare model's image tower on the same pictures, already preprocessed and on the device."""
    decode_s: float
    """The same pictures from JPEGs to the pixels that the model sees, while the device does nothing else."""

    @property
    def ratio(self) -> float:
        return self.encode_s / self.forward_s

    @property
    def images_per_s(self) -> float:
        return self.n_images / self.encode_s

    @property
    def decoding_ratio(self) -> float:
        """Pictures decoded while the bare model sees one; below 1 the device waits for pictures."""
        return self.forward_s / self.decode_s

    def __str__(self) -> str:
        return (
            f"{self.model} on {self.device} in {self.precision}, batch {self.batch_size}, {self.n_images} pictures: "
            f"{self.encode_s:.2f} s ({self.images_per_s:.0f}/s), bare forward pass {self.forward_s:.2f} s, "
            f"ratio {self.ratio:.3f}; JPEGs alone {self.decode_s:.2f} s ({self.n_images / self.decode_s:.0f}/s), "
            f"{self.decoding_ratio:.1f} times as fast as the model"
        )


def bench_encoder(name: str, device: str) -> Encoder:
    """The named encoder; an architecture's name alone has random weights, which cost the same."""
    return load_untrained(name, device) if name in architectures() else load(name, device)


def measure(
    name: str = "ViT-B-32", n_images: int = 256, device: str = "auto", jpegs: Sequence[bytes] | None = None
) -> EmbeddingCost:
    """Time an encoder; the name of an architecture alone means untrained weights, which cost the same.

    `jpegs` are repeated until there are `n_images`; without them pictures of 597 × 336 pixels are made.
    """
    encoder = bench_encoder(name, device)
    pictures = list(islice(_repeated(jpegs or made_pictures(16)), n_images))
    tensors = _inputs(encoder, pictures)
    sizes = [len(tensors[0])] * (n_images // len(tensors[0]))
    sizes += [n_images - sum(sizes)] if n_images > sum(sizes) else []

    def forward() -> None:
        with torch.inference_mode():
            for batch, size in enumerate(sizes):
                vectors = encoder.forward(tensors[batch % len(tensors)][:size])
            vectors.cpu()

    def decode() -> None:
        for _ in decoded_batches(pictures, encoder.decoder(), lambda: encoder.batch_size, ahead=2):
            pass

    seconds = _best_of(lambda: encoder.encode_images(pictures), forward, decode)
    facts = encoder.facts
    return EmbeddingCost(name, facts.device, facts.precision, encoder.batch_size, n_images, *seconds)


def made_pictures(n: int, size: tuple[int, int] = (597, 336), quality: int = 80) -> list[bytes]:
    """JPEGs with the edges and the bytes (about 30 kB) of real frames, always the same."""
    random = np.random.default_rng(0)
    jpegs = []
    for _ in range(n):
        coarse = Image.fromarray(random.integers(0, 255, (12, 20, 3), dtype=np.uint8)).resize(size)
        grain = Image.fromarray(random.integers(0, 255, (size[1], size[0], 3), dtype=np.uint8))
        picture = Image.blend(coarse, grain.filter(ImageFilter.GaussianBlur(1.0)), 0.25)
        written = BytesIO()
        picture.save(written, "JPEG", quality=quality)
        jpegs.append(written.getvalue())
    return jpegs


def _repeated(jpegs: Sequence[bytes]) -> Iterator[bytes]:
    while True:
        yield from jpegs


def _inputs(encoder: Encoder, pictures: Sequence[bytes]) -> list[torch.Tensor]:
    some = pictures[: encoder.batch_size * _TENSORS_AT_ONCE]
    decoder = BatchDecoder(encoder.preprocessing, Prefetch(4, 0, False))
    batches = decoded_batches(some, decoder, lambda: encoder.batch_size, ahead=0)
    return [encoder.to_input(pixels) for pixels in batches]


def _best_of(*tasks: Callable[[], object]) -> list[float]:
    """Seconds of each task, interleaved so that a busy machine disturbs them alike."""
    best = [float("inf")] * len(tasks)
    for round_ in range(_ROUNDS + 1):
        for position, task in enumerate(tasks):
            began = time.perf_counter()
            task()
            if round_:
                best[position] = min(best[position], time.perf_counter() - began)
    return best


if __name__ == "__main__":
    arguments = sys.argv[1:]
    print(
        measure(
            arguments[0] if arguments else "ViT-B-32",
            int(arguments[1]) if len(arguments) > 1 else 256,
            arguments[2] if len(arguments) > 2 else "auto",
        )
    )
