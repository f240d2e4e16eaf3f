"""Where the files of a tokenizer of the transformers library are, and how they get here: once, like weights."""

import importlib.util
from pathlib import Path

from archive_pipeline.encoders.downloads import reach_hub, reason
from archive_pipeline.encoders.torchvision_operators import import_open_clip
from archive_pipeline.errors import ConfigurationError

# All that AutoTokenizer looks at. Repositories hold weights beside them, which nobody asked for.
_FILES = ("tokenizer*", "special_tokens*", "added_tokens*", "vocab*", "merges*", "*.model", "config.json")
_SIGNS = ("tokenizer.json", "tokenizer_config.json")


def require_tokenizer(architecture: str) -> None:
    """Return when the tokenizer of an architecture is on this machine; open_clip's own is always.

    Raises ConfigurationError `model_needs_transformers` where that library is needed and missing, and what
    `tokenizer_folder` raises.
    """
    repository = import_open_clip().get_model_config(architecture)["text_cfg"].get("hf_tokenizer_name")
    if not repository:
        return
    if importlib.util.find_spec("transformers") is None:
        raise ConfigurationError(
            "model_needs_transformers",
            f"The texts of {architecture} are read by a tokenizer of the transformers library: "
            "`pip install -c constraints.txt transformers`.",
        )
    tokenizer_folder(repository)


def tokenizer_folder(repository: str) -> Path:
    """The folder of a tokenizer that the Hugging Face hub has: from its cache without asking the network, which costs
    23 s where there is none, else downloaded.

    Raises ConfigurationError `tokenizer_unavailable` where neither works.
    """
    from huggingface_hub import snapshot_download, try_to_load_from_cache

    for file in _SIGNS:
        found = try_to_load_from_cache(repository, file)
        if isinstance(found, str):
            return Path(found).parent
    try:
        reach_hub()
        return Path(snapshot_download(repository, allow_patterns=list(_FILES)))
    except (OSError, RuntimeError, ValueError) as error:  # what urllib and huggingface_hub raise
        raise ConfigurationError(
            "tokenizer_unavailable",
            f"The tokenizer {repository} is not on this machine and cannot be downloaded ({reason(error)}). Run this "
            "once on a machine with network and copy its cache (HF_HOME), or use a folder that holds configuration, "
            "weights and tokenizer (`local-dir:/path`).",
        ) from error
