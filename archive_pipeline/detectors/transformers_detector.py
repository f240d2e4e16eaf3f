"""Detectors of the transformers library: DETR and its kin (RT-DETRv2, D-FINE, RF-DETR), whatever AutoModel can load."""

import inspect
from collections.abc import Iterable
from itertools import groupby, islice
from types import SimpleNamespace
from typing import Any

import torch
from PIL import Image

from archive_pipeline.detectors.checkpoint import checkpoint_folder
from archive_pipeline.detectors.model import Detection, Seen
from archive_pipeline.detectors.names import HubRepository, ModelFolder
from archive_pipeline.detectors.pictures import upright
from archive_pipeline.encoders import devices
from archive_pipeline.encoders.backoff import BackingOff
from archive_pipeline.encoders.device_errors import device_failed, is_of_device, is_out_of_memory
from archive_pipeline.encoders.torchvision_operators import declare_missing_operators
from archive_pipeline.errors import ConfigurationError, MediaError, PassingError

_READ_AHEAD = 64  # pictures that are held decoded
_MOST_ON_CPU = 4  # a feature map of RT-DETR's takes 26 MB a picture at 640×640, and processors gain little from more


class TransformersDetector:
    """A model and the image processor that it was trained with.

    In float32 on every device: a corner in bfloat16 has eight significant bits, 4 pixels of 1,000, and such models are
    small.
    """

    def __init__(self, model: Any, processor: Any, device: devices.Device, name: str) -> None:
        self._model = model
        self._processor = processor
        self._device = device
        self._name = name
        self._takes_mask = "pixel_mask" in inspect.signature(model.forward).parameters
        self._batches: BackingOff | None = None

    @property
    def device(self) -> str:
        return self._device.name

    def detect(self, pictures: Iterable[bytes], min_score: float) -> list[Seen]:
        """See Detector."""
        found: list[Seen] = []
        decoded = map(upright, pictures)
        while read := list(islice(decoded, _READ_AHEAD)):
            for _, alike in groupby(
                read, key=lambda picture: picture.size
            ):  # of one size nothing is padded for another
                found += self._of_one_size(list(alike), min_score)
        return found

    def _of_one_size(self, pictures: list[Image.Image], min_score: float) -> list[Seen]:
        width, height = pictures[0].size
        try:
            ready = self._processor(images=pictures, return_tensors="pt")
        except ValueError as error:
            raise MediaError(
                "picture_shape", f"{self._name} cannot look at a picture of {width}×{height} pixels ({error})."
            ) from error
        pixels, mask = ready["pixel_values"], ready.get("pixel_mask")
        if self._batches is None:
            most = self._device.batch_size(tuple(pixels.shape[-2:]))
            self._batches = BackingOff(min(most, _MOST_ON_CPU) if self._device.memory_bytes is None else most)
        answers = self._batches.run(lambda part: self._forward(part, mask), pixels)
        if not torch.isfinite(answers[..., :4]).all():
            raise ConfigurationError("detector_not_finite", f"{self._name} answers with what is no number.")
        seen_width, seen_height = self._seen_size(pixels, mask, (width, height))
        given = self._processor.post_process_object_detection(
            SimpleNamespace(logits=answers[..., 4:], pred_boxes=answers[..., :4]),
            threshold=min_score,
            target_sizes=[(seen_height, seen_width)] * len(pictures),
        )
        return [Seen(width, height, self._things(one, width, height)) for one in given]

    def _forward(self, pixels: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
        """(n, queries, 4 + labels): boxes beside logits, so that parts of a batch are joined like any tensor."""
        inputs = {"pixel_values": pixels.to(self._device.name)}
        if mask is not None and self._takes_mask:
            inputs["pixel_mask"] = mask[:1].expand(len(pixels), -1, -1).to(self._device.name)
        with torch.inference_mode():
            answer = self._model(**inputs)
            return torch.cat([answer.pred_boxes, answer.logits], dim=-1).float().cpu()

    def _seen_size(self, pixels: torch.Tensor, mask: torch.Tensor | None, size: tuple[int, int]) -> tuple[float, float]:
        """Of what boxes are fractions, in pixels of the picture (width, height).

        A model that is told which part is padding counts from the picture itself; one that is not, from all that it
        was given, which then reaches beyond the picture.
        """
        if mask is None or self._takes_mask:
            return size
        used_height, used_width = int(mask[0].any(1).sum()), int(mask[0].any(0).sum())
        height, width = pixels.shape[-2:]
        return size[0] * width / used_width, size[1] * height / used_height

    def _things(self, given: dict[str, torch.Tensor], width: int, height: int) -> tuple[Detection, ...]:
        names = self._model.config.id2label
        rows = zip(given["scores"].tolist(), given["labels"].tolist(), given["boxes"].tolist(), strict=True)
        things = (
            Detection(
                str(names.get(label, label)),
                score,
                min(max(x0, 0.0), width),
                min(max(y0, 0.0), height),
                min(max(x1, 0.0), width),
                min(max(y1, 0.0), height),
            )
            for score, label, (x0, y0, x1, y1) in rows
        )
        there = (one for one in things if one.x0 < one.x1 and one.y0 < one.y1)
        return tuple(sorted(there, key=lambda one: -one.score))


def load_transformers(source: ModelFolder | HubRepository, device: str) -> TransformersDetector:
    """Load a checkpoint; raises what `registry.get_detector` says."""
    chosen = devices.choose(device)
    folder = checkpoint_folder(source)
    declare_missing_operators()
    from transformers import AutoImageProcessor, AutoModelForObjectDetection
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # type: ignore[no-untyped-call]  # a bar a checkpoint, in the midst of whatever the terminal shows
    try:
        processor = AutoImageProcessor.from_pretrained(folder, local_files_only=True)  # type: ignore[no-untyped-call]
        model, loading = AutoModelForObjectDetection.from_pretrained(
            folder, local_files_only=True, use_safetensors=True, dtype=torch.float32, output_loading_info=True
        )
    except Exception as error:
        raise _explained(folder, error) from error
    if missing := loading["missing_keys"]:
        raise ConfigurationError(
            "checkpoint_mismatch",
            f"The weights in {folder} lack {len(missing)} of the model's tensors ({sorted(missing)[0]}, …): fetch the "
            "complete checkpoint.",
        )
    if not hasattr(processor, "post_process_object_detection"):
        raise _unsupported(folder, "its image processor makes no boxes")
    try:
        model.eval().requires_grad_(False).to(chosen.name)
    except RuntimeError as error:
        raise _explained(folder, error) from error
    return TransformersDetector(model, processor, chosen, str(folder))


def _explained(folder: object, error: Exception) -> Exception:
    if is_out_of_memory(error):
        return PassingError("out_of_memory", f"The detector in {folder} does not fit into the memory of the device.")
    if is_of_device(error):
        return device_failed(error)
    return _unsupported(folder, " ".join(str(error).split())[:300])


def _unsupported(folder: object, why: str) -> ConfigurationError:
    return ConfigurationError(
        "detector_unsupported",
        f"The checkpoint in {folder} cannot be loaded as an object detector of the transformers library ({why}). "
        "Such are DETR, RT-DETR, RT-DETRv2, D-FINE, RF-DETR; the file may also be damaged: fetch it again.",
    )
