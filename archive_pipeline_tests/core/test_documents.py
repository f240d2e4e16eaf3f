"""What the documents and docstrings name exists."""

import ast
import re
from pathlib import Path

import pytest

import archive_pipeline

PROJECT = Path(archive_pipeline.__file__).parents[1]
PAGES = [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *sorted((PROJECT / "docs").glob("*.md"))]
MODULES = sorted((PROJECT / "archive_pipeline").rglob("*.py"))
_PYTHON_FILE = re.compile(r"(?<![\w<*])((?:[\w.-]+/)*\w+\.py)\b")
_DOTTED = re.compile(r"(?<![\w/])archive_pipeline(?:\.[a-z_0-9]+)+")
_FILES = ["/" + str(file.relative_to(PROJECT)) for file in PROJECT.glob("archive_pipeline*/**/*.py")]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_documents_name_modules_that_exist(page: Path) -> None:
    assert _strangers(page.read_text(encoding="utf-8")) == []


def test_docstrings_and_comments_name_modules_that_exist() -> None:
    strangers = {str(module.relative_to(PROJECT)): _strangers(_prose(module)) for module in MODULES}
    assert {name: found for name, found in strangers.items() if found} == {}


def _strangers(text: str) -> list[str]:
    """The Python files and dotted modules that `text` names and the project does not have."""
    files = [name for name in _PYTHON_FILE.findall(text) if not any(file.endswith("/" + name) for file in _FILES)]
    return files + [name for name in _DOTTED.findall(text) if not _exists(name)]


def _exists(dotted: str) -> bool:
    """Whether it is a package, a module, or something in one: what a module defines is not looked up."""
    *above, last = dotted.split(".")
    folder = PROJECT.joinpath(*above)
    return (folder / last).is_dir() or (folder / last).with_suffix(".py").is_file() or _is_module(folder)


def _is_module(path: Path) -> bool:
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def _prose(module: Path) -> str:
    source = module.read_text(encoding="utf-8")
    comments = [line.partition("#")[2] for line in source.splitlines() if "#" in line]
    nodes = [node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Expr)]
    strings = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return "\n".join([*comments, *strings])
