"""`python -m archive_pipeline.encoders.untrained ARCHITECTURE FILE`: a checkpoint of random weights, in half precision,
which costs what a trained one costs: for measuring where no weights can be had."""

import subprocess
import sys
from pathlib import Path

from archive_pipeline.encoders.names import architectures


def with_weights(name: str, folder: Path) -> str:
    """The name of an encoder: `name` itself, or, where that is an architecture alone, `name` with a checkpoint of
    random weights that is written into `folder`, by a process of its own (torch)."""
    if name in architectures():
        subprocess.run([sys.executable, "-m", __name__, name, str(_file(name, folder))], check=True)
    return name_with_weights(name, folder)


def name_with_weights(name: str, folder: Path) -> str:
    """What `with_weights` gave, once it has written them."""
    return f"{name}@{_file(name, folder)}" if name in architectures() else name


def _file(architecture: str, folder: Path) -> Path:
    return folder / f"{architecture}.pt"


def _write(architecture: str, file: Path) -> None:
    import torch

    from archive_pipeline.encoders.torchvision_operators import import_open_clip

    weights = import_open_clip().create_model(architecture, load_weights=False).state_dict()
    half = {name: tensor.half() if tensor.is_floating_point() else tensor for name, tensor in weights.items()}
    torch.save(half, file)


if __name__ == "__main__":
    _write(sys.argv[1], Path(sys.argv[2]))
