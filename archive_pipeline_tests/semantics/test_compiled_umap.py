import json
import subprocess
import sys

import numpy as np

from archive_pipeline.semantics.organisation.projection import project

_AGAIN = """
import json, sys
import numpy as np
from numba.core import event
from archive_pipeline.semantics.organisation.compiled_umap import import_umap
from archive_pipeline.semantics.organisation.projection import project
import_umap()
with event.install_recorder("numba:compile") as compiled:
    positions = project(np.array(json.load(sys.stdin), np.float32))
functions = [one.data["dispatcher"].py_func for _, one in compiled.buffer if one.is_start]
print(json.dumps([positions.tolist(), [one.__name__ for one in functions if one.__module__.startswith("umap")]]))
"""


def test_what_one_process_compiled_another_need_not_and_places_alike() -> None:
    vectors = np.random.default_rng(3).normal(size=(40, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    here = project(vectors)
    given = json.dumps(vectors.tolist())
    other = subprocess.run([sys.executable, "-c", _AGAIN], input=given, capture_output=True, text=True, check=True)
    positions, compiled = json.loads(other.stdout)
    assert compiled == []
    assert np.array_equal(np.array(positions, np.float32), here)
