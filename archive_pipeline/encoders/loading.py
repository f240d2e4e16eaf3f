"""From the name of an encoder to a model on its device. Imported only where a model is about to be loaded."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from archive_pipeline.encoders import devices, preprocessing
from archive_pipeline.encoders.device_errors import device_failed, is_of_device, is_out_of_memory
from archive_pipeline.encoders.encoder import Encoder, Tokenizer
from archive_pipeline.encoders.identity import identify
from archive_pipeline.encoders.names import CheckpointFile, ModelFolder, PretrainedTag, Source, parse
from archive_pipeline.encoders.tokenizer import load_tokenizer
from archive_pipeline.encoders.torchvision_operators import import_open_clip
from archive_pipeline.encoders.weights import pretrained_configuration, pretrained_weights, require_available
from archive_pipeline.encoders.without_random_weights import WithoutRandomWeights
from archive_pipeline.errors import ConfigurationError, PassingError

_TRANSFORM_KEYS = ("mean", "std", "interpolation", "resize_mode", "fill_color")


def load(name: str, device: str = "auto") -> Encoder:
    """Load an encoder; seconds to minutes, mostly reading weights.

    Raises ConfigurationError: what `require_available` raises, `device_unavailable`, `checkpoint_mismatch` for weights
    of another architecture or incomplete ones, `checkpoint_unreadable`, `tokenizer_mismatch`. Raises PassingError
    `out_of_memory` and `device_failed`.
    """
    chosen = devices.choose(device)
    require_available(name)
    source = parse(name)
    model = _model(source, chosen, name)
    return _encoder(name, identify(name), _located(source), model, chosen)


def load_untrained(architecture: str, device: str = "auto", seed: int = 0) -> Encoder:
    """An architecture with random weights from a seed: for measuring and testing where no weights can be had."""
    chosen = devices.choose(device)
    model = _untrained(architecture, chosen, seed)
    text_config = import_open_clip().get_model_config(architecture)["text_cfg"]

    def tokenizer(texts: list[str]) -> torch.Tensor:
        return load_tokenizer(architecture, text_config)(texts)  # not before it is asked: it may want a network

    name = f"{architecture}/untrained"
    return _encoder(name, f"{name}:{seed}", architecture, model, chosen, tokenizer)


def _encoder(
    name: str, identity: str, located: str, model: Any, device: devices.Device, tokenizer: Tokenizer | None = None
) -> Encoder:
    model.eval().requires_grad_(False)
    if device.kind == "cpu":
        model.visual.to(device.dtype)
    config = import_open_clip().get_model_config(located)
    return Encoder(
        name=name,
        identity=identity,
        model=model,
        tokenizer=tokenizer or load_tokenizer(located, config["text_cfg"]),
        preprocessing=preprocessing.of_model(model),
        device=device,
        dimension=int(config["embed_dim"]),
    )


def _model(source: Source, device: devices.Device, name: str) -> Any:
    match source:
        case ModelFolder():
            return _with_weights(name, device, source.weights or source.folder, _located(source), None)
        case CheckpointFile():
            return _with_weights(name, device, source.file, source.architecture, {})
        case PretrainedTag():
            # By path, so that open_clip does not ask the network about a file that is here; its transform goes along.
            known = pretrained_configuration(source)
            transform = {key: known[key] for key in _TRANSFORM_KEYS if key in known}
            return _with_weights(name, device, pretrained_weights(source), source.architecture, transform)


def _with_weights(name: str, device: devices.Device, file: Path, located: str, transform: dict[str, Any] | None) -> Any:
    open_clip = import_open_clip()
    try:
        with WithoutRandomWeights(), _without_warning_of_random_weights():
            model = open_clip.create_model(
                located,
                load_weights=False,
                pretrained_text=False,
                precision=device.loaded_in,
                device=device.name,
                force_preprocess_cfg=transform,
            )
        _keep_calibration(model)
        open_clip.load_checkpoint(model, str(file))
    except Exception as error:
        raise _explained(name, file, error) from error
    return model


def _keep_calibration(model: Any) -> None:
    """What turns cosines into probabilities stays in float32, before weights are put in: on a GPU open_clip makes all
    of a SigLIP bfloat16, which has three digits: of a bias of -16.54 it leaves -16.5, a probability 1.04 times as high.
    """
    for parameter in (model.logit_scale, model.logit_bias):
        if parameter is not None:
            parameter.data = parameter.data.float()


def _untrained(located: str, device: devices.Device, seed: int) -> Any:
    with torch.random.fork_rng(devices=[]), _without_warning_of_random_weights():
        torch.manual_seed(seed)
        model = import_open_clip().create_model(
            located, load_weights=False, pretrained_text=False, precision=device.loaded_in
        )
    return model.to(device.name)


def _located(source: Source) -> str:
    """How open_clip calls the architecture of a source."""
    match source:
        case ModelFolder():
            return f"local-dir:{source.folder}"
        case _:
            return source.architecture


def _explained(name: str, file: Path, error: Exception) -> Exception:
    """What went wrong in open_clip or torch, as an error that a person can act on."""
    if is_out_of_memory(error):
        return PassingError("out_of_memory", f"The model {name} does not fit into the memory of the device.")
    text = " ".join(str(error).split())[:300]
    if is_of_device(error):
        return device_failed(error)
    if _is_readable(file):
        return ConfigurationError(
            "checkpoint_mismatch",
            f"The weights in {file} are not those of the model “{name}” ({text}). Name the "
            "architecture that they were trained with, or get the complete file.",
        )
    return ConfigurationError(
        "checkpoint_unreadable",
        f"The model “{name}” cannot be loaded from {file} ({type(error).__name__}: {text}). The file may "
        "be incomplete (delete it and fetch it again) or of another kind; .safetensors and state dicts saved by "
        "torch.save are read.",
    )


def _is_readable(file: Path) -> bool:
    """Whether a file holds weights at all; asked only after loading failed."""
    try:
        import_open_clip().factory.load_state_dict(str(file))
    except Exception:
        return False
    return True


@contextmanager
def _without_warning_of_random_weights() -> Iterator[None]:
    """open_clip warns through the root logger that weights are random; here they are meant to be."""

    def is_another(record: logging.LogRecord) -> bool:
        message = record.getMessage()
        return "No pretrained weights loaded" not in message and "no CLIP weights found" not in message

    root = logging.getLogger()
    root.addFilter(is_another)
    try:
        yield
    finally:
        root.removeFilter(is_another)
