"""open_clip without the transformers library, until a text tower of that library is made.

Importing it takes 0.7 s of processor time, a quarter of what an encoder's process needs until its model is there
(docs/performance.md); open_clip does so for captions and for towers such as XLM-R's. Its tokenizers import what they
need by themselves. Other threads, which load detectors or a model beside this one, find the library all the while.
"""

import importlib
import importlib.abc
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_LIBRARY = "transformers"
_turn = threading.RLock()


class _NotInstalled(importlib.abc.MetaPathFinder):
    """For the thread that made it, and for no other."""

    def __init__(self) -> None:
        self._thread = threading.get_ident()

    def find_spec(self, name: str, *_: object) -> None:
        if name == _LIBRARY and threading.get_ident() == self._thread:
            raise ModuleNotFoundError(f"{name} is imported when it is needed", name=name)


@contextmanager
def transformers_when_needed() -> Iterator[None]:
    """Import open_clip in this block; of several threads the others wait."""
    with _turn:
        if _LIBRARY in sys.modules or "open_clip" in sys.modules:
            yield
            return
        finder = _NotInstalled()
        sys.meta_path.insert(0, finder)
        try:
            yield
        finally:
            sys.meta_path.remove(finder)
        _read_when_made()


def _read_when_made() -> None:
    """Have the first text tower of the library read it."""
    open_clip_model: Any = sys.modules["open_clip.model"]

    def text_tower(*arguments: Any, **options: Any) -> Any:
        with _turn:  # of towers that are made at once one reads it, and all are of one class
            if open_clip_model.HFTextEncoder is text_tower:
                open_clip_model.HFTextEncoder = importlib.reload(sys.modules["open_clip.hf_model"]).HFTextEncoder
        return open_clip_model.HFTextEncoder(*arguments, **options)

    open_clip_model.HFTextEncoder = text_tower
