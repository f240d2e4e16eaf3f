"""The commands as a whole: all are there, and each imports what it needs itself."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from archive_pipeline.cli.app import NAMES, app
from archive_pipeline.collections.embargo import cleared


def test_the_help_lists_every_command_with_its_line() -> None:
    told = CliRunner().invoke(app, ["--help"], terminal_width=200).stdout
    lines = {line.strip("│ ").split()[0]: line for line in told.splitlines() if line.startswith("│ ")}
    assert set(NAMES) <= set(lines)
    assert all(len(lines[name].strip("│ ").split()) > 3 for name in NAMES)


def test_a_misspelt_command_is_told_what_was_meant() -> None:
    told = CliRunner().invoke(app, ["statsu"])
    assert (told.exit_code, "Did you mean 'status'?" in told.output) == (2, True)


def test_status_does_not_import_what_ingest_needs() -> None:
    code = "from typer.testing import CliRunner; from archive_pipeline.cli import app; import sys"
    asked = f"{code}; CliRunner().invoke(app, ['status', '--help']); print('dagster' in sys.modules)"
    printed = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "False"


def test_who_has_the_word_has_it_for_one_command() -> None:
    CliRunner().invoke(app, ["--embargoed", "status", "--help"])
    assert not cleared.get()


def asked(home: Path, words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """A command in a shell, with an archive of its own that holds nothing."""
    own = {"ARCHIVE_HOME": str(home), "ARCHIVE_COLLECTIONS": str(home / "none"), **environment}
    command = f"{sys.executable} -m archive_pipeline {words}"
    return subprocess.run(command, shell=True, env=os.environ | own, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("ingest FILMS --model archive-tiny --fps 0", "wrong_option: fps: input should be greater than 0, not 0.0"),
        (
            "ingest FILMS --model archive-tiny --collection 'Mis Películas'",
            "wrong_option: name: 'Mis Películas' is not",
        ),
        ("ingest ''", "no_such_folder: The name is empty"),  # of a variable that is not set
    ],
)
def test_what_nobody_can_ingest_is_said_in_a_sentence(tmp_path: Path, words: str, told: str) -> None:
    (tmp_path / "films").mkdir()
    ran = asked(tmp_path / "home", words.replace("FILMS", str(tmp_path / "films")))
    assert (ran.returncode, told in ran.stderr, "Traceback" in ran.stderr) == (1, True, False), ran.stderr
    assert not (tmp_path / "home").exists() or not list((tmp_path / "home").rglob("*.yaml"))


def test_outputs_that_are_closed_full_or_of_few_letters_end_no_command_with_a_traceback(tmp_path: Path) -> None:
    assert asked(tmp_path, "collections --help >&-").returncode == 0
    full = asked(tmp_path, "status --json > /dev/full")
    assert (full.returncode, full.stderr.count("disk_full: A disk has no room left.")) == (1, 1), full.stderr
    few_letters = asked(tmp_path, "--help", PYTHONIOENCODING="ascii")  # its exit codes stand between middle dots
    assert (few_letters.returncode, "\\xb7" in few_letters.stdout) == (0, True), few_letters.stderr
