"""YAML files → vocabularies. Whatever is wrong in a file is said with file and line, and harms no other file."""

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
from archive_pipeline.language.concepts.vocabulary import Entry, Vocabulary
from archive_pipeline.naming import readable

SHIPPED = Path(__file__).parents[1] / "vocabularies"
_SUFFIXES = (".yaml", ".yml")
_LARGEST_BYTES = 1_000_000
_EXAMPLE = "`title:`, `kind:` and `entries:`"


@dataclass(frozen=True)
class VocabularyProblem:
    """Something wrong in a vocabulary's file; the file counts as absent until it is put right."""

    file: Path
    line: int | None
    """From 1; None where no line is to blame."""
    message: str

    def __str__(self) -> str:
        file = readable(os.fsencode(self.file))
        return f"{file}:{self.line}: {self.message}" if self.line else f"{file}: {self.message}"


def read_vocabulary(file: Path) -> Vocabulary | list[VocabularyProblem]:
    """The vocabulary of one file, or everything that is wrong with it. A file is read again when it has changed."""
    try:
        status = file.stat()
    except OSError as error:
        return [VocabularyProblem(file, None, f"the file cannot be read: {error.strerror}")]
    return _read(file, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=256)  # a run asks several times, and the shipped ones alone take 0.16 s
def _read(file: Path, mtime_ns: int, size: int) -> Vocabulary | list[VocabularyProblem]:  # noqa: ARG001
    try:
        with file.open("rb") as opened:
            text = opened.read(_LARGEST_BYTES + 1)
        if len(text) > _LARGEST_BYTES:
            raise YamlFileError(None, "the file is over a megabyte; this is no vocabulary")
        parsed = read_yaml(text, _EXAMPLE)
    except OSError as error:
        return [VocabularyProblem(file, None, f"the file cannot be read: {error.strerror}")]
    except YamlFileError as error:
        return [VocabularyProblem(file, error.line, error.message)]
    try:
        return Vocabulary.model_validate({"name": file.stem} | parsed.values)
    except ValidationError as error:
        return [_problem(file, parsed, details) for details in error.errors()]


def load_vocabularies(own: Path) -> tuple[dict[str, Vocabulary], list[VocabularyProblem]]:
    """Every vocabulary by name, sorted: the shipped ones and those of the folder `own`, which win by name.

    A file that is wrong keeps its name: no shipped vocabulary steps in for one that has just been mistyped.
    """
    found: dict[str, Vocabulary] = {}
    problems: list[VocabularyProblem] = []
    for folder in (SHIPPED, own):
        described: dict[str, Path] = {}
        for file in _files(folder):
            read = read_vocabulary(file)
            if not isinstance(read, Vocabulary):
                problems += read
                found.pop(file.stem, None)
            elif read.name in described:
                taken = f"vocabulary {read.name!r} is described in {described[read.name]} already"
                problems.append(VocabularyProblem(file, None, taken))
            else:
                found[read.name] = read
                described[read.name] = file
    return dict(sorted(found.items())), problems


def shipped_vocabularies() -> dict[str, Vocabulary]:
    """Those in the package, by name, whatever stands in their place."""
    read = (read_vocabulary(file) for file in _files(SHIPPED))
    return {found.name: found for found in read if isinstance(found, Vocabulary)}


def chosen(
    names: Sequence[str], known: Mapping[str, Vocabulary], problems: Sequence[VocabularyProblem]
) -> list[Vocabulary]:
    """The vocabularies of these names. Raises ConfigurationError `wrong_vocabulary`, `unknown_vocabulary`."""
    for name in names:
        if name in known:
            continue
        about = [str(problem) for problem in problems if problem.file.stem == name]
        if about:
            raise ConfigurationError("wrong_vocabulary", f"The file of vocabulary {name} is wrong: {'; '.join(about)}")
        raise ConfigurationError(
            "unknown_vocabulary",
            f"There is no vocabulary {name!r}{did_you_mean(name, known)}; known are {', '.join(known)}.",
        )
    return [known[name] for name in dict.fromkeys(names)]


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(file for file in folder.iterdir() if file.suffix in _SUFFIXES and not file.name.startswith("."))


def _problem(file: Path, parsed: YamlFile, details: ErrorDetails) -> VocabularyProblem:
    place = [part for part in details["loc"] if part != "[key]"]
    key = ".".join(str(part) for part in place)
    match details["type"]:
        case "extra_forbidden":
            allowed = Entry.model_fields if place[0] == "entries" else Vocabulary.model_fields
            message = f"unknown key {key!r}{did_you_mean(str(place[-1]), allowed)}"
        case "missing":
            message = f"{key} is missing"
        case "value_error":
            cause = str(details.get("ctx", {}).get("error", details["msg"]))
            message = f"{key}: {cause}" if key else cause
        case _:
            message = f"{key}: {details['msg'][0].lower()}{details['msg'][1:]}"
            if details["type"] == "string_type" and isinstance(details["input"], bool | int | float):
                message += f", not {details['input']!r}; put it in quotes"
    if not place:  # what concerns the whole file names its entry, if one is to blame
        place = _entry_to_blame(message)
    return VocabularyProblem(file, parsed.line(place), message)


def _entry_to_blame(message: str) -> list[int | str]:
    words = message.split()
    return ["entries", words[1].rstrip(":")] if words[0] == "entry" else ["kind"]
