"""Batches of decoded pictures, made by threads a bounded distance ahead of the device."""

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from archive_pipeline.encoders.preprocessing import Preprocessing
from archive_pipeline.errors import MediaError

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Prefetch:
    """How decoding keeps up with a device."""

    threads: int
    ahead: int
    """Batches that are decoded while the device works on one; memory and what is taken early grow with it."""
    pinned: bool
    """Page-locked memory, from which a GPU copies while it computes."""


@dataclass(frozen=True)
class _Batch:
    first: int
    pixels: "torch.Tensor"
    pending: list[Future[None]]

    def wait(self) -> "torch.Tensor":
        for position, picture in enumerate(self.pending, start=self.first):
            try:
                picture.result()
            except (OSError, ValueError, SyntaxError) as error:  # what Pillow raises for damaged files
                raise MediaError(
                    "picture_damaged",
                    f"Stored picture {position} is not a JPEG that can be decoded ({error}). Compute the frames of "
                    "this video again.",
                ) from error
        return self.pixels


def decoded_batches(
    jpegs: Iterable[bytes], preprocessing: Preprocessing, batch_size: Callable[[], int], prefetch: Prefetch
) -> Generator["torch.Tensor", None, None]:
    """uint8 (n, height, width, 3) in the order of `jpegs`; `batch_size()` is asked whenever a batch begins.

    Never more than `prefetch.ahead + 1` batches are taken from `jpegs` beyond those that were yielded. Raises
    MediaError `picture_damaged`.
    """
    import torch

    remaining = iter(jpegs)
    taken = 0
    with ThreadPoolExecutor(prefetch.threads, thread_name_prefix="decode") as pool:
        batches: deque[_Batch] = deque()
        try:
            while True:
                while len(batches) <= prefetch.ahead and (chunk := list(islice(remaining, batch_size()))):
                    pixels = torch.empty(
                        (len(chunk), *preprocessing.size, 3), dtype=torch.uint8, pin_memory=prefetch.pinned
                    )
                    rows = zip(pixels.numpy(), chunk, strict=True)
                    pending = [pool.submit(preprocessing.decode_into, row, jpeg) for row, jpeg in rows]
                    batches.append(_Batch(taken, pixels, pending))
                    taken += len(chunk)
                if not batches:
                    return
                yield batches.popleft().wait()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
