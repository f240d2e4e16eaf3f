"""JPEGs decoded and resized on the GPU that wants them: nvJPEG through torchvision."""

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from io import BytesIO

import torch
from PIL import Image

from archive_pipeline.encoders.devices import Device
from archive_pipeline.encoders.preprocessing import Preprocessing
from archive_pipeline.encoders.tensor_geometry import TensorGeometry

DecodeJpegs = Callable[[list[torch.Tensor]], list[torch.Tensor]]
"""Bytes, each (length,) uint8 on the host → pictures, each (3, height, width) uint8 on the device; RuntimeError where
one of them cannot be decoded, without saying which."""

_PROBE = (96, 64)
_FAR = 3.0  # levels of 255, mean: what another way to interpolate colours may differ by, and channels in disorder not

log = logging.getLogger(__name__)


class GpuDecoder:
    """Fills batches on a device. Several threads may use it; it works for one at a time, as nvJPEG does.

    All on one stream: torch keeps the memory that a stream was given for that stream, and hands out 32 in turn, so that
    one a batch would come to hold 32 times what a batch needs. And in turn, because nvJPEG writes on a stream of its
    own, which waits for nothing that another thread has still under way in the same memory.
    """

    def __init__(self, geometry: TensorGeometry, device: str, decode: DecodeJpegs) -> None:
        self._geometry = geometry
        self.device = device
        self._decode = decode
        self._stream = torch.cuda.Stream(device) if device.startswith("cuda") else None  # type: ignore[no-untyped-call]
        self._turn = threading.Lock()

    def decode_into(self, pixels: torch.Tensor, jpegs: Sequence[bytes]) -> None:
        """Decode into `pixels` (n, height, width, 3) uint8 on the device; returns when they are there.

        Raises RuntimeError where one of the pictures is damaged or of a kind that is not known.
        """
        if self._stream is None:
            self._fill(pixels, jpegs)
            return
        with self._turn:
            self._stream.wait_stream(torch.cuda.current_stream(self.device))
            try:
                with torch.cuda.stream(self._stream):
                    self._fill(pixels, jpegs)
            finally:
                self._stream.synchronize()

    def _fill(self, pixels: torch.Tensor, jpegs: Sequence[bytes]) -> None:
        with torch.inference_mode():
            decoded = self._decode([torch.frombuffer(bytearray(jpeg), dtype=torch.uint8) for jpeg in jpegs])
            by_size: dict[torch.Size, list[int]] = defaultdict(list)
            for row, picture in enumerate(decoded):
                by_size[picture.shape].append(row)
            for rows in by_size.values():
                resized = self._geometry(torch.stack([decoded[row] for row in rows]))
                pixels[torch.tensor(rows, device=pixels.device)] = resized.permute(0, 2, 3, 1)


def gpu_decoder(preprocessing: Preprocessing, device: Device) -> GpuDecoder | None:
    """The decoder of a GPU; None on other devices, for a transform that needs PIL, and where torchvision's native
    library does not load, has no nvJPEG, or shows another picture than PIL does."""
    if device.kind != "cuda" or preprocessing.on_tensors is None:
        return None

    def decode(jpegs: list[torch.Tensor]) -> list[torch.Tensor]:
        from torchvision.io import ImageReadMode, decode_jpeg

        return decode_jpeg(jpegs, ImageReadMode.RGB, device.name)  # type: ignore[no-any-return]

    try:
        reason = "" if _shows_what_pil_shows(decode) else "nvJPEG shows another picture than PIL"
    except (ImportError, RuntimeError, AttributeError, OSError) as error:
        reason = " ".join(str(error).split())[:200]
    if reason:
        log.warning("pictures are decoded by the processors, not by %s: %s", device.model, reason)
        return None
    return GpuDecoder(preprocessing.on_tensors, device.name, decode)


def _shows_what_pil_shows(decode: DecodeJpegs) -> bool:
    written = BytesIO()
    picture = Image.linear_gradient("L").resize(_PROBE)
    Image.merge("RGB", (picture, picture.rotate(180), picture.point(lambda level: level // 2))).save(written, "JPEG")
    jpeg = written.getvalue()
    (decoded,) = decode([torch.frombuffer(bytearray(jpeg), dtype=torch.uint8)])
    own = torch.frombuffer(bytearray(Image.open(BytesIO(jpeg)).tobytes()), dtype=torch.uint8)
    difference = decoded.cpu().permute(1, 2, 0).flatten().float() - own.float()
    return bool(difference.abs().mean() < _FAR)
