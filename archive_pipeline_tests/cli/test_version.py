"""The version and its date have one source."""

import re

from typer.testing import CliRunner

import archive_pipeline
from archive_pipeline.cli import app
from archive_pipeline_tests.core.test_documents import PROJECT


def test_the_command_says_its_version_and_date() -> None:
    told = CliRunner().invoke(app, ["--version"])
    assert (told.exit_code, told.stdout) == (
        0,
        f"archive-pipeline {archive_pipeline.__version__} ({archive_pipeline.__date__})\n",
    )


def test_the_changelog_s_newest_release_is_this_one() -> None:
    changelog = (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")
    releases = re.findall(r"^## \[(\d[\d.]*)\] - (\d{4}-\d{2}-\d{2})$", changelog, re.MULTILINE)
    assert releases[0] == (archive_pipeline.__version__, archive_pipeline.__date__)


def test_the_package_takes_its_version_from_the_same_place() -> None:
    packaging = (PROJECT / "pyproject.toml").read_text(encoding="utf-8")
    assert re.search(r"^version = ", packaging, re.MULTILINE) is None
