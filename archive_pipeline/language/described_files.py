"""Vocabularies and policies are files that people write: read once for each change, chosen by name."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from archive_pipeline.collections.yaml_files import FileProblem, read_bounded, unreadable, yaml_files
from archive_pipeline.collections.yaml_lines import YamlFile, YamlFileError, how_to_write, read_yaml
from archive_pipeline.errors import ConfigurationError
from archive_pipeline.suggestions import did_you_mean


class Described(BaseModel):
    """What one file describes, under a name: its own, or that of the file."""

    name: str


Model = TypeVar("Model", bound=Described)


@dataclass(frozen=True)
class DescribedFiles(Generic[Model]):
    """One kind of such files."""

    what: str
    """What one describes, in the singular; part of error codes."""
    model: type[Model]
    example: str
    """The keys that one needs, for a file that has none of them."""
    problem: Callable[[Path, YamlFile, ErrorDetails], FileProblem]
    """What pydantic found wrong, for people."""

    def read(self, file: Path) -> Model | list[FileProblem]:
        """What one file describes, or everything that is wrong with it. It is read again when it has changed."""
        try:
            status = file.stat()
        except OSError as error:
            return [FileProblem(file, None, unreadable(error).message)]
        found: Model | list[FileProblem] = _read(self, file, status.st_mtime_ns, status.st_size)
        return found

    def parse(self, file: Path, written: bytes) -> Model | list[FileProblem]:
        """The same of what is to be written there."""
        try:
            parsed = read_yaml(written, self.example)
        except YamlFileError as error:
            return [FileProblem(file, error.line, error.message)]
        try:
            return self.model.model_validate({"name": file.stem} | parsed.values)
        except ValidationError as error:
            return [self.problem(file, parsed, details) for details in error.errors()]

    def load(self, *folders: Path) -> tuple[dict[str, Model], list[FileProblem]]:
        """Everything by name, sorted, and what is wrong; a later folder wins by name.

        A file that is wrong keeps its name: nothing of an earlier folder steps in for one that was just mistyped. Of
        two files of one folder that describe the same name, the first counts, and the other is a problem.
        """
        found: dict[str, Model] = {}
        problems: list[FileProblem] = []
        for folder in folders:
            described: dict[str, Path] = {}
            for file in yaml_files(folder):
                read = self.read(file)
                if isinstance(read, list):
                    problems += read
                    found.pop(file.stem, None)
                elif read.name in described:
                    taken = f"{self.what} {read.name!r} is described in {described[read.name]} already"
                    problems.append(FileProblem(file, None, taken))
                else:
                    found[read.name] = read
                    described[read.name] = file
        return dict(sorted(found.items())), problems

    def chosen(self, names: Sequence[str], known: Mapping[str, Model], problems: Sequence[FileProblem]) -> list[Model]:
        """Those of these names, each once. Raises ConfigurationError `wrong_<what>`, `unknown_<what>`."""
        for name in names:
            if name in known:
                continue
            about = [str(problem) for problem in problems if problem.file.stem == name]
            if about:
                message = f"The file of {self.what} {name} is wrong: {'; '.join(about)}"
                raise ConfigurationError(f"wrong_{self.what}", message)
            raise ConfigurationError(
                f"unknown_{self.what}",
                f"There is no {self.what} {name!r}{did_you_mean(name, known)}; known are {', '.join(known)}.",
            )
        return [known[name] for name in dict.fromkeys(names)]


@lru_cache(maxsize=256)  # a run asks several times, and the shipped vocabularies alone take 0.16 s
def _read(kind: DescribedFiles[Any], file: Path, mtime_ns: int, size: int) -> Any:  # noqa: ARG001
    try:
        written = read_bounded(file, kind.what)
    except YamlFileError as error:
        return [FileProblem(file, error.line, error.message)]
    return kind.parse(file, written)


def explained(details: ErrorDetails, place: Sequence[int | str], allowed: Iterable[str]) -> str:
    """One of pydantic's errors as a sentence; `place` is where it is, `allowed` the keys that may stand there."""
    key = ".".join(str(part) for part in place)
    match details["type"]:
        case "extra_forbidden":
            return f"unknown key {key!r}{did_you_mean(str(place[-1]), allowed)}"
        case "missing":
            return f"{key} is missing"
        case "value_error":
            cause = str(details.get("ctx", {}).get("error", details["msg"]))
            return f"{key}: {cause}" if key else cause
        case _:
            hint = how_to_write(details["type"], details["input"])
            return f"{key}: {details['msg'][0].lower()}{details['msg'][1:]}{hint}"
