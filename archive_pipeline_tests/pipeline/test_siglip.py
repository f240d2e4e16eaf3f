"""A SigLIP2 of random weights, from a folder, through a whole ingest and a search."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from archive_pipeline.cli import app
from archive_pipeline_tests.encoders.siglip import make_siglip
from archive_pipeline_tests.pipeline.site import Site
from archive_pipeline_tests.thorough import thorough


@thorough
def test_a_siglip_in_a_folder_is_ingested_with_and_asked(
    site: Site, clips: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARCHIVE_RUNTIME", str(tmp_path / "r"))
    folder = tmp_path / "siglip"
    folder.mkdir()
    site.describe(model=f"local-dir:{make_siglip(folder)}")
    site.add(clips["first"])
    assert site.ingest() == {"site/first.mp4": True}
    (n_shots,) = site.rows("SELECT count(*) FROM shots")[0]
    (points,) = site.points().values()
    assert len(points) == n_shots == 3
    asked = CliRunner().invoke(app, ["search", "un barco rojo", "--json"])
    assert asked.exit_code == 0, asked.output
    found = json.loads(asked.stdout)
    assert len(found["shots"]) == 3
