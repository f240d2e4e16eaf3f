"""Groups keep their ids, and with them the names that people gave, when a collection is organised anew."""

import numpy as np
import polars as pl
from numpy.typing import NDArray


def matched(former: NDArray[np.int32], now: NDArray[np.int32], least_overlap: float = 0.5) -> dict[int, int]:
    """Which former group each present one continues, by the pictures that both know.

    `former`, `now` (n,) labels of the same n pictures, below 0 for none. A group continues the one with which it has
    the largest share in common (intersection over union), at least `least_overlap`; each is continued once. At more
    than a half no two can claim one; ties at a half go to the lower label.
    """
    both = (former >= 0) & (now >= 0)
    pairs = pl.DataFrame({"former": former[both], "now": now[both]}).group_by("former", "now").len("common")
    sizes = [pl.DataFrame({name: labels[labels >= 0]}).group_by(name).len(f"n_{name}")
             for name, labels in (("former", former), ("now", now))]  # fmt: skip
    shares = (
        pairs.join(sizes[0], on="former")
        .join(sizes[1], on="now")
        .with_columns(share=pl.col("common") / (pl.col("n_former") + pl.col("n_now") - pl.col("common")))
        .filter(pl.col("share") >= least_overlap)
        .sort(["share", "former", "now"], descending=[True, False, False])
    )
    continued: dict[int, int] = {}
    taken: set[int] = set()
    for before, after in shares.select("former", "now").rows():
        if after not in continued and before not in taken:
            continued[after] = before
            taken.add(before)
    return continued
