"""A SigLIP2 in small: random weights, its kind of heads, and a tokenizer like Gemma's made from a few sentences."""

import json
from pathlib import Path

import torch
from tokenizers import Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import BPE
from tokenizers.trainers import BpeTrainer

from archive_pipeline.encoders.torchvision_operators import import_open_clip

CONTEXT = 64
PAD, EOS, BOS = 0, 1, 2
SCALE, BIAS = 112.0, -16.54  # of the size that the published SigLIP2 learned; bfloat16 has neither
_SPECIAL = ("<pad>", "<eos>", "<bos>", "<unk>", "<mask>")
_SENTENCES = ("a red boat on a beach at night", "un barco rojo en una playa", "dos personas bajo un paraguas amarillo")
_GEMMA_S = processors.TemplateProcessing(single="<bos> $A", pair="<bos> $A <bos> $B", special_tokens=[("<bos>", BOS)])
"""What a tokenizer.json of Gemma says: a beginning and no end."""


def make_tokenizer(folder: Path, **settings: object) -> int:
    """Write tokenizer.json and tokenizer_config.json; returns the number of tokens."""
    tokenizer = Tokenizer(BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    byte_tokens = [f"<0x{byte:02X}>" for byte in range(256)]
    trainer = BpeTrainer(vocab_size=600, special_tokens=[*_SPECIAL, *byte_tokens], show_progress=False)
    tokenizer.train_from_iterator(_SENTENCES, trainer)
    tokenizer.post_processor = _GEMMA_S
    tokenizer.save(str(folder / "tokenizer.json"))
    said = {f"{name}_token": f"<{name}>" for name in ("pad", "eos", "bos", "unk", "mask")}
    said |= {"tokenizer_class": "GemmaTokenizer", "add_bos_token": False, "add_eos_token": True, **settings}
    (folder / "tokenizer_config.json").write_text(json.dumps(said))
    return int(tokenizer.get_vocab_size())


def make_siglip(folder: Path) -> Path:
    """The model's folder: configuration as open_clip has it for ViT-B-16-SigLIP2-256, but small."""
    from safetensors.torch import save_file

    folder.mkdir(exist_ok=True)
    text = {"context_length": CONTEXT, "vocab_size": make_tokenizer(folder), "hf_tokenizer_name": "nobody/nothing"}
    text |= {"tokenizer_kwargs": {"clean": "canonicalize"}, "width": 48, "heads": 2, "layers": 2, "pool_type": "last"}
    text |= {"no_causal_mask": True, "proj_bias": True, "norm_kwargs": {"eps": 1e-6}}
    vision = {"image_size": 64, "timm_model_name": "test_vit", "timm_model_pretrained": False}
    vision |= {"timm_pool": "map", "timm_proj": "none"}
    model = {"embed_dim": 64, "init_logit_bias": -10, "vision_cfg": vision, "text_cfg": text}
    seen = {"mean": [0.5] * 3, "std": [0.5] * 3, "interpolation": "bicubic", "resize_mode": "squash"}
    (folder / "open_clip_config.json").write_text(
        json.dumps({"model_cfg": model | {"custom_text": True}, "preprocess_cfg": seen})
    )
    with torch.random.fork_rng():
        torch.manual_seed(11)
        made = import_open_clip().CustomTextCLIP(**model)
    with torch.no_grad():
        made.logit_scale.fill_(torch.tensor(SCALE).log())
        made.logit_bias.fill_(BIAS)
    save_file(made.state_dict(), folder / "open_clip_model.safetensors")
    return folder
