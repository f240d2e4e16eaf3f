"""Policies as people edit them: the text of one, read by the loader's own rules, and put where own policies lie."""

from collections.abc import Sequence
from pathlib import Path

from archive_pipeline.collections.yaml_files import FileProblem, read_bounded, yaml_files
from archive_pipeline.collections.yaml_lines import YamlFileError
from archive_pipeline.durability import write_atomically
from archive_pipeline.errors import RequestError
from archive_pipeline.language.findings.policy import Policy
from archive_pipeline.language.findings.policy_files import SHIPPED, load_policies, parse_policy, read_policy
from archive_pipeline.locking import file_lock

MOST_TEXT = 100_000
"""Characters of a policy; the shipped one has some 6,000."""


def written_policy(name: str, own: Sequence[Path]) -> tuple[str, bool]:
    """(text, whether it is a file of the folders `own`) of a policy. Raises RequestError `unknown_policy`, and
    `wrong_policy` where its file cannot be read or is too large to be one."""
    for folder in (*reversed(own), SHIPPED):
        if file := _file_of(name, folder):
            try:
                return read_bounded(file, "policy").decode("utf-8", "replace"), folder != SHIPPED
            except YamlFileError as error:
                raise RequestError("wrong_policy", f"{file}: {error.message}.") from error
    raise RequestError("unknown_policy", f"There is no policy {name!r}.")


def read_draft(name: str, text: str, own: Sequence[Path]) -> Policy:
    """Raises RequestError `wrong_policy`, with the line of each thing that is wrong."""
    if len(text) > MOST_TEXT:
        raise RequestError("wrong_policy", f"A policy has at most {MOST_TEXT:,} characters.")
    read = parse_policy(own[-1] / f"{name}.yaml", text.encode("utf-8", "replace"))
    if isinstance(read, list):
        raise RequestError("wrong_policy", "; ".join(map(_told, read)))
    if read.name != name:
        raise RequestError("wrong_policy", f"It says `name: {read.name}`, and is to be kept as {name}.")
    return read


def adopt(name: str, text: str, own: Sequence[Path]) -> tuple[Policy, Path]:
    """Write it where it lies among the folders `own`, else to the last of them, from where every run reads it; returns
    the policy and its file. Raises as `read_draft`, and RequestError `same_version` where it says otherwise than a
    policy of that name and version."""
    draft = read_draft(name, text, own)
    with file_lock(own[-1] / ".adopting"):  # two people may write the same next version
        before = load_policies(own)[0].get(name)
        if before and before.digest != draft.digest and draft.version <= before.version:
            raise RequestError(
                "same_version",
                f"Answers are kept with the policy's version, and version {before.version} of {name} says something "
                f"else: write `version: {before.version + 1}`.",
            )
        lying = (_file_of(name, folder) for folder in reversed(own))
        file = next(filter(None, lying), own[-1] / f"{name}.yaml")
        if file.exists() and isinstance(other := read_policy(file), Policy) and other.name != name:
            raise RequestError("wrong_policy", f"{file} holds the policy {other.name}: give this one another name.")
        write_atomically(file, text.encode("utf-8", "replace"))
    return draft, file


def _file_of(name: str, folder: Path) -> Path | None:
    for file in yaml_files(folder):
        read = read_policy(file)
        if (read.name if isinstance(read, Policy) else file.stem) == name:
            return file
    return None


def _told(problem: FileProblem) -> str:
    return f"line {problem.line}: {problem.message}" if problem.line else problem.message
