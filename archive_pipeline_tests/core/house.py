"""The rules of the house (DESIGN §2) as functions of a package's folder: they can be tried on a planted fault, too."""

import ast
import graphlib
from collections.abc import Container, Iterator, Mapping
from pathlib import Path

FLOORS = (
    (
        "",
        "errors",
        "settings",
        "progress",
        "counting",
        "suggestions",
        "timecode",
        "locking",
        "durability",
        "interruption",
        "garbage",
        "system_errors",
    ),  # "": the package, for its version
    ("media", "encoders", "semantics", "search", "simulator", "exports"),
    ("store",),
    ("collections",),
    ("language", "detectors", "warehouse"),
    ("stages",),
    ("web", "evaluation", "training"),
    ("resources",),
    ("assets",),
    ("automation",),
    ("definitions", "cli", "__main__"),
)
"""From the ground up. A room imports from its own and from floors below; rooms of one floor leave each other alone."""

NEIGHBOURS = frozenset({("__main__", "cli")})
"""Arrows between rooms of one floor that are meant; on the ground floor all are."""

MAY_IMPORT_DAGSTER = frozenset({"assets", "automation", "resources", "definitions"})

Imports = Mapping[str, frozenset[str]]
"""By full name, every module of a package and the modules that it imports anywhere in it."""


def imports_of(package: Path) -> Imports:
    """Read off the sources, imports inside functions and for type checkers included."""
    files = {_name(package, file): file for file in package.rglob("*.py") if "_shipped" not in file.parts}
    return {name: frozenset(_imports(files.keys(), file)) for name, file in files.items()}


def room(module: str) -> str:
    """`store` of `archive_pipeline.store.lake`; empty for the package itself."""
    return module.split(".")[1] if "." in module else ""


def wrong_ways(imports: Imports) -> list[str]:
    """Every import that points up or sideways, as `module → module`."""
    height = {name: number for number, floor in enumerate(FLOORS) for name in floor}
    return [
        f"{module} → {other}"
        for module, others in imports.items()
        for other in others
        if other in imports and not _allowed(room(module), room(other), height)
    ]


def circles(imports: Imports) -> list[str]:
    """A circle of imports, as the modules on it; empty where there is none."""
    try:
        graphlib.TopologicalSorter({module: others & imports.keys() for module, others in imports.items()}).prepare()
    except graphlib.CycleError as error:
        return [str(module) for module in error.args[1]]
    return []


def dagster_imports(imports: Imports) -> list[str]:
    """Modules that import Dagster though their room may not."""
    return [
        module
        for module, others in imports.items()
        if room(module) not in MAY_IMPORT_DAGSTER and any(other.split(".")[0].startswith("dagster") for other in others)
    ]


def _allowed(here: str, there: str, height: Mapping[str, int]) -> bool:
    if here == there or (here, there) in NEIGHBOURS:
        return True
    return height[there] < height[here] or height[there] == height[here] == 0


def _name(package: Path, file: Path) -> str:
    parts = file.relative_to(package.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(modules: Container[str], file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            inside = [f"{node.module}.{name.name}" for name in node.names]
            yield from (name if name in modules else node.module for name in inside)
