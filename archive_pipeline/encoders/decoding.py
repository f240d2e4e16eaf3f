"""Batches of decoded pictures, made a bounded distance ahead of the device: by threads, or by the GPU itself."""

import logging
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from types import TracebackType
from typing import TYPE_CHECKING

from archive_pipeline.encoders.device_errors import is_of_device
from archive_pipeline.encoders.preprocessing import Preprocessing
from archive_pipeline.errors import MediaError

if TYPE_CHECKING:
    import torch

    from archive_pipeline.encoders.gpu_decoder import GpuDecoder


log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Prefetch:
    """How decoding keeps up with a device."""

    threads: int
    ahead: int
    """Batches that are decoded while the device works on one; memory and what is taken early grow with it."""
    pinned: bool
    """Page-locked memory, from which a GPU copies while it computes."""


@dataclass(frozen=True)
class PictureBatch:
    """Pictures that are being decoded."""

    pixels: "torch.Tensor"
    """uint8 (n, height, width, 3), on the host or on the GPU that decodes; a damaged picture's row is undefined."""
    decoded: Sequence[Future[None]]
    """One for each picture, in order; holds what Pillow or the device raised."""

    def damage(self) -> dict[int, Exception]:
        """Wait until all are decoded: by position in the batch why pictures cannot be.

        Raises what says nothing of a picture: an error of the device, a lack of memory.
        """
        found: dict[int, Exception] = {}
        for position, picture in enumerate(self.decoded):
            error = picture.exception()
            if error is not None and (is_of_device(error) or not isinstance(error, Exception)):
                raise error
            if error is not None:
                found[position] = error
        return found


def damaged(number: int, error: Exception) -> MediaError:
    """Of the picture with this number among all of its video."""
    return MediaError(
        "picture_damaged",
        f"Stored picture {number} is not a JPEG that can be decoded ({error}). Compute the frames of this video again.",
    )


class BatchDecoder:
    """Begins to decode whatever it is given; leave the `with` block to have its threads end."""

    def __init__(self, preprocessing: Preprocessing, prefetch: Prefetch, gpu: "GpuDecoder | None" = None) -> None:
        self._preprocessing = preprocessing
        self._pinned = prefetch.pinned
        self._gpu = gpu
        self._has_told = False
        self._pool = ThreadPoolExecutor(prefetch.threads, thread_name_prefix="decode")

    def __enter__(self) -> "BatchDecoder":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def start(self, jpegs: Sequence[bytes]) -> PictureBatch:
        """A batch of these pictures, which are decoded while the caller does something else."""
        import torch

        shape = (len(jpegs), *self._preprocessing.size, 3)
        if self._gpu is None:
            pixels = torch.zeros(shape, dtype=torch.uint8, pin_memory=self._pinned)
            rows = zip(pixels.numpy(), jpegs, strict=True)
            decoded = [self._pool.submit(self._preprocessing.decode_into, row, jpeg) for row, jpeg in rows]
            return PictureBatch(pixels, decoded)
        on_gpu = torch.zeros(shape, dtype=torch.uint8, device=self._gpu.device)
        batch = PictureBatch(on_gpu, [Future() for _ in jpegs])
        self._pool.submit(self._decode_on_gpu, self._gpu, batch, jpegs)
        return batch

    def _decode_on_gpu(self, gpu: "GpuDecoder", batch: PictureBatch, jpegs: Sequence[bytes]) -> None:
        try:
            gpu.decode_into(batch.pixels, jpegs)
        except Exception as error:  # which of them is damaged, or of a kind that the GPU does not know, Pillow says
            if not self._has_told:
                self._has_told = True  # once: the log is not for each of a million pictures
                log.warning("pictures of a batch are decoded by a processor: %s", " ".join(str(error).split())[:300])
            for number, jpeg in enumerate(jpegs):
                self._decode_by_itself(batch, number, jpeg)
        else:
            for picture in batch.decoded:
                picture.set_result(None)

    def _decode_by_itself(self, batch: PictureBatch, number: int, jpeg: bytes) -> None:
        import torch

        row = torch.zeros((*self._preprocessing.size, 3), dtype=torch.uint8)
        try:
            self._preprocessing.decode_into(row.numpy(), jpeg)
            batch.pixels[number].copy_(row)
        except Exception as error:
            batch.decoded[number].set_exception(error)
        else:
            batch.decoded[number].set_result(None)


def decoded_batches(
    jpegs: Iterable[bytes], decoder: BatchDecoder, batch_size: Callable[[], int], ahead: int
) -> Generator["torch.Tensor", None, None]:
    """uint8 (n, height, width, 3) in the order of `jpegs`; `batch_size()` is asked whenever a batch begins.

    Never more than `ahead + 1` batches are taken from `jpegs` beyond those that were yielded; ends the decoder's
    threads. Raises MediaError `picture_damaged`, and what the device raises.
    """
    remaining = iter(jpegs)
    taken = 0
    batches: deque[tuple[int, PictureBatch]] = deque()
    with decoder:
        while True:
            while len(batches) <= ahead and (chunk := list(islice(remaining, batch_size()))):
                batches.append((taken, decoder.start(chunk)))
                taken += len(chunk)
            if not batches:
                return
            first, batch = batches.popleft()
            for position, error in batch.damage().items():
                raise damaged(first + position, error) from error
            yield batch.pixels
