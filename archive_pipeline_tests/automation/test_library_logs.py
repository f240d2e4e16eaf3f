"""Between the lines of a command stand no others, unless somebody asks for them."""

import subprocess
import sys
from pathlib import Path

import pytest

_SAID = """
import logging, sys, warnings
from archive_pipeline.automation.library_logs import choose_logs
choose_logs(sys.argv[1] == "-v")
logging.getLogger("archive_pipeline.store").warning("ours")
logging.getLogger("library").warning("a library's")
warnings.warn("a library's warning")
logging.getLogger("library").error("a library's error")
"""
_DECODED = """
from pathlib import Path
from archive_pipeline.evaluation.peers import run_scenedetect
run_scenedetect("ContentDetector", Path(sys.argv[2]))
"""


def written(script: str, *arguments: str) -> str:
    """What the script writes to standard error."""
    ran = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=True)
    return ran.stderr


def test_what_libraries_log_is_shown_to_who_asks_and_ours_and_errors_always() -> None:
    assert written(_SAID, "quiet") == "ours\na library's error\n"
    shown = written(_SAID, "-v")
    for line in ("ours", "WARNING library: a library's", "UserWarning: a library's warning"):
        assert line in shown


def test_the_ffmpeg_within_opencv_is_silent(cases: Path) -> None:
    pytest.importorskip("scenedetect", reason="pip install '.[dev]'")
    assert written(_SAID + _DECODED, "quiet", str(cases / "broken_display_matrix.mp4")) == "ours\na library's error\n"
