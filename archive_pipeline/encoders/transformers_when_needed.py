"""open_clip without the transformers library, until a text tower of that library is made.

Importing it takes 0.7 s of processor time, a quarter of what an encoder's process needs until its model is there
(docs/performance.md); open_clip does so for captions and for towers such as XLM-R's. Its tokenizers import what they
need by themselves.
"""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_LIBRARY = "transformers"


@contextmanager
def transformers_when_needed() -> Iterator[None]:
    """Import open_clip in this block."""
    if _LIBRARY in sys.modules:
        yield
        return
    sys.modules[_LIBRARY] = None  # type: ignore[assignment]  # for Python: not installed
    try:
        yield
    finally:
        del sys.modules[_LIBRARY]
    open_clip_model: Any = sys.modules["open_clip.model"]

    def text_tower(*arguments: Any, **options: Any) -> Any:
        tower = importlib.reload(sys.modules["open_clip.hf_model"]).HFTextEncoder
        open_clip_model.HFTextEncoder = tower
        return tower(*arguments, **options)

    open_clip_model.HFTextEncoder = text_tower
