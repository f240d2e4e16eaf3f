"""Models made without drawing the random numbers that their weights replace a moment later."""

from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

# What torch.nn.init does itself is not seen here once it is let through, so that it is kept out by name.
_FILLS = frozenset(
    {
        *(torch.Tensor.normal_, torch.Tensor.uniform_, torch.Tensor.erfinv_),  # erfinv_: truncated normals of timm
        *(nn.init.normal_, nn.init.uniform_, nn.init.trunc_normal_),
        *(nn.init.xavier_normal_, nn.init.xavier_uniform_, nn.init.kaiming_normal_, nn.init.kaiming_uniform_),
    }
)
_DRAWS = frozenset({torch.randn, torch.rand})


class WithoutRandomWeights(TorchFunctionMode):
    """Within it nothing random is drawn: such tensors hold whatever lay in memory.

    Only for models whose weights are then loaded strictly, so that none is missed; what is computed otherwise (masks,
    positions, zeros and ones) is made as ever. A third to a half of the processor time of loading went into it
    (docs/performance.md).
    """

    def __torch_function__(
        self,
        func: Any,
        types: Iterable[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        options = dict(kwargs or {})
        if func in _FILLS:
            return args[0] if args else options["tensor"]
        if func in _DRAWS:
            options.pop("generator", None)
            return torch.empty(*args, **options)
        return func(*args, **options)
