"""YAML files → policies. Whatever is wrong in a file is said with file and line, and harms no other file."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from archive_pipeline.collections.suggestions import did_you_mean
from archive_pipeline.collections.yaml_lines import YamlFile, YamlFileError, read_yaml
from archive_pipeline.errors import ConfigurationError
from archive_pipeline.language.findings.policy import Policy, Question
from archive_pipeline.naming import readable

SHIPPED = Path(__file__).parents[1] / "policies"
_SUFFIXES = (".yaml", ".yml")
_LARGEST_BYTES = 1_000_000
_EXAMPLE = "`title:`, `version:`, `instructions:` and `questions:`"


@dataclass(frozen=True)
class PolicyProblem:
    """Something wrong in a policy's file; the file counts as absent until it is put right."""

    file: Path
    line: int | None
    """From 1; None where no line is to blame."""
    message: str

    def __str__(self) -> str:
        file = readable(os.fsencode(self.file))
        return f"{file}:{self.line}: {self.message}" if self.line else f"{file}: {self.message}"


def load_policies(own: Path) -> tuple[dict[str, Policy], list[PolicyProblem]]:
    """Every policy by name, sorted: the shipped ones and those of the folder `own`, which win by name.

    A file that is wrong keeps its name: no shipped policy steps in for one that has just been mistyped.
    """
    found: dict[str, Policy] = {}
    problems: list[PolicyProblem] = []
    for folder in (SHIPPED, own):
        for file in _files(folder):
            read = read_policy(file)
            if isinstance(read, Policy):
                found[read.name] = read
            else:
                problems += read
                found.pop(file.stem, None)
    return dict(sorted(found.items())), problems


def read_policy(file: Path) -> Policy | list[PolicyProblem]:
    """The policy of one file, or everything that is wrong with it. A file is read again when it has changed."""
    try:
        status = file.stat()
    except OSError as error:
        return [PolicyProblem(file, None, f"the file cannot be read: {error.strerror}")]
    return _read(file, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=64)
def _read(file: Path, mtime_ns: int, size: int) -> Policy | list[PolicyProblem]:  # noqa: ARG001
    try:
        with file.open("rb") as opened:
            text = opened.read(_LARGEST_BYTES + 1)
        if len(text) > _LARGEST_BYTES:
            raise YamlFileError(None, "the file is over a megabyte; this is no policy")
        parsed = read_yaml(text, _EXAMPLE)
    except OSError as error:
        return [PolicyProblem(file, None, f"the file cannot be read: {error.strerror}")]
    except YamlFileError as error:
        return [PolicyProblem(file, error.line, error.message)]
    try:
        return Policy.model_validate({"name": file.stem} | parsed.values)
    except ValidationError as error:
        return [_problem(file, parsed, details) for details in error.errors()]


def chosen(names: Sequence[str], known: Mapping[str, Policy], problems: Sequence[PolicyProblem]) -> list[Policy]:
    """The policies of these names. Raises ConfigurationError `wrong_policy`, `unknown_policy`."""
    for name in names:
        if name in known:
            continue
        about = [str(problem) for problem in problems if problem.file.stem == name]
        if about:
            raise ConfigurationError("wrong_policy", f"The file of policy {name} is wrong: {'; '.join(about)}")
        raise ConfigurationError(
            "unknown_policy", f"There is no policy {name!r}{did_you_mean(name, known)}; known are {', '.join(known)}."
        )
    return [known[name] for name in dict.fromkeys(names)]


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(file for file in folder.iterdir() if file.suffix in _SUFFIXES and not file.name.startswith("."))


def _problem(file: Path, parsed: YamlFile, details: ErrorDetails) -> PolicyProblem:
    place = [
        part for part in details["loc"] if part not in ("[key]", "str", "constrained-str") and "[" not in str(part)
    ]
    key = ".".join(str(part) for part in place)
    match details["type"]:
        case "extra_forbidden":
            allowed = Question.model_fields if place[0] == "questions" else Policy.model_fields
            message = f"unknown key {key!r}{did_you_mean(str(place[-1]), allowed)}"
        case "missing":
            message = f"{key} is missing"
        case "value_error":
            cause = str(details.get("ctx", {}).get("error", details["msg"]))
            message = f"{key}: {cause}" if key else cause
        case _:
            message = f"{key}: {details['msg'][0].lower()}{details['msg'][1:]}"
    return PolicyProblem(file, parsed.line(place), message)
