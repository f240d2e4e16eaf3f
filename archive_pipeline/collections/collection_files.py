"""YAML files → collections. Whatever is wrong in a file is said with file and line, and harms no other file."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from archive_pipeline.collections.kept_model import kept_model
from archive_pipeline.collections.model import ArchiveList, Collection, Schedule
from archive_pipeline.collections.yaml_files import FileProblem, read_bounded, yaml_files
from archive_pipeline.collections.yaml_lines import YamlFile, YamlFileError, how_to_write, read_yaml
from archive_pipeline.errors import ConfigurationError
from archive_pipeline.settings import CollectionFolders
from archive_pipeline.suggestions import did_you_mean


@dataclass(frozen=True)
class _Read:
    """A file that was read: its collection, or what is wrong with it and which name it claims all the same."""

    file: Path
    name: str
    collection: Collection | None
    problems: tuple[FileProblem, ...]
    lines: YamlFile | None

    def conflict(self, key: str, message: str) -> FileProblem:
        return FileProblem(self.file, self.lines.line((key,)) if self.lines else None, message)


def load_collections(folders: CollectionFolders) -> tuple[list[Collection], list[FileProblem]]:
    """Every collection of the folders, sorted by name, and every problem, sorted by file.

    Where two files are at odds (one name, or one source inside the other) the one of the earlier folder stands, then a
    file named like its collection, then the first by file name. A file that is wrong keeps its name, so that no other
    file can take the place, and with it the videos, of a collection that has just been mistyped.
    """
    read = [(rank, _read(file, folders)) for rank, file in _files(folders.described)]
    read.sort(key=lambda ranked: (ranked[0], ranked[1].file.stem != ranked[1].name, ranked[1].file.name))
    standing: list[_Read] = []
    problems: list[FileProblem] = []
    for _, candidate in read:
        conflict = _conflict(candidate, standing)
        problems += [*candidate.problems, *([conflict] if conflict else [])]
        if not conflict:
            standing.append(candidate)
    collections = [entry.collection for entry in standing if entry.collection]
    collections.sort(key=lambda collection: collection.name)
    return collections, sorted(problems, key=lambda problem: (str(problem.file), problem.line or 0))


def find_collection(name: str, folders: CollectionFolders) -> Collection:
    """The collection of that name. Raises ConfigurationError (`wrong_collection`, `unknown_collection`)."""
    collections, problems = load_collections(folders)
    for collection in collections:
        if collection.name == name:
            return collection
    about = [str(problem) for problem in problems if problem.file.stem == name]
    if about:
        raise ConfigurationError("wrong_collection", f"The file of collection {name} is wrong: {'; '.join(about)}")
    known = [collection.name for collection in collections]
    names = f"known are {', '.join(known)}" if known else f"there is none in {', '.join(map(str, folders.described))}"
    raise ConfigurationError(
        "unknown_collection", f"There is no collection {name!r}{did_you_mean(name, known)}; {names}."
    )


def overlapping(source: Path, collections: Iterable[Collection]) -> Collection | None:
    """The first collection whose source is `source`, lies inside it or holds it; symlinks resolved."""
    real = source.resolve()
    for collection in collections:
        other = collection.source.resolve()
        if real == other or real in other.parents or other in real.parents:
            return collection
    return None


def _files(folders: Sequence[Path]) -> Iterator[tuple[int, Path]]:
    seen: set[str] = set()
    for rank, folder in enumerate(folders):
        for file in yaml_files(folder):
            real = os.path.realpath(file)
            if real not in seen:
                seen.add(real)
                yield rank, file


def _read(file: Path, folders: CollectionFolders) -> _Read:
    name = file.stem
    parsed: YamlFile | None = None
    try:
        parsed = read_yaml(read_bounded(file, "collection"))
        if isinstance(parsed.values.get("name"), str):
            name = parsed.values["name"]
        values = {"name": name} | parsed.values
        if isinstance(values.get("tags"), dict):  # text, whatever else YAML would take it for
            values["tags"] = {key: parsed.texts.get(("tags", str(key)), value) for key, value in values["tags"].items()}
        known: dict[str, Any] = {"folder": file.parent.resolve(), "mounts": folders.mounts}
        if not values.get("model"):
            known["model"] = kept_model(folders.lake, str(values["name"]))
        collection = Collection.model_validate(values, context=known)
    except YamlFileError as error:
        problems = [FileProblem(file, error.line, error.message)]
    except ValidationError as error:
        assert parsed is not None
        problems = [_problem(file, parsed, details) for details in error.errors() if _is_cause(details)]
    else:
        return _Read(file, collection.name, collection, (), parsed)
    return _Read(file, name, None, tuple(problems), parsed)


def _is_cause(details: ErrorDetails) -> bool:
    return details["type"] != "default_factory_not_called"


def sentences(error: ValidationError) -> list[str]:
    """What is wrong with the values of a collection, each in a sentence that begins with the key."""
    return [_sentence(details) for details in error.errors() if _is_cause(details)]


def _place(details: ErrorDetails) -> list[Any]:
    place: list[Any] = [part for part in details["loc"] if part != "[key]"]
    key = details.get("ctx", {}).get("key")
    return place if key is None else [*place, key]


def _sentence(details: ErrorDetails) -> str:
    place, context = _place(details), details.get("ctx", {})
    key = ".".join(str(part) for part in place)
    match details["type"]:
        case "extra_forbidden":
            inside: dict[object, type[BaseModel]] = {"schedule": Schedule, "list": ArchiveList}
            allowed = inside.get(place[0], Collection).model_fields
            return f"unknown key {key!r}{did_you_mean(str(place[-1]), allowed)}"
        case "missing":
            return f"{key} is missing"
        case "value_error":
            return f"{key}: {context['error']}" if key else str(context["error"])
        case "parameter":
            return f"{'.'.join(map(str, place[:-1]))}: {details['msg']}"
        case _:
            message = f"{key}: {details['msg'][0].lower()}{details['msg'][1:]}, not {details['input']!r}"
            return message + how_to_write(details["type"], details["input"])


def _problem(file: Path, parsed: YamlFile, details: ErrorDetails) -> FileProblem:
    place, message = _place(details), _sentence(details)
    if place == ["name"] and not parsed.lines.get(("name",)):
        message += "; without `name:` a collection is named after its file"
    if not place and ("watch",) in parsed.lines:  # what concerns the whole file: watch and schedule
        place = ["watch"]
    return FileProblem(file, parsed.line(place), message)


def _conflict(candidate: _Read, standing: Sequence[_Read]) -> FileProblem | None:
    mine = candidate.collection
    for other in standing:
        if other.name == candidate.name:
            return candidate.conflict("name", f"collection {candidate.name!r} is described in {other.file} already")
        if mine and other.collection and overlapping(mine.source, [other.collection]):
            return candidate.conflict(
                "source",
                f"the source {mine.source} and that of collection {other.name!r} "
                f"({other.collection.source}, {other.file}) hold the same files; a video belongs to one collection",
            )
    return None
