"""Where the weights of a pretrained model are, and how they get here: the caches and the download code of open_clip."""

from pathlib import Path, PurePosixPath
from typing import Any

from archive_pipeline.encoders.downloads import reach, reach_hub, reason
from archive_pipeline.encoders.identity import missing_file
from archive_pipeline.encoders.names import (
    WEIGHTS_FILES,
    CheckpointFile,
    ModelFolder,
    PretrainedTag,
    parse,
    suggestion,
)
from archive_pipeline.encoders.tokenizer_files import require_tokenizer
from archive_pipeline.encoders.torchvision_operators import import_open_clip
from archive_pipeline.errors import ConfigurationError


def require_available(name: str) -> None:
    """Return when the weights of an encoder are on this machine, downloading them if need be.

    Raises ConfigurationError: `model_unavailable` within seconds where there is no file and no network,
    `model_unknown` for a name that open_clip does not have, `quickgelu_mismatch` (see `pretrained_configuration`), and
    what `tokenizer_files.require_tokenizer` raises.
    """
    source = parse(name)
    match source:
        case PretrainedTag():
            pretrained_weights(source)
            require_tokenizer(source.architecture)
        case CheckpointFile():
            _require_file(source.file, name)
            require_tokenizer(source.architecture)
        case ModelFolder():
            _require_file(source.config, name)
            _require_file(source.weights or source.folder / WEIGHTS_FILES[0], name)


def pretrained_configuration(source: PretrainedTag) -> dict[str, Any]:
    """What open_clip knows about a pretrained tag: its addresses, mean, std, interpolation, resize mode, quick_gelu.

    Raises ConfigurationError `model_unknown` for a tag that the architecture does not have, and `quickgelu_mismatch`
    where weights trained with the QuickGELU activation would be put into an architecture without it or the other way
    round, which open_clip only warns of while every embedding comes out wrong.
    """
    open_clip = import_open_clip()
    architecture, tag = source.architecture, source.tag
    known: dict[str, Any] = open_clip.get_pretrained_cfg(architecture, tag)
    if not known:
        tags = open_clip.list_pretrained_tags_by_model(architecture)
        raise ConfigurationError(
            "model_unknown",
            f"{architecture} has no weights named “{tag}”. {suggestion(tag, tags)}It has: {', '.join(tags) or 'none'}.",
        )
    trained_quick = bool(known.get("quick_gelu", False))
    built_quick = bool(open_clip.get_model_config(architecture).get("quick_gelu", False))
    twin = f"{architecture}-quickgelu" if trained_quick else architecture.removesuffix("-quickgelu")
    # Without a twin open_clip's list is wrong, not the architecture (roberta-ViT-B-32, published with QuickGELU).
    if trained_quick != built_quick and open_clip.get_pretrained_cfg(twin, tag) and twin != architecture:
        raise ConfigurationError(
            "quickgelu_mismatch",
            f"The weights “{tag}” were trained {'with' if trained_quick else 'without'} QuickGELU and {architecture} "
            f"is built {'with' if built_quick else 'without'} it: its embeddings would be wrong. Use {twin}/{tag}.",
        )
    return known


def pretrained_weights(source: PretrainedTag) -> Path:
    """The file of a pretrained tag: from the cache without asking the network, else downloaded by open_clip.

    Raises ConfigurationError `model_unavailable` where neither works.
    """
    known = pretrained_configuration(source)
    if cached := _cached(known):
        return cached
    name = f"{source.architecture}/{source.tag}"
    try:
        reach_hub() if known.get("hf_hub") else reach(known["url"])
        return Path(import_open_clip().download_pretrained(known))
    except (OSError, RuntimeError, ValueError) as error:  # what urllib, huggingface_hub and open_clip raise
        raise ConfigurationError(
            "model_unavailable",
            f"The weights of {name} are not on this machine and cannot be downloaded ({reason(error)}). To try the "
            f"system use `--model archive-tiny`; for real work run this once on a machine with network and copy its "
            f"cache, or name a local checkpoint (`{source.architecture}@/path/weights.safetensors`).",
        ) from error


def _cached(known: dict[str, Any]) -> Path | None:
    if not known.get("hf_hub"):
        file = Path("~/.cache/clip").expanduser() / PurePosixPath(known["url"]).name
        return file if file.is_file() else None
    from huggingface_hub import try_to_load_from_cache

    repository, written = known["hf_hub"].rsplit("/", 1)
    file_name = written or "open_clip_pytorch_model.bin"
    safe = "open_clip_model.safetensors" if not written else str(PurePosixPath(written).with_suffix(".safetensors"))
    for candidate in (safe, file_name):
        found = try_to_load_from_cache(repository, candidate)
        if isinstance(found, str):
            return Path(found)
    return None


def _require_file(file: Path, name: str) -> None:
    try:
        file.open("rb").close()
    except OSError as error:
        raise missing_file(file, name, error) from error
