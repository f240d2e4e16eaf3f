"""A tiny open_clip model with its own vocabulary of 1,026 tokens, and pictures that are told apart easily."""

import gzip
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import numpy as np
import pytest
import torch
from PIL import Image

from archive_pipeline.encoders import loading, names
from archive_pipeline.encoders.devices import Device
from archive_pipeline.encoders.encoder import Encoder
from archive_pipeline.encoders.loading import load
from archive_pipeline.encoders.torchvision_operators import import_open_clip

import_open_clip()  # before any test module imports open_clip or torchvision by itself

N_MERGES = 512
N_TOKENS = 2 * 256 + N_MERGES + 2
ARCHITECTURE = "test-tiny"
MODEL = {
    "embed_dim": 48,
    "vision_cfg": {"image_size": 64, "layers": 2, "width": 64, "head_width": 32, "patch_size": 16},
    "text_cfg": {"context_length": 24, "vocab_size": N_TOKENS, "width": 64, "heads": 2, "layers": 1},
}
PREPROCESSING = {"mean": [0.4, 0.5, 0.6], "std": [0.2, 0.25, 0.3], "interpolation": "bilinear", "resize_mode": "squash"}


@dataclass(frozen=True)
class TinyModel:
    """The same weights, saved in every way that an encoder's name can point to."""

    folder: Path
    safetensors: Path
    torch_saved: Path


def in_float32(architecture: str) -> Any:
    """The model of `load_untrained(architecture, "cpu", seed=0)`, which computes in float32 on every processor."""
    return loading._untrained(architecture, Device("cpu", "fp32", None, "CPU"), 0).eval()


@pytest.fixture(autouse=True)
def one_thread(request: pytest.FixtureRequest) -> Iterator[None]:
    """On a busy machine the threads of a tiny model wait for each other ten times as long as they compute."""
    threads = torch.get_num_threads()
    if not request.node.get_closest_marker("verify"):
        torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def merges(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first 512 merges of open_clip's own vocabulary, in the format that its tokenizer reads."""
    from open_clip.tokenizer import default_bpe

    with gzip.open(default_bpe(), "rt", encoding="utf-8") as stream:
        text = stream.read()
    lines = text.split("\n")[: N_MERGES + 1]
    file = tmp_path_factory.mktemp("merges") / "bpe_simple_vocab.txt.gz"
    file.write_bytes(gzip.compress("\n".join(lines).encode(), mtime=0))
    return file


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory, merges: Path) -> TinyModel:
    from open_clip.model import CLIP
    from safetensors.torch import save_file

    folder = tmp_path_factory.mktemp("tiny model")
    config = {"model_cfg": MODEL, "preprocess_cfg": PREPROCESSING}
    (folder / "open_clip_config.json").write_text(json.dumps(config))
    (folder / merges.name).write_bytes(merges.read_bytes())
    with torch.random.fork_rng():
        torch.manual_seed(7)
        weights = CLIP(**MODEL).state_dict()
    elsewhere = tmp_path_factory.mktemp("checkpoints")
    made = TinyModel(folder, elsewhere / "tiny.safetensors", elsewhere / "tiny.pt")
    save_file(weights, folder / "open_clip_model.safetensors")
    save_file(weights, made.safetensors)
    torch.save({"state_dict": weights, "epoch": 3}, made.torch_saved)
    return made


@pytest.fixture(scope="session")
def encoder(tiny: TinyModel) -> Encoder:
    """The tiny model from its folder; tests that change an encoder load their own."""
    return load(f"local-dir:{tiny.folder}", "cpu")


@pytest.fixture
def tiny_architecture(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, merges: Path) -> str:
    """The tiny model as an architecture of open_clip, as if it were built in."""
    from open_clip import factory

    config = MODEL | {"text_cfg": MODEL["text_cfg"] | {"tokenizer_kwargs": {"bpe_path": str(merges)}}}
    (tmp_path / f"{ARCHITECTURE}.json").write_text(json.dumps(config))
    monkeypatch.setattr(factory, "_MODEL_CONFIG_PATHS", [*factory._MODEL_CONFIG_PATHS, tmp_path])
    monkeypatch.setattr(factory, "_MODEL_CONFIGS", dict(factory._MODEL_CONFIGS))
    factory._rescan_model_configs()
    built_in = names.architectures()
    monkeypatch.setattr(names, "architectures", lambda: built_in | {ARCHITECTURE})
    return ARCHITECTURE


@pytest.fixture(scope="session")
def jpegs() -> list[bytes]:
    """41 different pictures of 160 × 90."""
    return [jpeg(seed) for seed in range(41)]


def jpeg(seed: int, size: tuple[int, int] = (160, 90), mode: str = "RGB") -> bytes:
    random = np.random.default_rng(seed)
    picture = Image.fromarray(random.integers(0, 255, (5, 8, 3), dtype=np.uint8)).resize(size).convert(mode)
    written = BytesIO()
    picture.save(written, "JPEG", quality=95)
    return written.getvalue()


@dataclass(frozen=True)
class RealFrame:
    source: Image.Image
    jpeg: bytes
    """As the frames stage stores it: shortest side 336, never enlarged."""


@pytest.fixture(scope="session")
def real_frames(footage: Path, tmp_path_factory: pytest.TempPathFactory) -> list[RealFrame]:
    """Three frames each of five real clips."""
    clips = ("bbb_first30s.webm", "tears_of_steel_battle.webm", "butterfly.mp4", "cars_overhead.mp4", "friday_bw.mp4")
    return [frame for clip in clips for frame in _frames_of(footage / clip, tmp_path_factory.mktemp("frames"))]


def _frames_of(clip: Path, folder: Path) -> list[RealFrame]:
    smaller = "scale='if(gt(iw,ih),-2,min(iw,336))':'if(gt(iw,ih),min(ih,336),-2)':flags=bicubic"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(clip)]
    graph = f"select='not(mod(n,20))*lt(n,60)',split[whole][some];[some]{smaller}[small]"
    command += ["-filter_complex", graph, "-map", "[whole]", "-fps_mode", "passthrough", str(folder / "%d.png")]
    command += ["-map", "[small]", "-fps_mode", "passthrough", "-q:v", "3", str(folder / "%d.jpg")]
    subprocess.run(command, check=True)
    pairs = [(folder / f"{n}.png", folder / f"{n}.jpg") for n in (1, 2, 3)]
    return [RealFrame(Image.open(png).convert("RGB"), jpg.read_bytes()) for png, jpg in pairs]
