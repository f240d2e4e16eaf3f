"""Imported by every Python that starts with this folder on PYTHONPATH: vLLM's server and the processes that it starts.

With the CPU build of torch, torchvision's compiled operators cannot load, and importing it fails unless somebody
declared two of them before (archive_pipeline.encoders.torchvision_operators does the same for open_clip).
"""

import sys
from importlib.abc import MetaPathFinder
from typing import Any

_kept: list[Any] = []  # the operators vanish with the object that declared them


class _BeforeTorchvision(MetaPathFinder):
    def find_spec(self, fullname: str, path: Any, target: Any = None) -> None:  # noqa: ARG002 (the protocol's)
        if fullname == "torchvision":
            sys.meta_path.remove(self)
            import torch

            library = torch.library.Library("torchvision", "DEF")
            for operator in ("nms", "qnms"):
                library.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
            _kept.append(library)


sys.meta_path.insert(0, _BeforeTorchvision())
