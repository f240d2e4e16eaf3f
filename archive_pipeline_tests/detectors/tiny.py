"""Checkpoints with random weights, small enough to be made in a test, in the folders that `save_pretrained` writes."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from archive_pipeline.encoders.torchvision_operators import declare_missing_operators

declare_missing_operators()
LABELS = {0: "person", 1: "car", 2: "dog"}
_OF_RT_DETR: dict[str, Any] = {
    "encoder_in_channels": [8, 16, 16],
    "encoder_hidden_dim": 16,
    "encoder_ffn_dim": 16,
    "encoder_attention_heads": 2,
    "decoder_in_channels": [16, 16, 16],
    "d_model": 16,
    "decoder_ffn_dim": 16,
    "decoder_layers": 2,
    "decoder_attention_heads": 2,
}
"""Sizes of RT-DETR's encoder and decoder, which D-FINE has, too."""


def _backbone() -> Any:
    from transformers import RTDetrResNetConfig

    return RTDetrResNetConfig(
        embedding_size=8,
        hidden_sizes=[8, 8, 16, 16],
        depths=[1, 1, 1, 1],
        layer_type="basic",
        out_features=["stage2", "stage3", "stage4"],
    )


def rt_detr_v2() -> tuple[Any, Any]:
    from transformers import RTDetrImageProcessor, RTDetrV2Config, RTDetrV2ForObjectDetection

    config = RTDetrV2Config(
        backbone_config=_backbone(),
        **_OF_RT_DETR,
        num_queries=10,
        id2label=LABELS,
    )
    return RTDetrV2ForObjectDetection(config), RTDetrImageProcessor(size={"height": 64, "width": 64})


def d_fine() -> tuple[Any, Any]:
    from transformers import DFineConfig, DFineForObjectDetection, HGNetV2Config, RTDetrImageProcessor

    backbone = HGNetV2Config(
        embedding_size=8,
        stem_channels=[3, 8, 8],
        hidden_sizes=[8, 8, 16, 16],
        depths=[1, 1, 1, 1],
        stage_in_channels=[8, 8, 8, 16],
        stage_mid_channels=[8, 8, 8, 16],
        stage_out_channels=[8, 8, 16, 16],
        stage_num_blocks=[1, 1, 1, 1],
        stage_downsample=[False, True, True, True],
        stage_light_block=[False, False, True, True],
        stage_kernel_size=[3, 3, 5, 5],
        stage_numb_of_layers=[1, 1, 1, 1],
        out_features=["stage2", "stage3", "stage4"],
    )
    config = DFineConfig(
        backbone_config=backbone,
        **_OF_RT_DETR,
        decoder_n_points=[4, 4, 4],
        num_queries=10,
        id2label=LABELS,
    )
    return DFineForObjectDetection(config), RTDetrImageProcessor(size={"height": 64, "width": 64})


def detr() -> tuple[Any, Any]:
    from transformers import DetrConfig, DetrForObjectDetection, DetrImageProcessor, ResNetConfig

    backbone = ResNetConfig(
        embedding_size=8, hidden_sizes=[8, 8, 16, 16], depths=[1, 1, 1, 1], layer_type="basic", out_features=["stage4"]
    )
    config = DetrConfig(
        use_timm_backbone=False,
        backbone=None,
        use_pretrained_backbone=False,
        backbone_config=backbone,
        d_model=16,
        encoder_layers=1,
        decoder_layers=1,
        encoder_ffn_dim=16,
        decoder_ffn_dim=16,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        num_queries=10,
        id2label=LABELS,
    )
    return DetrForObjectDetection(config), DetrImageProcessor(size={"shortest_edge": 64, "longest_edge": 128})


def rf_detr() -> tuple[Any, Any]:
    from transformers import RfDetrConfig, RfDetrForObjectDetection, RfDetrImageProcessor

    config = RfDetrConfig(
        backbone_config={
            "model_type": "rf_detr_dinov2",
            "hidden_size": 16,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "patch_size": 16,
            "num_windows": 1,
            "out_indices": [1, 2],
            "image_size": 64,
        },
        d_model=16,
        decoder_layers=1,
        decoder_self_attention_heads=2,
        decoder_cross_attention_heads=2,
        decoder_ffn_dim=16,
        num_queries=10,
        group_detr=1,
        id2label=LABELS,
    )
    return RfDetrForObjectDetection(config), RfDetrImageProcessor(size={"height": 64, "width": 64})


KINDS = {"rt_detr_v2": rt_detr_v2, "d_fine": d_fine, "detr": detr, "rf_detr": rf_detr}


def saved(kind: str, folder: Path, seed: int = 0) -> Path:
    """The checkpoint of a kind, with random weights from a seed."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model, processor = KINDS[kind]()
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder


Known = tuple[str, float, tuple[float, float, float, float]]
"""A label, its score (above 1/3), and its box: x0, y0, x1, y1 as fractions of the picture."""


def answering(folder: Path, found: Sequence[Known]) -> Path:
    """A real YOLOS whose weights make it find the same in every picture, whatever that shows.

    Its layers add nothing to the tokens that boxes are read from, each of which is an axis of its own; the heads read
    that axis and answer what was planted there.
    """
    from transformers import YolosConfig, YolosForObjectDetection, YolosImageProcessor

    config = YolosConfig(
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        image_size=[64, 64],
        patch_size=16,
        num_detection_tokens=len(found),
        use_mid_position_embeddings=False,
        id2label=LABELS,
    )
    model = YolosForObjectDetection(config)
    for parameter in model.parameters():
        parameter.data.zero_()
    tokens = torch.eye(16)[: len(found)]
    model.vit.embeddings.detection_tokens.data[0] = tokens
    model.vit.layernorm.weight.data.fill_(1)
    read = torch.relu(torch.nn.functional.layer_norm(tokens, (16,), eps=config.layer_norm_eps)).max()
    for head, answers in ((model.class_labels_classifier, _logits(found)), (model.bbox_predictor, _corners(found))):
        for layer in head.layers[:-1]:
            layer.weight.data = torch.eye(16)
        head.layers[-1].weight.data[:, : len(found)] = answers.T / read
    model.save_pretrained(folder)
    YolosImageProcessor(size={"shortest_edge": 64, "longest_edge": 128}).save_pretrained(folder)
    return folder


def _logits(found: Sequence[Known]) -> torch.Tensor:
    """(n, labels + 1): the softmax of which gives the label its score, the others the rest in equal parts."""
    rows = []
    for label, score, _ in found:
        rest = math.log((1 - score) / len(LABELS))
        rows.append([math.log(score) if name == label else rest for name in (*LABELS.values(), "nothing")])
    return torch.tensor(rows)


def _corners(found: Sequence[Known]) -> torch.Tensor:
    """(n, 4): the logits of center and size."""
    boxes = torch.tensor([box for _, _, box in found])
    x0, y0, x1, y1 = boxes.unbind(1)
    return torch.logit(torch.stack([(x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0], dim=1))
