"""The decoders of a machine: which of them a video gets."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from archive_pipeline.errors import ArchiveError, ConfigurationError
from archive_pipeline.media.decoders.coding import Coding, coding
from archive_pipeline.media.decoders.gpus import lacking
from archive_pipeline.media.decoders.model import PROCESSOR, CudaDecoding, Decoder, DecoderError, Wanted
from archive_pipeline.media.decoders.nvdec import SURFACES, why_not
from archive_pipeline.media.decoders.places import first_free

T = TypeVar("T")


class MachineDecoders:
    """The GPUs' decoders and the processors, shared by all who name the same `folder`.

    With `auto` a video gets a place at the decoder of a GPU where one is free and does the file, else one at a
    processor (there is one for each core), else it waits for whichever comes first. With `cuda` it waits for a GPU,
    unless that does not do the file. Without a GPU, and with `cpu`, nothing is counted and nobody waits.
    """

    def __init__(self, wanted: Wanted, ffmpeg: Path, gpus: tuple[str, ...], folder: Path, at_once: int) -> None:
        """`gpus` are names by CUDA's number, `at_once` the videos that the decoder of each gets at most.

        Raises ConfigurationError `decoder_unavailable` where `cuda` is wanted and not to be had.
        """
        missing = "this machine shows no NVIDIA GPU (/dev/nvidia0)" if not gpus else None
        if wanted != "cpu" and gpus and (part := lacking(ffmpeg)):
            missing = f"{ffmpeg} was built without {part}"
        if wanted == "cuda" and missing:
            raise ConfigurationError(
                "decoder_unavailable", f"The decoder `cuda` cannot be used: {missing}. Use `auto`, or mend that."
            )
        self.devices = () if wanted == "cpu" or missing else tuple(range(len(gpus)))
        """CUDA's numbers of the GPUs whose decoders are used."""
        self.missing = missing
        """What keeps the GPUs' decoders from being used; None: nothing, or nobody asked."""
        self._waits_for_gpu = wanted == "cuda"
        self._at_gpus = {  # a place at each GPU before a second one at any
            folder / f"cuda-{gpus[device].replace('/', '_')}-{number}.lock": device  # MIG-GPU-…/1/0
            for number in range(at_once)
            for device in self.devices
        }
        self._at_processors = [folder / f"cpu-{number}.lock" for number in range(len(os.sched_getaffinity(0)))]

    def decode(self, path: Path, work: Callable[[Decoder], T]) -> T:
        """What `work` gives with the decoder that the video at `path` gets.

        Where the GPU's fails (DecoderError), `work` is called again, with the processor: what it began must be void.
        """
        if not self.devices:
            return work(PROCESSOR)
        found, reason = _what_the_gpu_says(path)
        try:
            if found is not None:
                return self._decode_where_free(found, work)
        except DecoderError as failure:
            reason = f"after cuda failed: {failure}"
        with first_free(self._at_processors):
            return work(Decoder(f"cpu ({reason})"))

    def _decode_where_free(self, found: Coding, work: Callable[[Decoder], T]) -> T:
        places = [*self._at_gpus, *([] if self._waits_for_gpu else self._at_processors)]
        with first_free(places) as place:
            if place not in self._at_gpus:
                return work(Decoder("cpu (the GPU's decoder was busy)"))
            device = self._at_gpus[place]
            return work(of_gpu(device, found))


def of_gpu(device: int, found: Coding) -> Decoder:
    """The decoder of the GPU with this number of CUDA's, for a video that it does (`why_not`)."""
    surface = SURFACES[found.pixel_format]
    return Decoder(f"cuda:{device}", CudaDecoding(device, found.width, found.height, surface))


def _what_the_gpu_says(path: Path) -> tuple[Coding | None, str]:
    """How the video is coded where the GPU's decoder does it, else why it does not."""
    try:
        found = coding(path)
    except ArchiveError as error:  # decoding will say it
        return None, error.code
    if found is None:
        return None, "no picture at its start"
    reason = why_not(found)
    return (None, f"the GPU's decoder {reason}") if reason else (found, "")
