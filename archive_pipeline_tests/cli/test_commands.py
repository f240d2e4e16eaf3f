"""The commands as a whole: all are there, and each imports what it needs itself."""

import subprocess
import sys

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
