"""A model that really looks: it answers with the box of what is red, as a fraction of what it was given."""

from types import SimpleNamespace
from typing import Any

import torch
from transformers import AutoConfig, AutoModelForObjectDetection, PreTrainedConfig, PreTrainedModel


class RedConfig(PreTrainedConfig):
    model_type = "red_finder"


class MaskedRedConfig(PreTrainedConfig):
    model_type = "masked_red_finder"


class RedFinder(PreTrainedModel):
    """Is not told which part is padding, as YOLOS is not: counts from all that it sees."""

    config_class = RedConfig

    def __init__(self, config: Any) -> None:
        super().__init__(config)
        self.unused = torch.nn.Parameter(torch.zeros(1))
        self.post_init()

    def forward(self, pixel_values: torch.Tensor) -> Any:
        return _found(pixel_values, pixel_values.shape[-2:])


class MaskedRedFinder(RedFinder):
    """Is told, as DETR is: counts from the part that is picture."""

    config_class = MaskedRedConfig

    def forward(self, pixel_values: torch.Tensor, pixel_mask: torch.Tensor) -> Any:
        return _found(pixel_values, (int(pixel_mask[0].any(1).sum()), int(pixel_mask[0].any(0).sum())))


def _found(pixels: torch.Tensor, size: tuple[int, int]) -> Any:
    boxes = []
    for one in pixels:  # normalised: a bright red is above 1 where green and blue are below −1
        ys, xs = torch.nonzero((one[0] > 1) & (one[1] < -1), as_tuple=True)
        x0, x1 = xs.min() / size[1], (xs.max() + 1) / size[1]
        y0, y1 = ys.min() / size[0], (ys.max() + 1) / size[0]
        boxes.append(torch.stack([(x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0])[None])
    logits = torch.tensor([[[9.0, -9.0, -9.0, -9.0]]]).expand(len(pixels), -1, -1)
    return SimpleNamespace(logits=logits, pred_boxes=torch.stack(boxes))


for config, model in ((RedConfig, RedFinder), (MaskedRedConfig, MaskedRedFinder)):
    AutoConfig.register(config.model_type, config)
    AutoModelForObjectDetection.register(config, model)
