"""The one door to open_clip: torchvision made importable beside a torch that its native library does not fit."""

import functools
import importlib.util
import threading
from pathlib import Path
from types import ModuleType
from typing import Any

from archive_pipeline.encoders.transformers_when_needed import transformers_when_needed

# Kept for the life of the process: the operators vanish with the library object that declared them.
_declared: list[Any] = []
_turn = threading.Lock()  # they can be declared once

# Importing torchvision registers shape functions for these two, which fails where nothing declared them. Only their
# schemas are needed: nothing in open_clip calls them.
_SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)


@functools.cache
def import_open_clip() -> ModuleType:
    """open_clip, imported so that it also works where torchvision's native library cannot load.

    PyPI's torchvision is built for CUDA; beside the CPU build of torch its import ends with `operator torchvision::nms
    does not exist`.
    """
    declare_missing_operators()
    with transformers_when_needed():
        import open_clip

    return open_clip  # type: ignore[no-any-return]


def declare_missing_operators() -> bool:
    """Declare torchvision's operators if, and only if, its native library does not load; true if that was needed."""
    import torch

    with _turn:
        if _declared or not (library := _native_library()):
            return bool(_declared)
        try:
            torch.ops.load_library(str(library))  # type: ignore[no-untyped-call]
        except OSError:
            declaration = torch.library.Library("torchvision", "DEF")  # type: ignore[no-untyped-call]
            for schema in _SCHEMAS:
                declaration.define(schema)  # type: ignore[no-untyped-call]
            _declared.append(declaration)
        return bool(_declared)


def _native_library() -> Path | None:
    """The compiled part of the installed torchvision, found without importing it; None if it has none."""
    spec = importlib.util.find_spec("torchvision")
    if spec is None or spec.origin is None:
        return None
    return next((file for file in Path(spec.origin).parent.glob("_C*") if file.suffix in {".so", ".pyd"}), None)
