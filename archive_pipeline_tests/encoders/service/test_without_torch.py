"""Whoever asks the process imports neither torch nor open_clip."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from archive_pipeline_tests.thorough import thorough

HEAVY = ("torch", "torchvision", "open_clip", "transformers")

INGEST_AND_SEARCH = """
import sys
from pathlib import Path
from archive_pipeline.automation.overhead import costs_per_run
from archive_pipeline.search.request import Request
from archive_pipeline.settings import Settings
from archive_pipeline.stages.archive_search import open_finder
from archive_pipeline.web.app import create_app

costs_per_run(Path(sys.argv[1]), n_runs=1)
with open_finder(Settings()) as finder:
    assert len(finder.find(Request("a red boat")).shots) == 1
print([name for name in sys.argv[2:] if name in sys.modules])
"""

ASK_FOR_ANOTHER_MODEL = """
import sys
from archive_pipeline.encoders.service import require_served
from archive_pipeline.errors import ConfigurationError

try:
    require_served("ViT-B-32/no-such-tag")
except ConfigurationError as error:
    print(error.code, "openai" in error.message)
print([name for name in sys.argv[1:] if name in sys.modules])
"""


@thorough
def test_a_run_a_search_and_the_page_hold_no_model(tmp_path: Path) -> None:
    command = [sys.executable, "-c", INGEST_AND_SEARCH, str(tmp_path), *HEAVY]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\n")[-2] == "[]"


@pytest.mark.usefixtures("runtime")
def test_what_open_clip_knows_of_a_model_is_asked_of_the_process() -> None:
    command = [sys.executable, "-c", ASK_FOR_ANOTHER_MODEL, *HEAVY]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1"}
    shown = subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout
    assert shown.split("\n")[:2] == ["model_unknown True", "[]"]
