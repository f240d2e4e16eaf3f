"""The model: what its files say, and the tokens it reads."""

import gzip
import json
from collections import Counter
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

from archive_pipeline.encoders.torchvision_operators import import_open_clip
from archive_pipeline.simulator.casting import cast_place, cast_subjects
from archive_pipeline.simulator.facts import Facts
from archive_pipeline.simulator.world import CARDS, LANGUAGES
from archive_pipeline.training.pictures import SIDE
from archive_pipeline.training.questions import say

MERGES_FILE = "merges.txt.gz"
N_MERGES = 512
EMBEDDING = 256
# Means and deviations of the channels: those of CLIP, so that nothing differs from every other model without need.
MEAN, STD = [0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711]


def configuration(vocabulary: int) -> dict[str, Any]:
    """The contents of `open_clip_config.json`."""
    return {
        "model_cfg": {
            "embed_dim": EMBEDDING,
            "custom_text": True,
            "vision_cfg": {
                "timm_model_name": "resnet10t",
                "timm_model_pretrained": False,
                "timm_pool": "",
                "timm_proj": "linear",
                "image_size": SIDE,
            },
            "text_cfg": {
                "context_length": 32,
                "vocab_size": vocabulary,
                "width": 192,
                "heads": 3,
                "layers": 2,
                "tokenizer_kwargs": {"bpe_path": MERGES_FILE},
            },
        },
        "preprocess_cfg": {"mean": MEAN, "std": STD, "interpolation": "bicubic", "resize_mode": "squash"},
    }


def prepare_folder(folder: Path) -> int:
    """Write configuration and merges for a new model; returns the size of its vocabulary."""
    folder.mkdir(parents=True, exist_ok=True)
    merges = _learn_merges(_words(), N_MERGES)
    vocabulary = 512 + len(merges) + 2  # bytes, bytes that end a word, merges, start and end of text
    text = "\n".join(["#version: archive-tiny", *(" ".join(pair) for pair in merges)])
    # No time stamp and no name inside, so that the same merges are the same file.
    with (folder / MERGES_FILE).open("wb") as raw, gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as file:
        file.write(text.encode())
    written = json.dumps(configuration(vocabulary), indent=2) + "\n"
    (folder / "open_clip_config.json").write_text(written, encoding="utf-8")
    return vocabulary


def _words() -> Counter[str]:
    random = Random("archive-tiny/words")
    words: Counter[str] = Counter()
    for card in CARDS:
        words.update(word for language in LANGUAGES for word in say(Facts(card=card), random, language).split())
    for _ in range(4000):
        facts = cast_subjects(random, cast_place(random))
        words.update(word for language in LANGUAGES for word in say(facts, random, language).split())
    return words


def _learn_merges(words: Counter[str], n: int) -> list[tuple[str, str]]:
    """Byte pair encoding (Sennrich et al. 2016) in the byte alphabet of CLIP's tokenizer."""
    alphabet = import_open_clip().tokenizer.bytes_to_unicode()
    spelled = {word: [alphabet[byte] for byte in word.encode()] for word in words}
    for letters in spelled.values():
        letters[-1] += "</w>"
    merges: list[tuple[str, str]] = []
    while len(merges) < n:
        pairs: Counter[tuple[str, str]] = Counter()
        for word, parts in spelled.items():
            for pair in pairwise(parts):
                pairs[pair] += words[word]
        if not pairs:
            break
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        merges.append(best)
        for word, parts in spelled.items():
            spelled[word] = _merged(parts, best)
    return merges


def _merged(parts: list[str], pair: tuple[str, str]) -> list[str]:
    result: list[str] = []
    for part in parts:
        if result and (result[-1], part) == pair:
            result[-1] += part
        else:
            result.append(part)
    return result
