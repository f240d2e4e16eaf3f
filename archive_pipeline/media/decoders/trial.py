"""Whether the decoder of a GPU works here, found out by a second of video that comes with the package.

`trial.mp4` is `testsrc2=s=256x144:r=12:d=1` by libx264: `-preset veryslow -crf 40 -g 12 -bf 2 -fflags +bitexact`.
"""

from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from archive_pipeline.media.decoders.coding import coding
from archive_pipeline.media.decoders.machine import of_gpu
from archive_pipeline.media.decoders.model import PROCESSOR, Decoder, DecoderError
from archive_pipeline.media.model import Sample, SamplingParameters
from archive_pipeline.media.probe import probe
from archive_pipeline.media.sampling import sample_video

TRIAL = Path(__file__).with_name("trial.mp4")

_LIMIT_S = 120.0  # a driver that nothing keeps awake takes up to half a minute to begin
_FAR = 4.0  # levels of 255, mean: what two right decoders differ by is below one


def failure(ffmpeg: Path, device: int) -> str | None:
    """Why the decoder of the GPU with this number of CUDA's does not do the trial; None: it gives what it should."""
    found = coding(TRIAL)
    assert found is not None
    try:
        samples = _samples(ffmpeg, of_gpu(device, found))
    except DecoderError as error:
        return str(error)
    expected = _samples(ffmpeg, PROCESSOR)
    if [sample.pts_s for sample in samples] != [sample.pts_s for sample in expected]:
        return f"it gives {len(samples)} samples at other times than the processor's {len(expected)}"
    far = max(difference(ours, theirs) for ours, theirs in zip(samples, expected, strict=True))
    return f"its pictures differ from the processor's by {far:.0f} levels of 255" if far > _FAR else None


def remedy(failure: str) -> str:
    """What is most often done about it."""
    for words, what in _REMEDIES.items():
        if words in failure:
            return what
    return "nvidia-smi says how the GPU is; ARCHIVE_DECODER=cpu does without its decoder"


_REMEDIES = {
    "nvcuvid": "in a container: NVIDIA_DRIVER_CAPABILITIES=compute,utility,video; else install all of NVIDIA's driver",
    "libcuda": "install NVIDIA's driver; in a container: start it with --gpus all",
    "OUT_OF_MEMORY": "stop what fills the GPU's memory, have it take less, or set ARCHIVE_DECODER=cpu",
    "API version": "this ffmpeg wants a newer driver: update NVIDIA's driver, or set ARCHIVE_FFMPEG to an older ffmpeg",
    "PTX": "this ffmpeg wants a newer driver: update NVIDIA's driver, or set ARCHIVE_FFMPEG to an older ffmpeg",
}


def _samples(ffmpeg: Path, decoder: Decoder) -> list[Sample]:
    found: list[Sample] = []
    sample_video(TRIAL, probe(TRIAL), SamplingParameters(), ffmpeg, found.extend, _LIMIT_S, decoder)
    return found


def difference(one: Sample, other: Sample) -> float:
    """Of two pictures of one size: levels of 255, mean."""
    return float(np.abs(_pixels(one) - _pixels(other)).mean())


def _pixels(sample: Sample) -> NDArray[np.float32]:
    return np.asarray(Image.open(BytesIO(sample.jpeg), formats=("JPEG",)), np.float32)
