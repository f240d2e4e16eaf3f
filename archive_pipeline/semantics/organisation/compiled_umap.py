"""UMAP, compiled once for a machine and not once for every process that makes a map."""

from functools import cache
from typing import Any


@cache
def import_umap() -> Any:
    """`umap`, whose compiled functions numba keeps beside it, or in the user's cache where that cannot be written.

    UMAP asks numba for that with some of its functions only. The rest took 10 s of processor in every process, for 60
    points (measured 2026-11-29); kept, 0.1 s. They are compiled again where numba, the processor or UMAP change.
    """
    import umap  # brings numba: seconds and 100 MB, so only where something is placed or grouped
    from numba.core.dispatcher import Dispatcher

    for module in (umap.distances, umap.layouts, umap.umap_, umap.utils):
        for function in vars(module).values():
            if isinstance(function, Dispatcher):
                function.enable_caching()
    return umap
