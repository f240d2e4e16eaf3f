"""From stored JPEGs to the tensor that a model was trained on: its own transform, split between threads and device.

The geometry (resize, crop) is done by the model's own transform objects on PIL pictures in threads; what is left of the
transform, `ToTensor` and `Normalize`, is arithmetic that the device does on whole batches of bytes. That moves a
quarter of the bytes and leaves almost no Python work to the threads.
"""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from archive_pipeline.encoders.tensor_geometry import TensorGeometry

if TYPE_CHECKING:
    import torch

Geometry = Callable[[Image.Image], Image.Image]


@dataclass(frozen=True)
class Preprocessing:
    """A model's own transform, in the two parts that are worth doing in different places."""

    size: tuple[int, int]
    """Height and width of the model's input, pixels."""
    geometry: Geometry
    """Resizes and crops to `size` and converts to RGB."""
    mean: tuple[float, ...]
    std: tuple[float, ...]
    """Per channel, on the scale 0 to 1."""
    on_tensors: TensorGeometry | None = None
    """`geometry` for pictures that a GPU has decoded; None where only PIL does what the model wants."""

    def decode_into(self, pixels: NDArray[np.uint8], jpeg: bytes) -> None:
        """Decode one picture into `pixels` (height, width, 3). Raises OSError or ValueError if it is damaged."""
        with Image.open(BytesIO(jpeg), formats=("JPEG",)) as picture:
            picture.draft(None, (self.size[1], self.size[0]))
            pixels[:] = np.asarray(self.geometry(picture))

    def to_input(self, pixels: "torch.Tensor", dtype: "torch.dtype") -> "torch.Tensor":
        """uint8 (n, height, width, 3) on the device → (n, 3, height, width), what ToTensor and Normalize give."""
        import torch

        mean = torch.tensor(self.mean, device=pixels.device)
        std = torch.tensor(self.std, device=pixels.device)
        scaled = pixels.to(torch.float32).sub_(mean * 255).div_(std * 255)
        return scaled.permute(0, 3, 1, 2).to(dtype)


@dataclass(frozen=True)
class _ShortestSideThenCrop:
    """`Resize(side)` and `CenterCrop(side)` of torchvision in one step that never computes what the crop throws away.

    Pixel for pixel the same (a test compares them) at 2.1 instead of 4.1 ms of a core for a frame of 597 × 336.
    """

    side: int
    resample: Image.Resampling

    def __call__(self, picture: Image.Image) -> Image.Image:
        width, height = picture.size
        short = min(width, height)
        scaled = (int(self.side * width / short), int(self.side * height / short))  # torchvision truncates
        left, top = (round((length - self.side) / 2) for length in scaled)
        per_pixel = (width / scaled[0], height / scaled[1])
        box = (
            left * per_pixel[0],
            top * per_pixel[1],
            min(width, (left + self.side) * per_pixel[0]),
            min(height, (top + self.side) * per_pixel[1]),
        )
        return picture.resize((self.side, self.side), self.resample, box=box).convert("RGB")


def of_model(model: Any) -> Preprocessing:
    """The inference transform of a model that open_clip made (`model.visual.preprocess_cfg`)."""
    from open_clip.transform import PreprocessCfg, image_transform_v2
    from torchvision.transforms import Compose

    config = PreprocessCfg(**model.visual.preprocess_cfg)
    *steps, to_tensor, normalize = image_transform_v2(config, is_train=False).transforms
    kinds = [type(step).__name__ for step in steps]
    if (type(to_tensor).__name__, type(normalize).__name__) != ("MaybeToTensor", "Normalize"):
        raise TypeError(f"open_clip's transform does not end in MaybeToTensor, Normalize: {to_tensor}, {normalize}")
    _, height, width = config.input_size
    geometry: Geometry = Compose(steps)
    is_cropped = kinds == ["Resize", "CenterCrop", "MaybeConvertMode"] and isinstance(steps[0].size, int)
    on_tensors = None
    if is_cropped:
        geometry = _ShortestSideThenCrop(steps[0].size, Image.Resampling[steps[0].interpolation.name])
    if is_cropped or kinds == ["Resize", "MaybeConvertMode"]:
        on_tensors = TensorGeometry((height, width), is_cropped, steps[0].interpolation.value)
    return Preprocessing((height, width), geometry, tuple(normalize.mean), tuple(normalize.std), on_tensors)
