"""The tokenizer that belongs to a model, checked against it."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive_pipeline.encoders.tokenizer_files import tokenizer_folder
from archive_pipeline.encoders.torchvision_operators import import_open_clip
from archive_pipeline.encoders.transformers_tokenizer import TransformersTokenizer
from archive_pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    import torch

_FOLDER_PREFIX = "local-dir:"


def load_tokenizer(located: str, text_config: dict[str, Any]) -> "Callable[[list[str]], torch.Tensor]":
    """The tokenizer of an open_clip architecture, or of `local-dir:/folder` with its own files beside the weights.

    A folder's merges are the file that its configuration names in `tokenizer_kwargs.bpe_path`, relative to the folder,
    else its only `*.txt.gz`; open_clip would look for the former in the working directory and take its own 49,408
    words for the latter without a sound.

    Raises ConfigurationError `tokenizer_mismatch` where the tokenizer has other words than the model, and
    `tokenizer_unavailable` where it cannot be loaded.
    """
    folder = Path(located.removeprefix(_FOLDER_PREFIX)) if located.startswith(_FOLDER_PREFIX) else None
    repository = text_config.get("hf_tokenizer_name")
    try:
        if repository:
            return TransformersTokenizer(folder or tokenizer_folder(repository), text_config)
        merges = _merges(folder, text_config) if folder else None
        tokenizer = import_open_clip().get_tokenizer(located, **({"bpe_path": str(merges)} if merges else {}))
    except (OSError, ImportError, ValueError, RuntimeError) as error:
        raise ConfigurationError(
            "tokenizer_unavailable",
            f"The tokenizer of {located} cannot be loaded: {' '.join(str(error).split())[:300]}",
        ) from error
    if tokenizer.vocab_size != text_config.get("vocab_size", tokenizer.vocab_size):
        raise ConfigurationError(
            "tokenizer_mismatch",
            f"The model {located} knows {text_config['vocab_size']} tokens, its tokenizer {tokenizer.vocab_size}. Put "
            "the merges it was trained with beside its weights (*.txt.gz: a heading, one merge a line, no empty last "
            "line).",
        )
    return tokenizer  # type: ignore[no-any-return]


def _merges(folder: Path, text_config: dict[str, Any]) -> Path | None:
    written: str | None = text_config.get("tokenizer_kwargs", {}).get("bpe_path")
    if written:
        return folder.absolute() / written
    found = sorted(folder.absolute().glob("*.txt.gz"))
    return found[0] if len(found) == 1 else None
