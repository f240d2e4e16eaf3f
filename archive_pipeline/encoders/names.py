"""Names of encoders: what a person writes in a collection's `model:` and what it stands for.

Nothing here imports torch, so that a collection can be checked in milliseconds.
"""

import difflib
import importlib.util
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from archive_pipeline.errors import ConfigurationError

DEFAULT_MODEL = "ViT-B-16-SigLIP2-256/webli"
"""Multilingual, 768 numbers a vector, Apache-2.0: questions are in Spanish as often as in English."""
ALIASES = {"siglip2": DEFAULT_MODEL, "clip": "ViT-L-14-quickgelu/openai"}
"""Short names of models. What is stored and compared is the whole name: see `canonical`."""
BUNDLED_MODEL = "archive-tiny"
BUNDLED_FOLDER = Path(__file__).parent / "archive_tiny"

CONFIG_FILE = "open_clip_config.json"
# The order in which open_clip itself prefers them; the identity must hash the very file that is loaded.
WEIGHTS_FILES = ("open_clip_model.safetensors", "open_clip_pytorch_model.safetensors", "open_clip_pytorch_model.bin")

_FOLDER_PREFIX = "local-dir:"
_ARCHITECTURE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_FORMS = (
    f"`{DEFAULT_MODEL}` (open_clip architecture/tag), `ViT-B-32@/path/weights.safetensors` (architecture@checkpoint), "
    f"`{_FOLDER_PREFIX}/path` (a folder with {CONFIG_FILE} and {WEIGHTS_FILES[0]}), "
    f"{', '.join(f'`{alias}`' for alias in ALIASES)} (short for two of them) or `{BUNDLED_MODEL}` (to try)"
)


@dataclass(frozen=True)
class PretrainedTag:
    """`ViT-B-16-SigLIP2-256/webli`: weights that open_clip knows by name and can download."""

    architecture: str
    tag: str


@dataclass(frozen=True)
class CheckpointFile:
    """`ViT-B-32@/path/weights.pt`: an open_clip architecture, weights from a file (.pt, .pth, .bin, .safetensors)."""

    architecture: str
    file: Path


@dataclass(frozen=True)
class ModelFolder:
    """`local-dir:/path`: configuration, weights and tokenizer together, as open_clip pushes them to a hub."""

    folder: Path

    @property
    def config(self) -> Path:
        return self.folder / CONFIG_FILE

    @property
    def weights(self) -> Path | None:
        """The weights that open_clip would load, None if there are none."""
        candidates = (self.folder / file for file in WEIGHTS_FILES)
        return next((file for file in candidates if file.is_file()), None)


Source = PretrainedTag | CheckpointFile | ModelFolder


def canonical(name: str) -> str:
    """The whole name of a model that was named by an alias; any other name as it is.

    To be asked wherever a person's word for a model is first taken down, so that one model has one name from there on.
    """
    return ALIASES.get(name, name)


def parse(name: str) -> Source:
    """What the name of an encoder, or its alias, stands for; files are not looked at, so they may still be missing.

    Raises ConfigurationError `model_unknown` for a name that has none of the forms, names an architecture that
    open_clip does not have, or a path that is not absolute (stages run in processes with other working directories).
    """
    name = canonical(name)
    if name == BUNDLED_MODEL:
        return ModelFolder(BUNDLED_FOLDER)
    if name.startswith(_FOLDER_PREFIX):
        return ModelFolder(_absolute(name.removeprefix(_FOLDER_PREFIX), name))
    architecture, separator, rest = _split(name)
    if not rest or not _ARCHITECTURE.fullmatch(architecture):
        raise ConfigurationError("model_unknown", f"“{name}” is not the name of a model. {_hint(name)}Write {_FORMS}.")
    if architecture not in architectures():
        raise ConfigurationError(
            "model_unknown", f"open_clip has no architecture “{architecture}”. {_hint(architecture)}Write {_FORMS}."
        )
    if separator == "@":
        return CheckpointFile(architecture, _absolute(rest, name))
    return PretrainedTag(architecture, rest.lower().replace("-", "_"))  # open_clip's own spelling of tags


@cache
def architectures() -> frozenset[str]:
    """The architectures of the installed open_clip, read from its configuration files without importing it."""
    spec = importlib.util.find_spec("open_clip")
    if spec is None or spec.origin is None:
        raise ConfigurationError("open_clip_missing", "open_clip is not installed: `pip install open_clip_torch`.")
    return frozenset(file.stem for file in (Path(spec.origin).parent / "model_configs").glob("*.json"))


def suggestion(wrong: str, known: frozenset[str] | list[str]) -> str:
    """“Did you mean …? ” or nothing; ends in a space so that a sentence can follow."""
    by_lower = {word.lower(): word for word in sorted(known)}
    near = [by_lower[word] for word in difflib.get_close_matches(wrong.lower(), by_lower, n=3, cutoff=0.6)]
    return f"Did you mean {' or '.join(near)}? " if near else ""


def _hint(wrong: str) -> str:
    if wrong in architectures():
        return f"“{wrong}” is an architecture: say which weights. "
    return suggestion(wrong, architectures() | {BUNDLED_MODEL, DEFAULT_MODEL, *ALIASES})


def _split(name: str) -> tuple[str, str, str]:
    """Architecture, `@` or `/` (whichever comes first: paths hold slashes, tags hold neither), and the rest."""
    found = re.search(r"[@/]", name)
    if not found:
        return name, "", ""
    return name[: found.start()], found.group(), name[found.end() :]


def _absolute(written: str, name: str) -> Path:
    path = Path(written).expanduser()
    if not written or not path.is_absolute():
        raise ConfigurationError(
            "model_unknown",
            f"The path in the model's name must be absolute: {name.removesuffix(written)}{path.absolute()}",
        )
    return path
