"""A decoder as a decode is told of it."""

from dataclasses import dataclass
from typing import Literal

Wanted = Literal["auto", "cpu", "cuda"]
"""Both decoders, each for what it does best; the processor alone; the GPU's for everything that it does."""


@dataclass(frozen=True)
class CudaDecoding:
    """What ffmpeg must know to decode a video on a GPU."""

    device: int
    """CUDA's number of the GPU."""

    width: int
    """Of a coded picture, in pixels: neither turned nor stretched."""

    height: int

    surface: str
    """Pixel format in the GPU's memory: `nv12`, or `p010le` for 10 bits."""


@dataclass(frozen=True)
class Decoder:
    """Who decodes a video."""

    note: str
    """What the provenance says of it: `cpu`, `cuda:0`, `cpu (the GPU's decoder was busy)`."""

    cuda: CudaDecoding | None = None
    """None: the processor."""


PROCESSOR = Decoder("cpu")


class DecoderError(Exception):
    """The GPU's decoder did not do a file as the processor would; what it gave so far is void. Says why."""
