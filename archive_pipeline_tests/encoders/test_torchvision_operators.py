"""open_clip is importable beside a torch that torchvision's native library does not fit, and only then is it helped."""

import subprocess
import sys

from archive_pipeline_tests.thorough import thorough

DOOR = "from archive_pipeline.encoders import torchvision_operators as door; import torch; "


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)


@thorough
def test_open_clip_is_importable_and_operators_are_declared_exactly_where_the_native_library_does_not_load() -> None:
    done = run(
        DOOR + "door.import_open_clip(); import torchvision.extension as native; "
        "declared = door.declare_missing_operators(); "
        "assert declared is not native._has_ops(), (declared, native._has_ops())"
    )
    assert done.returncode == 0, done.stderr


@thorough
def test_a_native_library_that_loads_is_left_alone() -> None:
    done = run(
        DOOR + "torch.ops.load_library = lambda path: None; assert door.declare_missing_operators() is False; "
        "assert not hasattr(torch.ops.torchvision, 'nms')"
    )
    assert done.returncode == 0, done.stderr


@thorough
def test_a_text_tower_of_transformers_loads_that_library_when_it_is_made() -> None:
    done = run(
        "import sys; from archive_pipeline.encoders.torchvision_operators import import_open_clip as door; door(); "
        "assert 'transformers' not in sys.modules; "
        "import open_clip.model as model, transformers; "
        "tiny = transformers.BertConfig(vocab_size=9, hidden_size=8, num_hidden_layers=1, num_attention_heads=1); "
        "tower = model.HFTextEncoder('tiny', 4, config=tiny, pooler_type='mean_pooler', proj_type='linear'); "
        "assert type(tower) is model.HFTextEncoder and tower.transformer.config is tiny"
    )
    assert done.returncode == 0, done.stderr


def test_threads_that_load_at_once_share_one_open_clip_and_none_misses_transformers() -> None:
    """Four import open_clip; a fifth, in the midst of it, the library that open_clip is to do without; then towers."""
    done = run(
        """
import sys, threading
from concurrent.futures import ThreadPoolExecutor
from archive_pipeline.encoders.torchvision_operators import import_open_clip
import torch

begin = threading.Barrier(5)

def library():
    begin.wait()
    while "open_clip" not in sys.modules:
        pass
    import transformers
    return transformers.BertConfig

def door():
    begin.wait()
    return import_open_clip()

with ThreadPoolExecutor(5) as threads:
    wanted = threads.submit(library)
    doors = [threads.submit(door) for _ in range(4)]
    config = wanted.result()
    assert len({id(one.result()) for one in doors}) == 1
import open_clip.model as model
tiny = config(vocab_size=9, hidden_size=8, num_hidden_layers=1, num_attention_heads=1)
again = threading.Barrier(4)

def tower(_):
    again.wait()
    return model.HFTextEncoder("tiny", 4, config=tiny, pooler_type="mean_pooler", proj_type="linear")

with ThreadPoolExecutor(4) as threads:
    assert {type(made) for made in threads.map(tower, range(4))} == {model.HFTextEncoder}
"""
    )
    assert done.returncode == 0, done.stderr
