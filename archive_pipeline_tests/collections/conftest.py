"""Every test of collections gets a site of its own."""

from pathlib import Path

import pytest

from archive_pipeline_tests.collections.site import Site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)
