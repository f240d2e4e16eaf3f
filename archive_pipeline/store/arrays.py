"""Between lake tables and the arrays that the domain works on."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

_UNIT_TOLERANCE = 1e-3


def embedding_matrix(rows: pl.DataFrame) -> NDArray[np.float32]:
    """The column `embedding` as float32 (n, d); (0, 0) where there are no rows."""
    if rows.is_empty():
        return np.zeros((0, 0), np.float32)
    width = len(rows["embedding"][0])
    return rows["embedding"].explode(empty_as_null=False).to_numpy().reshape(rows.height, width)


def n_not_unit(matrix: NDArray[np.float32]) -> int:
    """How many rows are not of length 1, or not finite."""
    return int(np.sum(~(np.abs(np.linalg.norm(matrix, axis=1) - 1) <= _UNIT_TOLERANCE)))  # NaN is wrong, too


def embedding_rows(key: str, keys: NDArray[np.int32] | list[str], matrix: NDArray[np.float32]) -> pl.DataFrame:
    """A frame of `key` and `embedding`, one row for each row of `matrix` (n, d)."""
    vectors = pl.Series(matrix, dtype=pl.Array(pl.Float32, matrix.shape[1]))
    return pl.DataFrame({key: keys, "embedding": vectors.arr.to_list()})
